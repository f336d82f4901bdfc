package detect

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"cachelab/affinity/internal/plausible"
	"cachelab/affinity/internal/sysfs"
	"cachelab/affinity/topology"
)

// ReadFS reads what a Linux kernel of any version from 2.6 on says about its CPUs,
// from a tree laid out as /sys/devices/system is: cpu/, and node/ if there is
// one.
//
// All online CPUs count as allowed, and Limits is empty: both belong to a
// process, and a tree has none. What the tree does not report is unknown. If it
// reports something twice and differently, a warning says which was believed.
// The error is for a tree without CPUs.
func ReadFS(fsys fs.FS) (*topology.Topology, error) { return read(sysfs.Source{Tree: fsys}) }

func read(from sysfs.Source) (*topology.Topology, error) {
	t, err := sysfs.Read(from)
	if err == nil {
		plausible.Check(t)
	}
	return t, err
}

// ReadDir reads a machine that was recorded, on any operating system: a .tar.gz
// that [Record] wrote, a .tar.bz2 of hwloc-gather-topology, or a folder laid out as
// /sys/devices/system is. Intel's event devices cpu_core and cpu_atom, which tell the
// kinds of cores, are looked for beside cpu/ and, as in a running system, in the
// folder above. The caches of s390 are in a file cpuinfo beside cpu/, or in proc/ next
// to sys/.
//
// The error says what is wrong with the recording, and what was expected.
func ReadDir(name string) (*topology.Topology, error) {
	if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
		return readArchiveFile(name)
	}
	if err := checkRecorded(name); err != nil {
		return nil, fmt.Errorf("affinity: %w", err)
	}
	abs, err := filepath.Abs(name)
	if err != nil {
		return nil, fmt.Errorf("affinity: %w", err)
	}
	from := sysfs.Source{Tree: os.DirFS(name), Devices: os.DirFS(filepath.Dir(abs))}
	if root, ok := strings.CutSuffix(filepath.ToSlash(abs), "/sys/devices/system"); ok {
		from.Cpuinfo = cpuinfo(filepath.FromSlash(root + "/proc/cpuinfo"))
	}
	return read(from)
}

// cpuinfo reads the beginning of /proc/cpuinfo or of a copy, where s390's caches are;
// nil where there is none.
func cpuinfo(name string) []byte {
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil
	}
	defer f.Close()
	b, _ := io.ReadAll(io.LimitReader(f, sysfs.MaxFileBytes))
	return b
}

// checkRecorded tells a folder that cannot be a recording from one that may be.
func checkRecorded(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no folder %q: %s", dir, sysfs.Layout)
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("%q is neither a folder nor a .tar.gz: %s", dir, sysfs.Layout)
	}
	for _, sub := range []string{".", "cpu"} {
		names, err := os.ReadDir(filepath.Join(dir, sub))
		switch {
		case errors.Is(err, fs.ErrPermission):
			return fmt.Errorf("%w; chmod -R u+rX lets its owner read it", err)
		case err == nil && len(names) == 0:
			return fmt.Errorf("%q is empty: %s", filepath.Join(dir, sub), sysfs.Layout)
		case err != nil:
			return fmt.Errorf("%q has no folder cpu in it: %s%s", dir, sysfs.Layout, nearby(dir))
		}
	}
	return nil
}

// nearby names the folder that was probably meant.
func nearby(dir string) string {
	for _, rel := range []string{"devices/system", "sys/devices/system", "system", ".."} {
		meant := filepath.Join(dir, filepath.FromSlash(rel))
		if _, err := os.Stat(filepath.Join(meant, "cpu", "cpu0")); err == nil {
			return "; did you mean " + meant + "?"
		}
	}
	return ""
}
