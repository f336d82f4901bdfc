package topology

import (
	"cmp"
	"slices"
)

// partners finds the best partner of a CPU for each relation.
//
// The CPUs of a relation to a are those of a group around a (an L3, a package)
// without those of the nearer groups (its core, its L2). On a sane machine groups
// are nested, so all CPUs of the largest nearer group have the same partners, and
// the answer is found once for each such group. That makes the search linear in
// the number of CPUs. On a machine whose report is not nested there are more
// answers to find, and each is still right.
type partners struct {
	places []place
	kinds  []Kind
	costs  []int   // of places: what speaks against the CPU
	usable []int   // positions in places
	around [][]int // of places: groups of the CPU, from near to far

	groups       []group
	all          int // the group of all usable CPUs
	withPackage  int // of those whose package is known
	noPackage    int // of the others
	coresUnknown bool

	sorted map[sortKey][]int
	inside map[[2]int]bool
	found  map[question]int

	looks int // at CPUs of groups, for the test that they grow as the machine does
}

// group is a set of CPUs that have a relation to each other, or a nearer one.
type group struct {
	relation Relation
	members  []int // usable, positions in places
}

// sortKey names a group in the order of preference of a kind.
type sortKey struct {
	group int
	kind  Kind
}

// question is what the answer depends on: the groups to look in, and those to
// leave out, as text would be too slow to build.
type question struct {
	relation     Relation
	kind         Kind
	look, except [3]int
}

const noGroup = -1

func newPartners(t *Topology) *partners {
	p := &partners{
		places: t.places(), kinds: make([]Kind, len(t.CPUs)), costs: make([]int, len(t.CPUs)),
		around: make([][]int, len(t.CPUs)),
		// Sized for two or three groups around each CPU, because growing takes longest.
		sorted: make(map[sortKey][]int, len(t.CPUs)), inside: make(map[[2]int]bool, 2*len(t.CPUs)), found: make(map[question]int, 2*len(t.CPUs)),
	}
	boot := -1
	if i, ok := t.Index(0); ok {
		boot = i
	}
	for i, c := range t.CPUs {
		p.kinds[i] = c.Kind
		p.costs[i] = slowKind * min(maxSlower, max(0, slices.Index(t.Kinds, c.Kind)))
		if boot >= 0 {
			if r := p.places[boot].relation(&p.places[i]); r == SameCPU || r == SameCore {
				p.costs[i] += bootCPU
			}
		}
		if c.Online && c.Allowed {
			p.usable = append(p.usable, i)
			p.coresUnknown = p.coresUnknown || p.places[i].core == unknownID
		}
	}
	p.addGroups(t)
	return p
}

// addGroups makes the groups, the near ones first.
func (p *partners) addGroups(t *Topology) {
	by := func(r Relation, keys func(pl *place) []int) {
		at := map[int]int{}
		for _, i := range p.usable {
			for _, key := range keys(&p.places[i]) {
				g, ok := at[key]
				if !ok {
					g = len(p.groups)
					at[key] = g
					p.groups = append(p.groups, group{relation: r})
				}
				p.groups[g].members = append(p.groups[g].members, i)
				p.around[i] = append(p.around[i], g)
			}
		}
	}
	one := func(id int) []int {
		if id == unknownID {
			return nil
		}
		return []int{id}
	}
	by(SameCPU, func(pl *place) []int { return []int{pl.id} })
	by(SameCore, func(pl *place) []int { return one(pl.core) })
	if p.coresUnknown {
		by(SameCore, func(pl *place) []int { return pl.caches[SameCore] })
	}
	by(SameL2, func(pl *place) []int { return pl.caches[SameL2] })
	by(SameL3, func(pl *place) []int { return pl.caches[SameL3] })
	by(SamePackage, func(pl *place) []int { return one(pl.pack) })

	p.all, p.withPackage, p.noPackage = len(p.groups), len(p.groups)+1, len(p.groups)+2
	p.groups = append(p.groups, group{relation: Unknown}, group{relation: OtherPackage}, group{relation: Unknown})
	for _, i := range p.usable {
		which := p.withPackage
		if p.places[i].pack == unknownID {
			which = p.noPackage
		}
		p.groups[p.all].members = append(p.groups[p.all].members, i)
		p.groups[which].members = append(p.groups[which].members, i)
	}
}

// of returns the position of the best partner of CPU a (a position) that has
// the relation to it, the one that speaks least against the pair; of equals the
// first.
func (p *partners) of(a int, r Relation) (b int, ok bool) {
	var look, except []int
	for _, g := range p.around[a] {
		switch {
		case p.groups[g].relation == r:
			look = append(look, g)
		case p.groups[g].relation < r || r == Unknown:
			except = append(except, g)
		}
	}
	switch {
	case r == OtherPackage && p.places[a].pack != unknownID:
		look = append(look, p.withPackage)
	case r == Unknown && p.places[a].pack == unknownID:
		look = append(look, p.all)
	case r == Unknown:
		look = append(look, p.noPackage)
	}
	if len(look) == 0 {
		return 0, false
	}
	except = p.largest(except)
	q := question{relation: r, kind: p.kinds[a]}
	keyed := fill(&q.look, look) && fill(&q.except, except)
	if keyed {
		if b, ok := p.found[q]; ok {
			return b, b >= 0
		}
	}
	b = -1
	for _, g := range look {
		for _, i := range p.preferred(g, p.kinds[a]) {
			p.looks++
			if p.places[a].relation(&p.places[i]) == r {
				if b < 0 || p.compare(p.kinds[a], i, b) < 0 {
					b = i
				}
				break
			}
		}
	}
	if keyed {
		p.found[q] = b
	}
	return b, b >= 0
}

// fill copies groups into a key, if they fit.
func fill(key *[3]int, groups []int) bool {
	*key = [3]int{noGroup, noGroup, noGroup}
	return copy(key[:], groups) == len(groups)
}

// largest drops groups that are inside another one.
func (p *partners) largest(groups []int) []int {
	kept := groups[:0:0]
	for n, g := range groups {
		covered := slices.ContainsFunc(groups[n+1:], func(h int) bool { return p.isInside(g, h) })
		if !covered {
			kept = append(kept, g)
		}
	}
	return kept
}

// isInside reports whether all CPUs of group g are in group h.
func (p *partners) isInside(g, h int) bool {
	key := [2]int{g, h}
	in, ok := p.inside[key]
	if !ok {
		in = !slices.ContainsFunc(p.groups[g].members, func(i int) bool {
			p.looks++
			return !slices.Contains(p.around[i], h)
		})
		p.inside[key] = in
	}
	return in
}

// compare orders partners for a CPU of a kind, the better first.
func (p *partners) compare(kind Kind, i, j int) int {
	return cmp.Or(cmp.Compare(p.cost(kind, i), p.cost(kind, j)), cmp.Compare(i, j))
}

// cost is what speaks against a partner of a CPU of a kind.
func (p *partners) cost(kind Kind, i int) int {
	if p.kinds[i] != kind {
		return p.costs[i] + mixedKinds
	}
	return p.costs[i]
}

// preferred returns the members of a group, the best partners for a kind first.
func (p *partners) preferred(g int, kind Kind) []int {
	key := sortKey{g, kind}
	members, ok := p.sorted[key]
	if !ok {
		members = slices.Clone(p.groups[g].members)
		slices.SortFunc(members, func(i, j int) int {
			p.looks++
			return p.compare(kind, i, j)
		})
		p.sorted[key] = members
	}
	return members
}
