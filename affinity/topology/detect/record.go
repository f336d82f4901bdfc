package detect

import (
	"archive/tar"
	"bytes"
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
	"cachelab/affinity/topology"
)

// Record writes a recording of this machine, a .tar.gz that [ReadDir] reads: the
// files that the reader opens, and nothing else. No serial number, host name or
// process is in them. It works on Linux; elsewhere there are no such files.
func Record(w io.Writer) error {
	cpuinfo, _ := os.ReadFile("/proc/cpuinfo")
	return record(w, os.DirFS("/sys/devices/system"), os.DirFS("/sys/devices"), cpuinfo)
}

func record(w io.Writer, tree, devices fs.FS, cpuinfo []byte) error {
	seen := &recorder{fsys: tree, files: map[string][]byte{}, dirs: map[string]bool{}}
	above := &recorder{fsys: devices, files: seen.files, dirs: seen.dirs}
	if _, err := sysfs.Read(sysfs.Source{Tree: seen, Devices: above}); err != nil {
		return fmt.Errorf("affinity: record: %w", err)
	}
	// Of /proc/cpuinfo the lines about caches are read, and no other.
	for line := range strings.Lines(string(cpuinfo)) {
		if strings.HasPrefix(line, "cache") && strings.Contains(line, "scope=") {
			seen.files["cpuinfo"] = append(seen.files["cpuinfo"], line...)
		}
	}
	return seen.write(w)
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

// maxRecordingBytes bounds an unpacked recording: that of 65,536 CPUs, a few dozen
// short files each, takes less.
const maxRecordingBytes = 1 << 30

// readArchive reads a recording that is a .tar.gz. The tree may be in one folder
// of any name.
func readArchive(r io.Reader) (*topology.Topology, error) {
	zip, err := gzip.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("not a recording (.tar.gz): %w: %s", err, sysfs.Layout)
	}
	tree := treefs.FS{Files: map[string]string{}}
	var dirs []string
	in := tar.NewReader(io.LimitReader(zip, maxRecordingBytes))
	for {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("not a recording (.tar.gz): %w: %s", err, sysfs.Layout)
		}
		name := path.Clean(h.Name)
		switch {
		case !fs.ValidPath(name) || name == ".":
		case h.Typeflag == tar.TypeDir:
			dirs = append(dirs, name)
		case h.Typeflag == tar.TypeReg && h.Size <= sysfs.MaxFileBytes:
			var b bytes.Buffer
			if _, err := io.Copy(&b, in); err != nil {
				return nil, fmt.Errorf("not a recording (.tar.gz): %w: %s", err, sysfs.Layout)
			}
			tree.Files[name] = b.String()
		}
	}
	tree.Index(dirs...)
	from := fs.FS(&tree)
	if _, err := tree.ReadDir("cpu"); err != nil {
		if top, _ := tree.ReadDir("."); len(top) == 1 && top[0].IsDir() {
			from = subTree{&tree, top[0].Name()}
		}
	}
	return read(sysfs.Source{Tree: from})
}

// subTree is the part of a tree below a folder. (fs.Sub hides Stat and ReadDir.)
type subTree struct {
	*treefs.FS
	dir string
}

func (s subTree) Open(name string) (fs.File, error)     { return s.FS.Open(path.Join(s.dir, name)) }
func (s subTree) Stat(name string) (fs.FileInfo, error) { return s.FS.Stat(path.Join(s.dir, name)) }
func (s subTree) ReadDir(name string) ([]fs.DirEntry, error) {
	return s.FS.ReadDir(path.Join(s.dir, name))
}
