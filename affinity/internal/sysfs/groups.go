package sysfs

import (
	"fmt"
	"slices"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
)

// grouping is one way in which a kernel groups CPUs: by core, cluster, die or
// package.
type grouping struct {
	word   string
	idFile string
	// setFiles name files with the members, today's name before that of 2.6
	// (core_siblings are the package's).
	setFiles []setFile
}

var (
	coreGrouping = grouping{"core", "core_id",
		[]setFile{{"core_cpus", "core_cpus_list"}, {"thread_siblings", "thread_siblings_list"}}}
	clusterGrouping = grouping{"cluster", "cluster_id",
		[]setFile{{"cluster_cpus", "cluster_cpus_list"}}}
	dieGrouping = grouping{"die", "die_id",
		[]setFile{{"die_cpus", "die_cpus_list"}}}
	packageGrouping = grouping{"package", "physical_package_id",
		[]setFile{{"package_cpus", "package_cpus_list"}, {"core_siblings", "core_siblings_list"}}}
)

// member is what one CPU says about its group.
type member struct {
	id     opt.Value[int]
	idFile bool  // there is such a file, whatever it holds
	set    []int // ascending, with the CPU itself; nil where not told
}

// readGroups fills Package, Die, Cluster and Core. s390's books and drawers,
// which lie between package and machine, have no field: they show in the
// caches (an L4 spans a drawer).
func (r *sysfs) readGroups(t *topology.Topology) {
	cores := r.members(t, coreGrouping)
	packages := r.members(t, packageGrouping)
	dies := r.members(t, dieGrouping)
	clusters := r.members(t, clusterGrouping)
	for _, members := range [][]member{packages, dies, clusters} {
		dropPlaceholders(members, cores)
	}
	r.dropSmall(t, packages, clusters)
	r.assignPackages(t, packages)
	for _, g := range []struct {
		word    string
		members []member
		field   func(*topology.CPU) *opt.Value[int]
	}{
		{dieGrouping.word, dies, func(c *topology.CPU) *opt.Value[int] { return &c.Die }},
		{clusterGrouping.word, clusters, func(c *topology.CPU) *opt.Value[int] { return &c.Cluster }},
		{coreGrouping.word, cores, func(c *topology.CPU) *opt.Value[int] { return &c.Core }},
	} {
		for i, key := range groupKeys(t, g.members, g.word) {
			*g.field(&t.CPUs[i]) = key
		}
		r.checkWithinPackage(t, g.word, g.field)
	}
}

// dropPlaceholders forgets the sets that stand beside ids of -1, unless one of
// them is larger than a core: a kernel that knows no packages, dies or clusters
// writes the core or the CPU itself (POWER7's packages, Graviton's clusters, x86
// guests). s390 has ids of -1 beside sets that are right.
func dropPlaceholders(members, cores []member) {
	for i, m := range members {
		if m.set != nil && (!m.placeholder() || len(m.set) > max(1, len(cores[i].set))) {
			return
		}
	}
	for i := range members {
		members[i].set = nil
	}
}

// dropSmall forgets the sets of packages where one is smaller than a cluster in it:
// some phones' kernels write the CPU itself, and ids that are right (Pixel 8).
func (r *sysfs) dropSmall(t *topology.Topology, packages, clusters []member) {
	small := false
	for i, p := range packages {
		if p.set != nil && !p.id.IsZero() && len(p.set) < len(clusters[i].set) {
			small = true
			r.notes.CPU(t.CPUs[i].ID, "the package names fewer CPUs than the cluster: the physical_package_id is believed")
		}
	}
	for i := range packages {
		if small {
			packages[i].set = nil
		}
	}
}

func (m member) placeholder() bool { return m.idFile && m.id.IsZero() }

// members reads what each CPU says, in the order of t.CPUs.
func (r *sysfs) members(t *topology.Topology, g grouping) []member {
	all := make([]member, len(t.CPUs))
	for i, c := range t.CPUs {
		if !r.entries[c.ID]["topology"] {
			continue
		}
		dir := cpuDir(c.ID) + "/topology"
		_, all[i].idFile = r.text(dir + "/" + g.idFile)
		all[i].id = r.id(dir + "/" + g.idFile)
		set, ok, torn := r.set(dir, naming(c.ID), g.setFiles...)
		if torn != "" {
			r.notes.CPU(c.ID, torn)
		}
		if !ok || len(set) == 0 {
			continue // an offline CPU has an empty set
		}
		all[i].set = r.ownSet(t, c, g.word, set)
	}
	r.reconcile(t, g, all)
	return all
}

// reconcile holds the members' sets against each other.
func (r *sysfs) reconcile(t *topology.Topology, g grouping, all []member) {
	claims := map[*int]int{} // how many CPUs tell a set, by its first element
	for _, m := range all {
		if m.set != nil {
			claims[&m.set[0]]++
		}
	}
	for i, m := range all {
		if m.set == nil || claims[&m.set[0]] == len(m.set) {
			continue // all of its CPUs tell the same
		}
		for _, id := range m.set {
			j, _ := t.Index(id)
			if other := &all[j]; other.set == nil && !other.idFile && t.CPUs[j].Online {
				// An online CPU that says nothing itself belongs where the
				// others say.
				other.set, other.id = m.set, m.id
			} else if other.set != nil && !same(other.set, m.set) {
				r.notes.CPU(t.CPUs[i].ID, fmt.Sprintf("the CPUs of the %s disagree about who is in it: each is believed for itself", g.word))
			}
		}
	}
}

// naming accepts sets that name a CPU.
func naming(id int) func([]int) bool {
	return func(set []int) bool { _, ok := slices.BinarySearch(set, id); return ok }
}

// ownSet cleans a set that CPU c says it is in. One that does not name the CPU
// itself is not believed: the answer is nil.
func (r *sysfs) ownSet(t *topology.Topology, c topology.CPU, word string, set []int) []int {
	stranger := func(id int) bool {
		_, ok := t.Index(id)
		return !ok
	}
	if slices.ContainsFunc(set, stranger) {
		r.notes.CPU(c.ID, fmt.Sprintf("the %s names CPUs that the tree does not have", word))
		set = r.one(slices.DeleteFunc(slices.Clone(set), stranger))
	}
	if _, ok := slices.BinarySearch(set, c.ID); !ok {
		if c.Online { // an offline CPU is taken out of its sets
			r.notes.CPU(c.ID, fmt.Sprintf("the %s does not name the CPU itself, and is not believed", word))
		}
		return nil
	}
	return set
}

// assignPackages keeps the kernel's own package ids. Where there are none but
// sets, or where the sets show that an id is given out twice, the sets are
// numbered.
func (r *sysfs) assignPackages(t *topology.Topology, members []member) {
	ids := map[*int]opt.Value[int]{} // what the first CPU of a set gives as its id
	contradiction := false
	for i, m := range members {
		t.CPUs[i].Package = m.id
		id, known := m.id.Get()
		if m.set == nil || !known {
			continue
		}
		first, seen := ids[&m.set[0]]
		if !seen {
			ids[&m.set[0]] = m.id
		} else if first.Or(id) != id {
			contradiction = true
			r.notes.CPU(t.CPUs[i].ID, "the package lists CPUs that give another package id: the id is believed")
		}
	}
	told := slices.ContainsFunc(members, func(m member) bool { return !m.id.IsZero() })
	if told && (contradiction || !r.reusedIDs(t, members)) {
		for i, m := range members {
			if m.id.IsZero() && m.set != nil { // a CPU that went off or on meanwhile
				t.CPUs[i].Package = ids[&m.set[0]]
			}
		}
		return
	}
	for i, n := range groupKeys(t, members, packageGrouping.word) {
		t.CPUs[i].Package = n
	}
}

// reusedIDs reports whether packages have one id in common, although all online
// CPUs tell a set and no two sets overlap: ia64 counted packages within a node.
func (r *sysfs) reusedIDs(t *topology.Topology, members []member) bool {
	setOf := map[int]*int{} // the set of each id, by its first element
	claims := map[*int]int{}
	reused := false
	for i, m := range members {
		if m.set == nil {
			if t.CPUs[i].Online {
				return false
			}
			continue
		}
		set := &m.set[0]
		claims[set]++
		id, known := m.id.Get()
		if other, seen := setOf[id]; known && seen && other != set {
			reused = true
		}
		setOf[id] = set
	}
	for _, m := range members {
		if m.set != nil && claims[&m.set[0]] != len(m.set) {
			return false
		}
	}
	if _, books := r.text(cpuDir(t.CPUs[0].ID) + "/topology/book_id"); reused && !books { // s390 counts them in each book
		r.notes.Addf("several packages have one physical_package_id: they are told apart by their CPUs and numbered anew")
	}
	return reused
}

// groupKeys numbers the groups within the whole machine, in the order of
// their first CPU, and returns the number for each CPU. Kernels number cores
// and dies within a package, so their ids do not do.
//
// CPUs with equal sets are one group. Without sets it is CPUs of one package
// with equal ids; if the package is unknown as well, equal ids prove nothing.
func groupKeys(t *topology.Topology, members []member, word string) []opt.Value[int] {
	type key struct {
		set  *int // the first element: equal sets are one slice
		pack int
		id   int
	}
	perID := map[int]int{} // CPUs without a set, by id
	for _, m := range members {
		if id, ok := m.id.Get(); ok && m.set == nil {
			perID[id]++
		}
	}
	numbers := map[key]int{}
	keys := make([]opt.Value[int], len(members))
	for i, m := range members {
		id, idKnown := m.id.Get()
		var k key
		switch {
		case m.set != nil:
			k.set = &m.set[0]
			if word == coreGrouping.word && differentIDs(t, members, m.set) {
				// AMD's Bulldozer modules: the kernel calls their cores
				// siblings, and gives each a core_id of its own.
				k.id = id
			}
		case idKnown:
			pack, packKnown := t.CPUs[i].Package.Get()
			if !packKnown {
				if perID[id] > 1 {
					continue
				}
				pack = -1 // a key of its own; never leaves this function
			}
			k.pack, k.id = pack, id
		default:
			continue
		}
		if _, ok := numbers[k]; !ok {
			numbers[k] = len(numbers)
		}
		keys[i] = opt.Some(numbers[k])
	}
	return keys
}

// differentIDs reports whether all CPUs of the set tell an id, and not the same.
func differentIDs(t *topology.Topology, members []member, set []int) bool {
	different := false
	var first int
	for n, cpu := range set {
		i, _ := t.Index(cpu)
		id, ok := members[i].id.Get()
		if !ok {
			return false
		}
		if n == 0 {
			first = id
		}
		different = different || id != first
	}
	return different
}

// checkWithinPackage warns of cores, clusters and dies that reach over packages.
func (r *sysfs) checkWithinPackage(t *topology.Topology, word string, field func(*topology.CPU) *opt.Value[int]) {
	packageOf := map[int]int{}
	for i := range t.CPUs {
		c := &t.CPUs[i]
		group, ok := field(c).Get()
		pack, packKnown := c.Package.Get()
		if !ok || !packKnown {
			continue
		}
		if first, seen := packageOf[group]; !seen {
			packageOf[group] = pack
		} else if first != pack {
			r.notes.CPU(c.ID, fmt.Sprintf("the %s has CPUs in several packages", word))
		}
	}
}
