package sysfs

import (
	"io/fs"
	"path"
	"strings"

	"cachelab/affinity/topology"
	"cachelab/internal/cpulist"
)

// slowShare is the share of the fastest core's speed below which a core is of
// another kind. Cores of one kind differ too: favoured ones turbo higher (5.3
// of 5.7 GHz, 0.93), and so do dies (Ryzen 7950X3D: 5.25 of 5.7, 0.92). Efficiency
// cores come as near as 4.6 of 5.5 GHz (Core Ultra 9 285K, 0.84). Vendors'
// data sheets; there is no file that draws the line.
const slowShare = 0.85

// readKinds tells performance from efficiency cores, by the first of these that
// tells any difference:
//
//  1. lists of CPUs by name: cpu/types/*, and the events devices cpu_core and
//     cpu_atom beside the tree (Intel);
//  2. cpu_capacity, the scheduler's own figure, 1024 for the fastest (arm64,
//     riscv64, Apple silicon; x86 since 6.12, without SMT);
//  3. cpufreq's cpuinfo_max_freq, then base_frequency, if the cores also differ
//     in their caches or threads: speed alone also differs between cores of
//     one kind (favoured cores, Speed Select).
//
// acpi_cppc/highest_perf is not used: AMD ranks equal cores with it (166 to
// 236 on one Zen die).
func (r *sysfs) readKinds(t *topology.Topology, devices fs.FS) {
	if r.kindsByName(t, devices) {
		return
	}
	if r.kindsBySpeed(t, "cpu_capacity", func(*topology.CPU) any { return nil }) {
		return
	}
	shapes := coreShapes(t)
	shape := func(c *topology.CPU) any { return shapes[c.ID] } // one shape is one speed, the mean
	_ = r.kindsBySpeed(t, "cpufreq/cpuinfo_max_freq", shape) || r.kindsBySpeed(t, "cpufreq/base_frequency", shape)
}

// kindsByName reads lists whose names tell the kind.
func (r *sysfs) kindsByName(t *topology.Topology, devices fs.FS) bool {
	lists := map[string]string{} // file content by device or type
	for _, name := range r.names("cpu/types") {
		if s, ok := r.text(path.Join("cpu/types", name, "cpulist")); ok {
			lists[name] = s
		}
	}
	for _, name := range []string{"cpu_core", "cpu_atom", "cpu_lowpower"} {
		s, ok := r.text(name + "/cpus") // recorded beside cpu/
		if !ok && devices != nil {
			s, ok = (&sysfs{fsys: devices}).text(name + "/cpus")
		}
		if ok {
			lists[name] = s
		}
	}
	kinds := map[int]string{}
	found := map[string]bool{}
	for name, list := range lists {
		kind := topology.Efficiency
		if strings.Contains(name, "core") {
			kind = topology.Performance
		}
		ids, err := cpulist.Parse(list)
		if err != nil {
			r.notes.Addf("%s: %v", name, err)
			continue
		}
		for _, id := range ids {
			if _, ok := t.Index(id); ok {
				kinds[id] = kind
				found[kind] = true
			}
		}
	}
	if len(found) < 2 {
		return false
	}
	for i := range t.CPUs {
		t.CPUs[i].Kind = kinds[t.CPUs[i].ID]
	}
	return true
}

// kindsBySpeed splits the online CPUs by the mean of a file over those of equal
// shape (a nil shape: each CPU for itself). It needs the file of all of them.
func (r *sysfs) kindsBySpeed(t *topology.Topology, file string, shape func(*topology.CPU) any) bool {
	type group struct{ sum, n float64 }
	groups := map[any]*group{}
	of := func(c *topology.CPU) any {
		if s := shape(c); s != nil {
			return s
		}
		return c.ID
	}
	dir, _, _ := strings.Cut(file, "/")
	for i := range t.CPUs {
		c := &t.CPUs[i]
		if !c.Online {
			continue
		}
		if !r.entries[c.ID][dir] {
			return false
		}
		speed, ok := r.count(cpuDir(c.ID) + "/" + file).Get()
		if !ok {
			return false
		}
		g := groups[of(c)]
		if g == nil {
			g = &group{}
			groups[of(c)] = g
		}
		g.sum += float64(speed)
		g.n++
	}
	fastest := 0.0
	for _, g := range groups {
		fastest = max(fastest, g.sum/g.n)
	}
	slow := func(c *topology.CPU) bool { g := groups[of(c)]; return g.sum/g.n < slowShare*fastest }
	if !differ(t, func(c *topology.CPU) any { return slow(c) }) {
		return false
	}
	for i := range t.CPUs {
		c := &t.CPUs[i]
		switch {
		case !c.Online:
		case slow(c):
			c.Kind = topology.Efficiency
		default:
			c.Kind = topology.Performance
		}
	}
	return true
}

// differ reports whether online CPUs differ in a property.
func differ(t *topology.Topology, property func(*topology.CPU) any) bool {
	seen := map[any]bool{}
	for i := range t.CPUs {
		if t.CPUs[i].Online {
			seen[property(&t.CPUs[i])] = true
		}
	}
	return len(seen) > 1
}

// coreShape is what cores of one kind have in common.
type coreShape struct {
	threads int
	caches  [4]cacheShape // L1 data, L1 instruction, L2, L3
}

type cacheShape struct{ size, cpus int }

// coreShapes describes the core of each CPU by its threads and caches.
func coreShapes(t *topology.Topology) map[int]coreShape {
	threads := map[int]int{} // by core
	for _, c := range t.CPUs {
		if core, ok := c.Core.Get(); ok && c.Online {
			threads[core]++
		}
	}
	shapes := map[int]coreShape{}
	for _, c := range t.CPUs {
		if core, ok := c.Core.Get(); ok {
			shapes[c.ID] = coreShape{threads: threads[core]}
		}
	}
	for _, cache := range t.Caches {
		at := cache.Level // 2 and 3 stand at their level
		switch {
		case cache.Level == 1 && cache.Type == topology.Instruction:
		case cache.Level == 1:
			at = 0
		case cache.Level > 3:
			continue
		}
		for _, id := range cache.CPUs {
			s := shapes[id]
			s.caches[at] = cacheShape{cache.SizeBytes.Or(0), len(cache.CPUs)}
			shapes[id] = s
		}
	}
	return shapes
}
