package topology

import (
	"cmp"
	"slices"
)

// partners finds the best partner of a CPU for each relation.
//
// The CPUs of a relation to a are those of a group around a (an L3, a package)
// without those of the nearer groups (its core, its L2). Groups are in the order of
// preference, so their first member is the answer for every CPU that is not near it.
// On a sane machine groups are nested, so all that are near it by the same groups have
// one answer, which is found once. That makes the search linear in the number of CPUs.
// On a machine whose report is not nested there are more answers to find, and each is
// still right.
type partners struct {
	places []place
	kinds  []Kind
	costs  []int   // of places: what speaks against the CPU
	usable []int   // positions in places, those that least speaks against first
	around [][]int // of places: groups of the CPU, from near to far

	groups       []group
	all          int // the group of all usable CPUs
	withPackage  int // of those whose package is known
	noPackage    int // of the others
	coresUnknown bool
	mixed        bool // the usable CPUs are of several kinds

	sorted map[sortKey][]int
	inside map[[2]int]bool
	found  map[question]int

	looks int // at CPUs of groups, for the test that they grow as the machine does
}

// group is a set of CPUs that have a relation to each other, or a nearer one.
type group struct {
	relation Relation
	members  []int // usable, positions in places, in the order of partners.usable
}

// sortKey names a group in the order of preference of a kind.
type sortKey struct {
	group int
	kind  Kind
}

// question is what the answer depends on: the group to look in, and those to leave
// out, as text would be too slow to build.
type question struct {
	relation Relation
	kind     Kind
	core     int // of a machine that names the cores of some CPUs only; else 0
	look     int
	except   [3]int
}

const (
	noGroup = -1

	// usualGroups is how many groups a CPU of a sane machine is in: core, L2, L3,
	// package. More only take longer to store.
	usualGroups = 4

	// firstFew members of a group are tried before the table of answers. Those that are
	// near a CPU are mostly threads of its core, and no processor has more than the
	// eight of IBM's Power.
	firstFew = 8 + 1
)

func newPartners(t *Topology) *partners {
	p := &partners{
		places: t.places(), kinds: make([]Kind, len(t.CPUs)), costs: make([]int, len(t.CPUs)), around: make([][]int, len(t.CPUs)),
		usable: make([]int, 0, len(t.CPUs)), groups: make([]group, 0, len(t.CPUs)), // a core and an L2 for every two CPUs
		sorted: map[sortKey][]int{}, inside: map[[2]int]bool{}, found: map[question]int{},
	}
	boot := -1
	if i, ok := t.Index(0); ok {
		boot = i
	}
	room := make([]int, usualGroups*len(t.CPUs))
	for i := range t.CPUs {
		c := &t.CPUs[i]
		p.kinds[i] = c.Kind
		p.around[i], room = room[:0:usualGroups], room[usualGroups:]
		p.costs[i] = slowKind * min(maxSlower, max(0, slices.Index(t.Kinds, c.Kind)))
		if boot >= 0 {
			if r := p.places[boot].relation(&p.places[i]); r == SameCPU || r == SameCore {
				p.costs[i] += bootCPU
			}
		}
		if c.Online && c.Allowed {
			p.usable = append(p.usable, i)
			p.coresUnknown = p.coresUnknown || p.places[i].core == unknownID
			p.mixed = p.mixed || c.Kind != p.kinds[p.usable[0]]
		}
	}
	slices.SortStableFunc(p.usable, func(i, j int) int {
		p.looks++
		return cmp.Compare(p.costs[i], p.costs[j])
	})
	p.addGroups()
	return p
}

// addGroups makes the groups, the near ones first.
func (p *partners) addGroups() {
	p.groupByID(SameCore, func(pl *place) int { return pl.core })
	if p.coresUnknown {
		p.groupByCache(SameCore)
	}
	p.groupByCache(SameL2)
	p.groupByCache(SameL3)
	p.groupByID(SamePackage, func(pl *place) int { return pl.pack })

	p.all, p.withPackage, p.noPackage = len(p.groups), len(p.groups)+1, len(p.groups)+2
	p.groups = append(p.groups, group{relation: Unknown, members: p.usable}, group{relation: OtherPackage}, group{relation: Unknown})
	for _, i := range p.usable {
		which := &p.groups[p.withPackage]
		if p.places[i].pack == unknownID {
			which = &p.groups[p.noPackage]
		}
		which.members = append(which.members, i)
	}
}

// groupByID makes a group for each core or package.
func (p *partners) groupByID(r Relation, id func(*place) int) {
	at := map[int]int{}
	for _, i := range p.usable {
		if id := id(&p.places[i]); id != unknownID {
			p.join(i, r, at, id)
		}
	}
}

// groupByCache makes a group for each cache that makes a relation.
func (p *partners) groupByCache(r Relation) {
	at := map[int]int{}
	for _, i := range p.usable {
		for _, cache := range p.places[i].caches[r] {
			p.join(i, r, at, cache)
		}
	}
}

// join adds a CPU to the group with a key, which it makes where there is none.
func (p *partners) join(i int, r Relation, at map[int]int, key int) {
	g, ok := at[key]
	if !ok {
		g = len(p.groups)
		at[key] = g
		p.groups = append(p.groups, group{relation: r})
	}
	p.groups[g].members = append(p.groups[g].members, i)
	p.around[i] = append(p.around[i], g)
}

// of returns the position of the best partner of CPU a (a position) that has
// the relation to it, the one that speaks least against the pair; of equals the
// first.
func (p *partners) of(a int, r Relation) (b int, ok bool) {
	b = -1
	for _, g := range p.around[a] {
		if p.groups[g].relation == r {
			b = p.better(a, b, p.firstIn(g, a, r))
		}
	}
	if g := p.outside(a, r); g != noGroup {
		b = p.better(a, b, p.firstIn(g, a, r))
	}
	return b, b >= 0
}

// outside is the group in which the CPUs are that share nothing with a.
func (p *partners) outside(a int, r Relation) int {
	known := p.places[a].pack != unknownID
	switch {
	case r == OtherPackage && known:
		return p.withPackage
	case r == Unknown && known:
		return p.noPackage
	case r == Unknown:
		return p.all
	}
	return noGroup
}

// better is the better partner of a; a negative one is none.
func (p *partners) better(a, b, c int) int {
	if b < 0 || c >= 0 && p.compare(p.kinds[a], c, b) < 0 {
		return c
	}
	return b
}

// firstIn returns the best member of a group that has the relation to a, or -1.
func (p *partners) firstIn(g, a int, r Relation) int {
	members := p.preferred(g, p.kinds[a])
	few := min(firstFew, len(members))
	if b := p.search(members[:few], a, r); b >= 0 || few == len(members) {
		return b
	}
	q := question{relation: r, kind: p.kinds[a], look: g}
	if p.coresUnknown {
		q.core = p.places[a].core
	}
	except := p.largest(p.nearer(a, r))
	if len(except) == 0 || !fill(&q.except, except) {
		return p.search(members, a, r)
	}
	b, ok := p.found[q]
	if !ok {
		b = p.search(members, a, r)
		p.found[q] = b
	}
	return b
}

// search returns the first of the members that has the relation to a, or -1.
func (p *partners) search(members []int, a int, r Relation) int {
	for _, i := range members {
		p.looks++
		if p.places[a].relation(&p.places[i]) == r {
			return i
		}
	}
	return -1
}

// nearer lists the groups of a whose members are nearer to it than a relation.
func (p *partners) nearer(a int, r Relation) []int {
	var groups []int
	for _, g := range p.around[a] {
		if p.groups[g].relation < r || r == Unknown {
			groups = append(groups, g)
		}
	}
	return groups
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
	if !p.mixed {
		return p.groups[g].members
	}
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
