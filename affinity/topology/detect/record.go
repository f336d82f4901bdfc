package detect

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"

	"cachelab/affinity/internal/sysfs"
	"cachelab/affinity/internal/treefs"
)

// Record writes a recording of this machine, a .tar.gz that [ReadDir] reads: the
// files that the reader opens, and nothing else. No serial number, host name or
// process is in them. It works on Linux; elsewhere there are no such files.
func Record(w io.Writer) error {
	return record(w, os.DirFS("/sys/devices/system"), os.DirFS("/sys/devices"), cpuinfo("/proc/cpuinfo"))
}

func record(w io.Writer, tree, devices fs.FS, cpuinfo []byte) error {
	seen := &recorder{fsys: tree, files: map[string][]byte{}, dirs: map[string]bool{}}
	above := &recorder{fsys: devices, files: seen.files, dirs: seen.dirs}
	if _, err := sysfs.Read(sysfs.Source{Tree: seen, Devices: above}); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return errors.New("affinity: record: this system has no /sys/devices/system/cpu: recordings are made on Linux, where /sys is mounted")
		}
		return fmt.Errorf("affinity: record: %w", err)
	}
	if lines := readLines(cpuinfo); len(lines) > 0 {
		seen.files["cpuinfo"] = lines
	}
	return seen.write(w)
}

// readLines keeps the lines of /proc/cpuinfo that are read, if they tell anything: those
// about s390's caches and Arm's parts.
func readLines(cpuinfo []byte) []byte {
	var kept []byte
	tells := false
	for line := range strings.Lines(string(cpuinfo)) {
		key, value, _ := strings.Cut(line, ":")
		key = strings.TrimRight(key, " \t0123456789")
		if !slices.Contains(sysfs.CpuinfoKeys, key) || key == "cache" && !strings.Contains(value, "scope=") {
			continue
		}
		tells = tells || key != sysfs.CpuinfoKeys[0]
		kept = append(kept, line...)
	}
	if !tells {
		return nil
	}
	return kept
}

// recorder is a file system that keeps what is read from it.
type recorder struct {
	fsys fs.FS

	mu    sync.Mutex
	files map[string][]byte
	dirs  map[string]bool
}

func (r *recorder) Stat(name string) (fs.FileInfo, error) { return fs.Stat(r.fsys, name) }

func (r *recorder) Open(name string) (fs.File, error) {
	f, err := r.fsys.Open(name)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(f, sysfs.MaxFileBytes))
	if err != nil {
		return f, nil // the reader meets the same error
	}
	f.Close()
	r.mu.Lock()
	r.files[name] = b
	r.mu.Unlock()
	return (&treefs.FS{Files: map[string]string{name: string(b)}}).Open(name)
}

// ReadDir keeps the names of numbered directories, which say that there is a CPU
// or a node.
func (r *recorder) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(r.fsys, name)
	for _, e := range entries {
		if base := strings.TrimRight(e.Name(), "0123456789"); base != e.Name() && (base == "cpu" || base == "node") {
			r.dirs[path.Join(name, e.Name())] = true
		}
	}
	return entries, err
}

func (r *recorder) write(w io.Writer) error {
	zip := gzip.NewWriter(w)
	out := tar.NewWriter(zip)
	var names []string
	for name := range r.dirs {
		names = append(names, name+"/")
	}
	for name := range r.files {
		names = append(names, name)
	}
	slices.Sort(names)
	var errs []error
	for _, name := range names {
		h := &tar.Header{Name: name, Mode: 0o755, Typeflag: tar.TypeDir}
		if !strings.HasSuffix(name, "/") {
			h = &tar.Header{Name: name, Mode: 0o644, Typeflag: tar.TypeReg, Size: int64(len(r.files[name]))}
		}
		errs = append(errs, out.WriteHeader(h))
		_, err := out.Write(r.files[name])
		errs = append(errs, err)
	}
	return errors.Join(append(errs, out.Close(), zip.Close())...)
}
