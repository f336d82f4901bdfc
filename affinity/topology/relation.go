package topology

import "slices"

// Relation returns the nearest thing that CPUs a and b share. Where the
// topology names neither a shared cache nor both packages, or one of the ids
// is not in it, the answer is Unknown.
//
// A shared cache counts if it is unified or of a type that is not reported. Of
// several at level 3 and beyond (s390 has a fourth) any makes the relation
// SameL3. Cores over one cluster, die or NUMA node without a shared cache are
// SamePackage: what they share differs between vendors.
//
// To ask about many pairs, use [Topology.Relations].
func (t *Topology) Relation(a, b int) Relation {
	i, okA := t.Index(a)
	j, okB := t.Index(b)
	if !okA || !okB {
		return Unknown
	}
	_, coreA := t.CPUs[i].Core.Get()
	_, coreB := t.CPUs[j].Core.Get()
	var pa, pb place
	pa.fill(&t.CPUs[i])
	pb.fill(&t.CPUs[j])
	for n := range t.Caches {
		if r := t.Caches[n].relation(coreA && coreB); r != Unknown && t.Caches[n].sharedBy(a, b) {
			pa.caches[r] = append(pa.caches[r], n)
			pb.caches[r] = append(pb.caches[r], n)
		}
	}
	return pa.relation(&pb)
}

// Relations returns a function that answers as [Topology.Relation] does, in a time
// that does not depend on the size of the machine. Later changes of the
// topology are not seen.
func (t *Topology) Relations() func(a, b int) Relation {
	places := t.places()
	return func(a, b int) Relation {
		i, okA := t.Index(a)
		j, okB := t.Index(b)
		if !okA || !okB {
			return Unknown
		}
		return places[i].relation(&places[j])
	}
}

// unknownID is the core or package of a place where that is not reported.
const unknownID = -1

// place is where a CPU is: its core, its package, and the caches that it is
// under, by the relation that sharing them makes.
type place struct {
	id, core, pack int
	caches         [SameL3 + 1][]int // SameCore, SameL2, SameL3: indices in Topology.Caches
}

func (p *place) fill(c *CPU) {
	p.id, p.core, p.pack = c.ID, c.Core.Or(unknownID), c.Package.Or(unknownID)
}

// places returns the place of each CPU, in the order of t.CPUs.
func (t *Topology) places() []place {
	all := make([]place, len(t.CPUs))
	room := make([]int, len(t.CPUs)*len(place{}.caches)) // for one cache of each level
	for i := range t.CPUs {
		all[i].fill(&t.CPUs[i])
		for r := range all[i].caches {
			all[i].caches[r], room = room[:0:1], room[1:]
		}
	}
	for n := range t.Caches {
		c := &t.Caches[n]
		// Whether the cores are known is looked at for each pair.
		r := c.relation(false)
		if r == Unknown {
			continue
		}
		for _, id := range c.CPUs {
			if i, ok := t.Index(id); ok {
				all[i].caches[r] = append(all[i].caches[r], n)
			}
		}
	}
	return all
}

func (p *place) relation(q *place) Relation {
	coresKnown := p.core != unknownID && q.core != unknownID
	switch {
	case p.id == q.id:
		return SameCPU
	case coresKnown && p.core == q.core:
		return SameCore
	case !coresKnown && common(p.caches[SameCore], q.caches[SameCore]):
		return SameCore
	case common(p.caches[SameL2], q.caches[SameL2]):
		return SameL2
	case common(p.caches[SameL3], q.caches[SameL3]):
		return SameL3
	case p.pack == unknownID || q.pack == unknownID:
		return Unknown
	case p.pack == q.pack:
		return SamePackage
	}
	return OtherPackage
}

// common reports whether two short lists have an element in common.
func common(a, b []int) bool {
	return slices.ContainsFunc(a, func(n int) bool { return slices.Contains(b, n) })
}

// relation says what two CPUs are to each other if they share c.
func (c *Cache) relation(coresKnown bool) Relation {
	if c.Type == Instruction {
		return Unknown
	}
	switch {
	case c.Level == 1 && !coresKnown:
		// A data cache of the first level belongs to one core, so it identifies
		// the siblings where no core ids do.
		return SameCore
	case c.Level == 2:
		return SameL2
	case c.Level >= 3:
		return SameL3
	}
	return Unknown
}

func (c *Cache) sharedBy(a, b int) bool {
	// Most caches are private, or are elsewhere: look at the ends first.
	if n := len(c.CPUs); n < 2 || min(a, b) < c.CPUs[0] || max(a, b) > c.CPUs[n-1] {
		return false
	}
	_, hasA := slices.BinarySearch(c.CPUs, a)
	_, hasB := slices.BinarySearch(c.CPUs, b)
	return hasA && hasB
}
