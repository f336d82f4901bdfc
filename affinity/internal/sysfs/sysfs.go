// Package sysfs reads topologies from trees laid out as /sys/devices/system.
package sysfs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"cachelab/affinity/internal/warn"
	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
	"cachelab/internal/cpulist"
	"cachelab/internal/format"
)

// Layout is what a tree must look like, for error messages.
const Layout = "want a folder laid out as /sys/devices/system, with cpu/ and, if there is one, node/ in it"

// Source is a tree and what else is known about its machine.
type Source struct {
	Tree fs.FS // laid out as /sys/devices/system is

	// Devices is the parent of Tree, /sys/devices, where that is at hand, or nil:
	// Intel's core kinds are reported there.
	Devices fs.FS

	// Running lists CPUs that are known to run, from the mask of a process, ascending.
	// A container's view of the file cpu/online may be narrower (lxcfs).
	Running []int

	// Cpuinfo is the content of /proc/cpuinfo, or its lines that begin with CpuinfoKeys.
	Cpuinfo []byte
}

// Read reads what a kernel says about its CPUs. It takes any Linux from 2.6 on,
// and trees recorded on other machines.
//
// All online CPUs count as allowed, and Limits is empty: both belong to a
// process, and a tree has none.
//
// What the tree does not report is unknown. If it reports something twice and
// differently, a warning says which was believed: the more specific file. The
// error is for a tree without CPUs.
//
// Sources: Documentation/ABI/stable/sysfs-devices-system-cpu,
// Documentation/ABI/testing/sysfs-devices-system-cpu,
// Documentation/admin-guide/cputopology.rst, drivers/base/topology.c and
// cacheinfo.c.
func Read(from Source) (*topology.Topology, error) {
	r := &sysfs{fsys: from.Tree, notes: warn.NewList(), sets: map[string][]int{}}
	t := &topology.Topology{}
	if err := r.listCPUs(t, from.Running); err != nil {
		return nil, fmt.Errorf("affinity: topology: %w", err)
	}
	r.readGroups(t)
	r.readNodes(t)
	r.readCaches(t)
	if len(t.Caches) == 0 {
		r.readSparcCaches(t)
	}
	cpuinfo := string(from.Cpuinfo)
	if cpuinfo == "" {
		cpuinfo, _ = r.text("cpuinfo") // recorded beside cpu/
	}
	if len(t.Caches) == 0 {
		r.readS390Caches(t, cpuinfo)
	}
	r.readKinds(t, from.Devices, cpuinfo)
	t.Isolated, _ = r.parse("cpu", "isolated", cpulist.Parse)
	t.Warnings = r.notes.Sentences()
	return t, nil
}

// sysfs reads one tree.
type sysfs struct {
	fsys  fs.FS
	notes *warn.List

	// entries holds the names in each cpu/cpuN, so that files that are not
	// there are not asked for.
	entries map[int]map[string]bool

	// sets holds each set of CPUs once, by its kind of file and its text, and by
	// its list: two thousand CPUs of a package all tell the same two thousand.
	// Sets that are equal are therefore one slice.
	sets map[string][]int
}

// MaxFileBytes bounds what is read of a file. The longest file that a kernel
// writes is a list of every other of 65,536 CPUs, 200 KiB.
const MaxFileBytes = 1 << 20

// text returns the content of a file without surrounding space, and whether
// there is any. Some kernels end a list with a NUL byte (arm64, 5.15). Some files
// exist and give an error when read, an offline CPU's for one: they say nothing.
func (r *sysfs) text(file string) (string, bool) {
	// A FIFO in a recording would block the program when it is opened.
	info, err := fs.Stat(r.fsys, file)
	if err != nil {
		return "", false
	}
	if !info.Mode().IsRegular() {
		r.complain(file, "is not a file with text, and is not read")
		return "", false
	}
	f, err := r.fsys.Open(file)
	if err != nil {
		return "", false
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, MaxFileBytes+1))
	if len(b) > MaxFileBytes {
		r.complain(file, "is larger than 1 MiB, and is not read")
		return "", false
	}
	s := strings.Trim(string(b), " \t\r\n\x00")
	return s, err == nil && s != ""
}

// complain adds a warning about a file. What files of several CPUs have in
// common is said once.
func (r *sysfs) complain(file, what string) {
	if rest, ok := strings.CutPrefix(file, "cpu/cpu"); ok {
		digits, rest, _ := strings.Cut(rest, "/")
		if id, err := cpulist.ParseID(digits); err == nil {
			r.notes.CPU(id, rest+" "+what)
			return
		}
	}
	r.notes.Addf("%s %s", file, what)
}

// id reads a number that names a group. Kernels write -1, or -1 in 16 or 32
// bits (arch/x86's BAD_APICID as cluster_id), for a group that they do not know.
func (r *sysfs) id(file string) opt.Value[int] {
	s, ok := r.text(file)
	if !ok {
		return opt.Value[int]{}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		r.complain(file, fmt.Sprintf("holds %.60q, not a number: taken as unknown", s))
		return opt.Value[int]{}
	}
	if n < 0 || n == 1<<16-1 || n >= 1<<31-1 {
		return opt.Value[int]{}
	}
	return opt.Some(int(n))
}

// listCPUs finds the CPUs: those with a directory, and those that the files
// online and present name. The file possible is no evidence: it counts sockets
// and slots that are empty.
func (r *sysfs) listCPUs(t *topology.Topology, running []int) error {
	dir, err := fs.ReadDir(r.fsys, "cpu")
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%w: %s", err, Layout)
		}
		return err
	}
	r.entries = map[int]map[string]bool{}
	online, onlineKnown := r.parse("cpu", "online", cpulist.Parse)
	present, _ := r.parse("cpu", "present", cpulist.Parse)
	ids := slices.Concat(online, present, running)
	for _, e := range dir {
		if id, ok := numbered(e.Name(), "cpu"); ok {
			ids = append(ids, id)
			r.entries[id] = map[string]bool{}
			inside, err := fs.ReadDir(r.fsys, "cpu/"+e.Name())
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				r.notes.CPU(id, "the directory cannot be read")
			}
			for _, f := range inside {
				r.entries[id][f.Name()] = true
			}
		}
	}
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		c := topology.CPU{ID: id, Online: true}
		if onlineKnown {
			_, c.Online = slices.BinarySearch(online, id)
		}
		if r.entries[id]["online"] {
			own, ok := r.text(cpuDir(id) + "/online")
			switch {
			case !ok || own != "0" && own != "1":
			case !onlineKnown:
				c.Online = own == "1"
			case c.Online != (own == "1"):
				r.notes.CPU(id, "the file online of the CPU contradicts cpu/online, which is believed")
			}
		}
		if _, runs := slices.BinarySearch(running, id); runs && !c.Online {
			c.Online = true
			r.notes.CPU(id, "reported as offline by the kernel's files, but this process may run there: the mask of the process is believed (a container's cpu/online can be narrower)")
		}
		if c.Online && r.entries[id] == nil {
			r.notes.CPU(id, "online, but without a directory in the tree")
		}
		c.Allowed = c.Online
		t.CPUs = append(t.CPUs, c)
	}
	if len(t.CPUs) == 0 {
		return errors.New("cpu/ names no CPU: want directories cpu0, cpu1, ... or a file online")
	}
	return nil
}

// find returns a CPU of the topology.
func find(t *topology.Topology, id int) (*topology.CPU, bool) {
	i, ok := t.Index(id)
	if !ok {
		return nil, false
	}
	return &t.CPUs[i], true
}

func cpuDir(id int) string { return "cpu/cpu" + strconv.Itoa(id) }

// numbered returns the number in a name like cpu12, node0 or index3.
func numbered(name, prefix string) (int, bool) {
	digits, ok := strings.CutPrefix(name, prefix)
	if !ok {
		return 0, false
	}
	n, err := cpulist.ParseID(digits)
	return n, err == nil && strconv.Itoa(n) == digits
}

// readNodes assigns NUMA nodes. Nodes without CPUs (memory only: CXL, HBM,
// GPU) name nobody, and are passed over.
func (r *sysfs) readNodes(t *topology.Topology) {
	nodesOf := make([][]int, len(t.CPUs))
	assign := func(id, node int) {
		i, ok := t.Index(id)
		if !ok {
			r.notes.CPU(id, "named by a node, but absent from the tree")
			return
		}
		nodesOf[i] = append(nodesOf[i], node)
		t.CPUs[i].Node = opt.Some(nodesOf[i][0])
	}
	dir, _ := fs.ReadDir(r.fsys, "node")
	var nodes []int
	for _, e := range dir {
		if n, ok := numbered(e.Name(), "node"); ok {
			nodes = append(nodes, n)
		}
	}
	slices.Sort(nodes)
	for _, n := range nodes {
		cpus, _, torn := r.set("node/node"+strconv.Itoa(n), nil, setFile{"cpumap", "cpulist"})
		if torn != "" {
			r.notes.Addf("node %d: %s", n, torn)
		}
		for _, id := range cpus {
			assign(id, n)
		}
	}
	for i, several := range nodesOf {
		if len(several) > 1 {
			r.notes.CPU(t.CPUs[i].ID, fmt.Sprintf("in nodes %s at once: node %d is believed", format.CPUList(several), several[0]))
		}
	}
	// Each CPU also links to its node, which is all that a tree without node/
	// tells.
	for i := range t.CPUs {
		c := &t.CPUs[i]
		if !c.Node.IsZero() {
			continue
		}
		for name := range r.entries[c.ID] {
			if n, ok := numbered(name, "node"); ok && n <= c.Node.Or(n) {
				c.Node = opt.Some(n)
			}
		}
	}
}

// names lists a directory; one that is not there is empty.
func (r *sysfs) names(dir string) []string {
	entries, _ := fs.ReadDir(r.fsys, dir)
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names
}
