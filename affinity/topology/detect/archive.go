package detect

import (
	"archive/tar"
	"bufio"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"

	"cachelab/affinity/internal/sysfs"
	"cachelab/affinity/internal/treefs"
	"cachelab/affinity/topology"
	"cachelab/internal/format"
)

// readArchiveFile reads a recording that is one file.
func readArchiveFile(name string) (*topology.Topology, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("affinity: %w", err)
	}
	defer f.Close()
	t, err := readArchive(f)
	if err != nil {
		return nil, fmt.Errorf("affinity: %s: %w", name, err)
	}
	return t, nil
}

// readArchive reads a recording that is a tar archive, packed with gzip or bzip2 or
// not. The tree may be in folders of any name, so hwloc-gather-topology's archives
// are read as well.
func readArchive(r io.Reader) (*topology.Topology, error) {
	packed := bufio.NewReader(r)
	plain, err := unpacked(packed)
	if err != nil {
		return nil, notRecording(err)
	}
	tree := treefs.FS{Files: map[string]string{}}
	dirs, links, err := fill(&tree, plain, maxRecordingBytes)
	if err != nil {
		return nil, notRecording(err)
	}
	follow(&tree, links)
	tree.Index(dirs...)
	root, err := systemFolder(slices.Concat(dirs, slices.Collect(maps.Keys(tree.Files))))
	if err != nil {
		return nil, err
	}
	from := sysfs.Source{Tree: subTree{&tree, root}, Devices: subTree{&tree, path.Dir(root)}}
	if top, ok := strings.CutSuffix(root, "sys/devices/system"); ok {
		from.Cpuinfo = []byte(tree.Files[path.Join(top, "proc/cpuinfo")])
	}
	return read(from)
}

// notRecording says what an archive should be.
func notRecording(err error) error {
	return fmt.Errorf("not a recording (.tar.gz): %w: %s", err, sysfs.Layout)
}

// unpacked takes the packing off, which the first bytes tell: gzip's are 1f 8b
// (RFC 1952), bzip2's BZh.
func unpacked(r *bufio.Reader) (io.Reader, error) {
	magic, _ := r.Peek(3)
	switch {
	case strings.HasPrefix(string(magic), "\x1f\x8b"):
		return gzip.NewReader(r)
	case string(magic) == "BZh":
		return bzip2.NewReader(r), nil
	}
	return r, nil
}

// maxRecordingBytes bounds an unpacked recording: 8,192 CPUs, the most that Linux can
// be built for, tell six masks of 2 KiB each, 110 MB in all.
const maxRecordingBytes = 1 << 30

// fill reads an archive's files into a tree, and returns its folders and the targets
// of its links between folders. It reads so many bytes at most.
func fill(tree *treefs.FS, r io.Reader, most int64) (dirs []string, links map[string]string, err error) {
	left := &io.LimitedReader{R: r, N: most}
	in := tar.NewReader(left)
	links = map[string]string{}
	for {
		h, err := in.Next()
		switch {
		case errors.Is(err, io.EOF):
			return dirs, links, nil
		case left.N <= 0:
			return nil, nil, fmt.Errorf("unpacked it is larger than %s", format.Bytes(int(most)))
		case err != nil:
			return nil, nil, err
		}
		name := path.Clean(h.Name)
		switch {
		case !fs.ValidPath(name) || name == ".":
		case h.Typeflag == tar.TypeDir, h.Typeflag == tar.TypeSymlink && numberedDir.MatchString(name):
			dirs = append(dirs, name)
		case h.Typeflag == tar.TypeSymlink && linkedDir.MatchString(name):
			links[name] = path.Join(path.Dir(name), h.Linkname)
		case h.Typeflag == tar.TypeReg && h.Size <= sysfs.MaxFileBytes && wanted.MatchString(name):
			var b strings.Builder
			if _, err := io.Copy(&b, in); err != nil {
				return nil, nil, err
			}
			tree.Files[name] = b.String()
		}
	}
}

// follow puts the files of each link's target where the link is.
func follow(tree *treefs.FS, links map[string]string) {
	inside := map[string][]string{} // the targets' files, by their folder
	for _, target := range links {
		inside[target] = nil
	}
	for name := range tree.Files {
		if files, ok := inside[path.Dir(name)]; ok {
			inside[path.Dir(name)] = append(files, path.Base(name))
		}
	}
	for link, target := range links {
		for _, file := range inside[target] {
			tree.Files[path.Join(link, file)] = tree.Files[path.Join(target, file)]
		}
	}
}

var (
	// wanted are files that the reader may open; what else an archive holds does not
	// have to be in memory.
	wanted = regexp.MustCompile(`(^|/)(cpu/|node/node|cpu_[a-z]+/cpus$|cpuinfo$)`)
	// numberedDir is the folder of a CPU, or the link from there to its node.
	numberedDir = regexp.MustCompile(`(^|/)cpu/cpu\d+(/node\d+)?$`)
	// linkedDir is a folder that is a link where CPUs have it in common: several have one
	// frequency policy (Linux, drivers/cpufreq/cpufreq.c, add_cpu_dev_symlink).
	linkedDir = regexp.MustCompile(`(^|/)cpu/cpu\d+/cpufreq$`)
	// system is what the folder that holds cpu/ stands before.
	system = regexp.MustCompile(`^(|.*/)cpu/(cpu\d+(/|$)|online$|present$)`)
)

// systemFolder finds the folder that is laid out as /sys/devices/system.
func systemFolder(names []string) (string, error) {
	seen := map[string]bool{}
	for _, name := range names {
		if m := system.FindStringSubmatch(name); m != nil {
			seen[path.Clean(m[1])] = true
		}
	}
	found := slices.Sorted(maps.Keys(seen))
	switch len(found) {
	case 0:
		return "", notRecording(errors.New("no folder cpu with CPUs in it"))
	case 1:
		return found[0], nil
	}
	return "", fmt.Errorf("holds several machines (%s and %s): unpack it and name one folder", found[0], found[1])
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
