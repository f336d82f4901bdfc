// Package topotest has machines and recorded trees for tests.
package topotest

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cachelab/affinity/internal/treefs"
	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
	"cachelab/internal/cpulist"
)

// Tree is a recorded /sys/devices/system: content by path.
type Tree struct{ treefs.FS }

// NewTree makes a tree of files: content by path.
func NewTree(files map[string]string) *Tree { return &Tree{treefs.FS{Files: files}} }

// Index lists the directories; edits after it are not seen.
func (tr *Tree) Index() *Tree {
	tr.FS.Index()
	return tr
}

// Style is how much a kernel writes, and under which names.
type Style struct {
	Lists, Masks bool // forms of a set; neither: ids alone
	Modern, Old  bool // core_cpus, thread_siblings
	IDs          bool // core_id, die_id, ... (package ids are always there)
	OnlineFile   bool // cpu/online, beside cpuN/online
	Sets         bool // number_of_sets, and 0 for ways that follow from it
	CacheIDs     bool
	NodeLinks    bool // cpuN/nodeM instead of node/
	Capacity     bool // cpu_capacity, if kinds are told
}

// Today is what a kernel of 6.x writes.
var Today = Style{Lists: true, Masks: true, Modern: true, Old: true, IDs: true, OnlineFile: true, Sets: true, CacheIDs: true, Capacity: true}

// Write is the inverse of sysfs.Read: the tree in which a kernel would
// describe t. Offline CPUs have a directory and the file online, no more.
func Write(t *topology.Topology, s Style) *Tree {
	tr := NewTree(map[string]string{})
	put := func(name string, value any) { tr.Files[name] = fmt.Sprintln(value) }
	set := func(dir, name, suffix string, ids []int) {
		if s.Lists {
			put(dir+"/"+name+suffix, cpulist.Format(ids))
		}
		if s.Masks {
			put(dir+"/"+strings.TrimSuffix(name, "_list"), cpulist.FormatMask(ids))
		}
	}
	// members lists the online CPUs of each group, and numbers the groups within
	// their package, as kernels do.
	type groups struct {
		all  map[int][]int
		rank map[int]int
	}
	memo := map[string]groups{}
	members := func(word string, field func(*topology.CPU) opt.Value[int]) (all map[int][]int, rank map[int]int) {
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
		dir := "cpu/cpu" + strconv.Itoa(c.ID)
		put(dir+"/uevent", "")
		if !c.Online {
			put(dir+"/online", 0)
			continue
		}
		online = append(online, c.ID)
		if c.ID > 0 { // the boot CPU cannot go offline
			put(dir+"/online", 1)
		}
		if s.Capacity && c.Kind != "" {
			put(dir+"/cpu_capacity", []int{1024, 446, 160}[slices.Index(t.Kinds, c.Kind)])
		}
		topo := dir + "/topology"
		group := func(word string, field func(*topology.CPU) opt.Value[int], modern, old string) {
			n, ok := field(c).Get()
			if !ok {
				return
			}
			all, rank := members(word, field)
			if word == "physical_package_id" {
				put(topo+"/"+word, n)
			} else if s.IDs {
				put(topo+"/"+word, rank[n])
			}
			if s.Modern {
				set(topo, modern, "_list", all[n])
			}
			if s.Old && old != "" {
				set(topo, old, "_list", all[n])
			}
		}
		group("core_id", func(c *topology.CPU) opt.Value[int] { return c.Core }, "core_cpus", "thread_siblings")
		group("cluster_id", func(c *topology.CPU) opt.Value[int] { return c.Cluster }, "cluster_cpus", "")
		group("die_id", func(c *topology.CPU) opt.Value[int] { return c.Die }, "die_cpus", "")
		group("physical_package_id", func(c *topology.CPU) opt.Value[int] { return c.Package }, "package_cpus", "core_siblings")
		if n, ok := c.Node.Get(); ok && s.NodeLinks {
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
			put(at+"/type", strings.ToUpper(string(cache.Type[:1]))+string(cache.Type[1:]))
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
			if s.Sets && sizeKnown && lineKnown && waysKnown {
				put(at+"/number_of_sets", size/line/ways)
				put(at+"/physical_line_partition", 1)
				if ways == 12 {
					put(at+"/ways_of_associativity", 0) // one of several that occur: ways are left to follow
				}
			}
			if s.CacheIDs {
				put(at+"/id", id)
			}
			if s.Lists || !s.Masks {
				put(at+"/shared_cpu_list", cpulist.Format(cache.CPUs))
			}
			if s.Masks {
				put(at+"/shared_cpu_map", cpulist.FormatMask(cache.CPUs))
			}
		}
	}
	if s.OnlineFile {
		put("cpu/online", cpulist.Format(online))
		put("cpu/possible", fmt.Sprintf("0-%d", t.CPUs[len(t.CPUs)-1].ID+64))
	}
	if !s.NodeLinks {
		nodes := map[int][]int{}
		for _, c := range t.CPUs {
			if n, ok := c.Node.Get(); ok {
				nodes[n] = append(nodes[n], c.ID)
			}
		}
		for n, ids := range nodes {
			dir := "node/node" + strconv.Itoa(n)
			if s.Lists || !s.Masks {
				put(dir+"/cpulist", cpulist.Format(ids))
			}
			if s.Masks {
				put(dir+"/cpumap", cpulist.FormatMask(ids))
			}
		}
	}
	return tr
}

// Edit changes the files that match a pattern: "rm PATTERN" or "set PATTERN
// VALUE". A set whose pattern has no wildcard makes the file. An edit that
// changes nothing is a mistake in the test.
func (tr *Tree) Edit(tb testing.TB, edits ...string) *Tree {
	tb.Helper()
	for _, e := range edits {
		f := strings.SplitN(e, " ", 3)
		if f[0] == "set" && !strings.ContainsAny(f[1], "*?[") {
			tr.Files[f[1]] = f[2] + "\n"
			continue
		}
		hits := 0
		for name := range tr.Files {
			if ok, err := path.Match(f[1], name); err != nil || !ok {
				continue
			}
			hits++
			if f[0] == "rm" {
				delete(tr.Files, name)
			} else {
				tr.Files[name] = f[2] + "\n"
			}
		}
		if hits == 0 {
			tb.Fatalf("edit %q matches no file", e)
		}
	}
	return tr
}

// OnDisk writes a tree into a folder.
func (tr *Tree) OnDisk(t *testing.T, dir string) {
	t.Helper()
	for name, s := range tr.Files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(s), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}
