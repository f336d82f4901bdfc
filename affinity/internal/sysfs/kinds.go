package sysfs

import (
	"cmp"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
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

// readKinds finds the kinds of cores. CPUs are of one kind if they have the same
// name and about the same speed.
//
// Names are those of lists of CPUs (cpu/types/*, and the event devices cpu_core
// and cpu_atom beside the tree: Intel), or else of the part that the processor
// says it is (midr_el1 or /proc/cpuinfo: Arm).
//
// Speed is cpu_capacity, the scheduler's own figure, 1024 for the fastest (arm64,
// riscv64, Apple silicon; x86 since 6.12, without SMT). Where that is not told it
// is cpufreq's cpuinfo_max_freq, then base_frequency, if the cores also differ in
// their caches or threads: frequency alone also differs between cores of one kind
// (favoured cores, Speed Select). Arm has neither, and two clusters of one design at
// two frequencies (Kirin 980) are two kinds.
//
// acpi_cppc/highest_perf is not used: AMD ranks equal cores with it (166 to
// 236 on one Zen die).
func (r *sysfs) readKinds(t *topology.Topology, devices fs.FS, cpuinfo string) {
	names, parts := r.namesByList(t, devices), false
	if names == nil {
		names = r.namesByPart(t, cpuinfo)
		parts = names != nil
	}
	speeds := r.speeds(t, parts)
	ends := speeds.classesByName(names)
	kinds := map[nameAndClass]*kind{}
	of := map[int]*kind{}
	for i := range t.CPUs {
		c := &t.CPUs[i]
		if !c.Online {
			continue
		}
		name, speed := names[c.ID], speeds.of[c.ID]
		key := nameAndClass{name, slices.IndexFunc(ends[name], func(end float64) bool { return speed >= end })}
		if kinds[key] == nil {
			kinds[key] = &kind{name: key.name, class: key.class}
		}
		kinds[key].speed = max(kinds[key].speed, speed)
		of[c.ID] = kinds[key]
	}
	if len(kinds) < 2 {
		return
	}
	order := slices.SortedFunc(maps.Values(kinds), func(a, b *kind) int {
		return cmp.Or(cmp.Compare(b.speed, a.speed), cmp.Compare(rank(a.name), rank(b.name)), cmp.Compare(a.name, b.name))
	})
	for i, k := range order {
		k.text = k.words(len(order), i, speeds)
		t.Kinds = append(t.Kinds, k.text)
	}
	for i := range t.CPUs {
		if k := of[t.CPUs[i].ID]; k != nil {
			t.CPUs[i].Kind = k.text
		}
	}
}

type nameAndClass struct {
	name  string
	class int
}

// kind is a kind while it is looked for.
type kind struct {
	name  string // empty: none is told
	class int    // among those of the name, 0 is the fastest; -1: no speeds are told
	speed float64
	text  topology.Kind
}

// words names a kind: by the system's name, and where that is told of several
// or of none, by the speed. Of two kinds without names one is the faster.
func (k *kind) words(kinds, position int, s speeds) topology.Kind {
	switch {
	case k.name != "" && k.class <= 0:
		return topology.Kind(k.name)
	case k.name != "":
		return topology.Kind(k.name + " at " + s.text(k.speed))
	case kinds == 2:
		return []topology.Kind{topology.Performance, topology.Efficiency}[position]
	}
	return topology.Kind(s.text(k.speed))
}

// Intel's names, the fastest first.
var intelKinds = []string{string(topology.Performance), string(topology.Efficiency), "low-power"}

// rank orders kinds of which no speed is told, the fastest first.
func rank(name string) int {
	i := slices.Index(intelKinds, name)
	switch {
	case i >= 0:
		return i
	case slices.Contains(largeParts, name):
		return len(intelKinds)
	case slices.Contains(smallParts, name):
		return len(intelKinds) + 2
	}
	return len(intelKinds) + 1
}

// namesByList reads lists whose file names say the kind. The answer is nil where
// there are fewer than two.
func (r *sysfs) namesByList(t *topology.Topology, devices fs.FS) map[int]string {
	lists := map[string]string{} // file content by device or type
	for _, name := range r.names("cpu/types") {
		if s, ok := r.text(path.Join("cpu/types", name, "cpulist")); ok {
			lists[name] = s
		}
	}
	for _, name := range []string{"cpu_core", "cpu_atom", "cpu_lowpower"} {
		s, ok := r.text(name + "/cpus") // recorded beside cpu/
		if !ok && devices != nil {
			s, ok = (&sysfs{fsys: devices, notes: r.notes}).text(name + "/cpus")
		}
		if ok {
			lists[name] = s
		}
	}
	names := map[int]string{}
	for _, file := range slices.Sorted(maps.Keys(lists)) {
		ids, err := cpulist.Parse(lists[file])
		if err != nil {
			r.notes.Addf("%s: %v", file, err)
			continue
		}
		for _, id := range ids {
			if _, ok := t.Index(id); ok {
				names[id] = intelName(file)
			}
		}
	}
	if !differ(t, func(c *topology.CPU) any { return names[c.ID] }) {
		return nil
	}
	return names
}

// intelName translates the name of an event device (cpu_core) or of an entry of
// cpu/types (intel_atom_0).
func intelName(file string) string {
	switch {
	case strings.Contains(file, "lowpower"):
		return intelKinds[2]
	case strings.Contains(file, "atom"):
		return intelKinds[1]
	case strings.Contains(file, "core"):
		return intelKinds[0]
	}
	return file
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

// speeds is how fast CPUs are, as one file says it; empty where none does.
type speeds struct {
	of   map[int]float64 // by CPU
	file string
}

const capacityFile = "cpu_capacity"

// speeds are those of each CPU, or where frequencies tell them and the parts are not
// known, of the CPUs of one shape, their mean.
func (r *sysfs) speeds(t *topology.Topology, parts bool) speeds {
	each := func(c *topology.CPU) any { return c.ID }
	if s, ok := r.speedsIn(t, capacityFile, each); ok {
		return s
	}
	shapes := coreShapes(t)
	shape := func(c *topology.CPU) any { return shapes[c.ID] }
	if parts {
		shape = each
	}
	for _, file := range []string{"cpufreq/cpuinfo_max_freq", "cpufreq/base_frequency"} {
		if s, ok := r.speedsIn(t, file, shape); ok && len(classes(s.of)) > 1 {
			return s
		}
	}
	return speeds{}
}

// speedsIn takes the mean of a file over the CPUs of equal shape. It needs the
// file of all online CPUs.
func (r *sysfs) speedsIn(t *topology.Topology, file string, shape func(*topology.CPU) any) (speeds, bool) {
	type group struct{ sum, n float64 }
	groups := map[any]*group{}
	dir, _, _ := strings.Cut(file, "/")
	for i := range t.CPUs {
		c := &t.CPUs[i]
		if !c.Online {
			continue
		}
		if !r.entries[c.ID][dir] {
			return speeds{}, false
		}
		speed, ok := r.count(cpuDir(c.ID) + "/" + file).Get()
		if !ok {
			return speeds{}, false
		}
		g := groups[shape(c)]
		if g == nil {
			g = &group{}
			groups[shape(c)] = g
		}
		g.sum += float64(speed)
		g.n++
	}
	s := speeds{of: map[int]float64{}, file: file}
	for i := range t.CPUs {
		if c := &t.CPUs[i]; c.Online {
			g := groups[shape(c)]
			s.of[c.ID] = g.sum / g.n
		}
	}
	return s, len(groups) > 1
}

// classes returns the slowest speed of each class, the fastest class first. A
// class ends where a speed is below slowShare of its fastest.
func classes(of map[int]float64) []float64 {
	var ends []float64
	fastest := 0.0
	for _, v := range slices.Backward(slices.Compact(slices.Sorted(maps.Values(of)))) {
		if len(ends) == 0 || v < slowShare*fastest {
			ends, fastest = append(ends, v), v
		}
		ends[len(ends)-1] = v
	}
	return ends
}

// classesByName returns the classes of the CPUs of each name; nil where no speeds
// are told.
func (s speeds) classesByName(names map[int]string) map[string][]float64 {
	same := map[string]map[int]float64{}
	for id, v := range s.of {
		if same[names[id]] == nil {
			same[names[id]] = map[int]float64{}
		}
		same[names[id]][id] = v
	}
	all := map[string][]float64{}
	for name, of := range same {
		all[name] = classes(of)
	}
	return all
}

// text writes a speed: a capacity, or a frequency, which files have in kHz.
func (s speeds) text(v float64) string {
	if s.file == capacityFile {
		return fmt.Sprintf("capacity %.0f", v)
	}
	return fmt.Sprintf("%.0f MHz", v/1000)
}
