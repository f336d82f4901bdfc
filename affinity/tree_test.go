package affinity

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"cachelab/affinity/opt"
)

// tree is a recorded /sys/devices/system: content by path. It is a file system
// of its own because fstest.MapFS looks through all files to list a directory
// or to miss one, which takes minutes with 2,000 CPUs.
type tree struct {
	files map[string]string
	dirs  map[string]map[string]bool // entries; true is a directory
}

// index lists the directories; edits after it are not seen.
func (tr *tree) index() *tree {
	tr.dirs = map[string]map[string]bool{".": {}}
	for name := range tr.files {
		isDir := false
		for name != "." {
			dir := path.Dir(name)
			if tr.dirs[dir] == nil {
				tr.dirs[dir] = map[string]bool{}
			}
			tr.dirs[dir][path.Base(name)] = isDir
			name, isDir = dir, true
		}
	}
	return tr
}

func (tr *tree) Open(name string) (fs.File, error) {
	if s, ok := tr.files[name]; ok {
		return fstest.MapFS{"f": {Data: []byte(s)}}.Open("f")
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

func (tr *tree) ReadFile(name string) ([]byte, error) {
	if s, ok := tr.files[name]; ok {
		return []byte(s), nil
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

func (tr *tree) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, ok := tr.dirs[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	var list []fs.DirEntry
	for _, base := range slices.Sorted(maps.Keys(entries)) {
		list = append(list, treeEntry{base, entries[base]})
	}
	return list, nil
}

type treeEntry struct {
	name string
	dir  bool
}

func (e treeEntry) Name() string               { return e.name }
func (e treeEntry) IsDir() bool                { return e.dir }
func (e treeEntry) Type() fs.FileMode          { return e.Mode().Type() }
func (e treeEntry) Info() (fs.FileInfo, error) { return e, nil }
func (e treeEntry) Size() int64                { return 0 }
func (e treeEntry) ModTime() time.Time         { return time.Time{} }
func (e treeEntry) Sys() any                   { return nil }
func (e treeEntry) Mode() fs.FileMode {
	if e.dir {
		return fs.ModeDir | 0o755
	}
	return 0o444
}

// style is how much a kernel writes, and under which names.
type style struct {
	lists, masks bool // forms of a set; neither: ids alone
	modern, old  bool // core_cpus, thread_siblings
	ids          bool // core_id, die_id, ... (package ids are always there)
	onlineFile   bool // cpu/online, beside cpuN/online
	sets         bool // number_of_sets, and 0 for ways that follow from it
	cacheIDs     bool
	nodeLinks    bool // cpuN/nodeM instead of node/
	capacity     bool // cpu_capacity, if kinds are told
}

// today is what a kernel of 6.x writes.
var today = style{lists: true, masks: true, modern: true, old: true, ids: true, onlineFile: true, sets: true, cacheIDs: true, capacity: true}

// writeTree is the inverse of ReadTopology: the tree in which a kernel would
// describe t. Offline CPUs have a directory and the file online, no more.
func writeTree(t *Topology, s style) *tree {
	tr := &tree{files: map[string]string{}}
	put := func(name string, value any) { tr.files[name] = fmt.Sprintln(value) }
	set := func(dir, name, suffix string, ids []int) {
		if s.lists {
			put(dir+"/"+name+suffix, formatCPUList(ids))
		}
		if s.masks {
			put(dir+"/"+strings.TrimSuffix(name, "_list"), formatMask(ids))
		}
	}
	// members lists the online CPUs of each group, and numbers the groups within
	// their package, as kernels do.
	type groups struct {
		all  map[int][]int
		rank map[int]int
	}
	memo := map[string]groups{}
	members := func(word string, field func(*CPU) opt.Value[int]) (all map[int][]int, rank map[int]int) {
		if g, ok := memo[word]; ok {
			return g.all, g.rank
		}
		all, rank = map[int][]int{}, map[int]int{}
		inPackage := map[opt.Value[int]]int{}
		for i := range t.CPUs {
			c := &t.CPUs[i]
			n, known := field(c).Get()
			if !known || !c.Online {
				continue
			}
			if _, seen := rank[n]; !seen {
				rank[n] = inPackage[c.Package]
				inPackage[c.Package]++
			}
			all[n] = append(all[n], c.ID)
		}
		memo[word] = groups{all, rank}
		return all, rank
	}
	put("cpu/kernel_max", 8191)
	var online []int
	for i := range t.CPUs {
		c := &t.CPUs[i]
		dir := cpuDir(c.ID)
		put(dir+"/uevent", "")
		if !c.Online {
			put(dir+"/online", 0)
			continue
		}
		online = append(online, c.ID)
		if c.ID > 0 { // the boot CPU cannot go offline
			put(dir+"/online", 1)
		}
		if s.capacity && c.Kind != "" {
			put(dir+"/cpu_capacity", map[string]int{Performance: 1024, Efficiency: 446}[c.Kind])
		}
		topo := dir + "/topology"
		group := func(word string, field func(*CPU) opt.Value[int], modern, old string) {
			n, ok := field(c).Get()
			if !ok {
				return
			}
			all, rank := members(word, field)
			if word == "physical_package_id" {
				put(topo+"/"+word, n)
			} else if s.ids {
				put(topo+"/"+word, rank[n])
			}
			if s.modern {
				set(topo, modern, "_list", all[n])
			}
			if s.old && old != "" {
				set(topo, old, "_list", all[n])
			}
		}
		group("core_id", func(c *CPU) opt.Value[int] { return c.Core }, "core_cpus", "thread_siblings")
		group("cluster_id", func(c *CPU) opt.Value[int] { return c.Cluster }, "cluster_cpus", "")
		group("die_id", func(c *CPU) opt.Value[int] { return c.Die }, "die_cpus", "")
		group("physical_package_id", func(c *CPU) opt.Value[int] { return c.Package }, "package_cpus", "core_siblings")
		if n, ok := c.Node.Get(); ok && s.nodeLinks {
			put(dir+"/node"+strconv.Itoa(n)+"/uevent", "")
		}
		index := 0
		for id, cache := range t.Caches {
			if !slices.Contains(cache.CPUs, c.ID) {
				continue
			}
			at := fmt.Sprintf("%s/cache/index%d", dir, index)
			index++
			put(at+"/level", cache.Level)
			put(at+"/type", strings.ToUpper(cache.Type[:1])+cache.Type[1:])
			size, sizeKnown := cache.SizeBytes.Get()
			line, lineKnown := cache.LineBytes.Get()
			ways, waysKnown := cache.Ways.Get()
			if sizeKnown {
				put(at+"/size", fmt.Sprintf("%dK", size/1024))
			}
			if lineKnown {
				put(at+"/coherency_line_size", line)
			}
			if waysKnown {
				put(at+"/ways_of_associativity", ways)
			}
			if s.sets && sizeKnown && lineKnown && waysKnown {
				put(at+"/number_of_sets", size/line/ways)
				put(at+"/physical_line_partition", 1)
				if ways == 12 {
					put(at+"/ways_of_associativity", 0) // one of several that occur: ways are left to follow
				}
			}
			if s.cacheIDs {
				put(at+"/id", id)
			}
			if s.lists || !s.masks {
				put(at+"/shared_cpu_list", formatCPUList(cache.CPUs))
			}
			if s.masks {
				put(at+"/shared_cpu_map", formatMask(cache.CPUs))
			}
		}
	}
	if s.onlineFile {
		put("cpu/online", formatCPUList(online))
		put("cpu/possible", fmt.Sprintf("0-%d", t.CPUs[len(t.CPUs)-1].ID+64))
	}
	if !s.nodeLinks {
		nodes := map[int][]int{}
		for _, c := range t.CPUs {
			if n, ok := c.Node.Get(); ok {
				nodes[n] = append(nodes[n], c.ID)
			}
		}
		for n, ids := range nodes {
			dir := "node/node" + strconv.Itoa(n)
			if s.lists || !s.masks {
				put(dir+"/cpulist", formatCPUList(ids))
			}
			if s.masks {
				put(dir+"/cpumap", formatMask(ids))
			}
		}
	}
	return tr
}

// formatMask writes ids as the kernel does: words of 32 bits, highest first.
func formatMask(ids []int) string {
	words := make([]uint32, 1)
	for _, id := range ids {
		for id/32 >= len(words) {
			words = append(words, 0)
		}
		words[id/32] |= 1 << (id % 32)
	}
	slices.Reverse(words)
	parts := make([]string, len(words))
	for i, w := range words {
		parts[i] = fmt.Sprintf("%08x", w)
	}
	return strings.Join(parts, ",")
}

// edit changes the files that match a pattern: "rm PATTERN" or "set PATTERN
// VALUE". A set whose pattern has no wildcard makes the file. An edit that
// changes nothing is a mistake in the test.
func (tr *tree) edit(tb testing.TB, edits ...string) *tree {
	tb.Helper()
	for _, e := range edits {
		f := strings.SplitN(e, " ", 3)
		if f[0] == "set" && !strings.ContainsAny(f[1], "*?[") {
			tr.files[f[1]] = f[2] + "\n"
			continue
		}
		hits := 0
		for name := range tr.files {
			if ok, err := path.Match(f[1], name); err != nil || !ok {
				continue
			}
			hits++
			if f[0] == "rm" {
				delete(tr.files, name)
			} else {
				tr.files[name] = f[2] + "\n"
			}
		}
		if hits == 0 {
			tb.Fatalf("edit %q matches no file", e)
		}
	}
	return tr
}
