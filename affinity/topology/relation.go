package topology

import (
	"cmp"
	"slices"
)

// Relation returns the nearest thing that CPUs a and b share. Where the
// topology names neither a shared cache nor both packages, or one of the ids
// is not in it, the answer is Unknown.
//
// A shared cache counts if it is unified or of a type that was not told; of
// several at level 3 and beyond (s390 has a fourth) any makes the relation
// SameL3. Cores over one cluster, die or NUMA node without a shared cache are
// SamePackage: what they share differs between vendors.
func (t *Topology) Relation(a, b int) Relation {
	ca, ok := t.find(a)
	if !ok {
		return Unknown
	}
	cb, ok := t.find(b)
	if !ok {
		return Unknown
	}
	if a == b {
		return SameCPU
	}
	coreA, knownA := ca.Core.Get()
	coreB, knownB := cb.Core.Get()
	coresKnown := knownA && knownB
	if coresKnown && coreA == coreB {
		return SameCore
	}
	nearest := Unknown
	for i := range t.Caches {
		r := t.Caches[i].relation(coresKnown)
		if r == Unknown || nearest != Unknown && nearest <= r {
			continue
		}
		if t.Caches[i].sharedBy(a, b) {
			nearest = r
		}
	}
	if nearest != Unknown {
		return nearest
	}
	packA, knownA := ca.Package.Get()
	packB, knownB := cb.Package.Get()
	switch {
	case !knownA || !knownB:
		return Unknown
	case packA == packB:
		return SamePackage
	}
	return OtherPackage
}

// relation says what two CPUs are to each other if they share c.
func (c *Cache) relation(coresKnown bool) Relation {
	if c.Type == Instruction {
		return Unknown
	}
	switch {
	case c.Level == 1 && !coresKnown:
		// A data cache of the first level belongs to one core, so it tells
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
	// Most caches are private or lie elsewhere: look at the ends first.
	if n := len(c.CPUs); n < 2 || min(a, b) < c.CPUs[0] || max(a, b) > c.CPUs[n-1] {
		return false
	}
	_, hasA := slices.BinarySearch(c.CPUs, a)
	_, hasB := slices.BinarySearch(c.CPUs, b)
	return hasA && hasB
}

func (t *Topology) find(id int) (*CPU, bool) {
	i, ok := t.Index(id)
	if !ok {
		return nil, false
	}
	return &t.CPUs[i], true
}

// Pairs picks one pair of different CPUs for each relation that the machine
// has, from near to far, among the CPUs that are online and allowed. The same
// topology always gives the same pairs. If nothing is told about any pair,
// the answer is one pair of relation Unknown; if fewer than two CPUs are left,
// it is empty.
//
// One CPU, A, takes part in as many of the pairs as it can, so that they differ
// in the partner only. Pairs of one core kind come before mixed ones,
// performance cores before efficiency cores, and CPU 0 with its siblings is
// left out where there is a choice: it boots the machine, keeps its time
// (kernel/time/tick-sched.c, tick_do_timer_cpu), and device interrupts land on it
// until something balances them.
func (t *Topology) Pairs() []Pair {
	var usable []CPU
	var costs []int // of usable
	for _, c := range t.CPUs {
		if c.Online && c.Allowed {
			usable = append(usable, c)
			costs = append(costs, t.cost(c))
		}
	}
	best := map[Relation]candidate{}
	for i, a := range usable {
		// What one CPU offers for each relation, and how many it offers.
		own := map[Relation]candidate{}
		for j, b := range usable {
			if i == j {
				continue
			}
			r := t.Relation(a.ID, b.ID)
			c := candidate{a: a.ID, b: b.ID, cost: costs[i] + costs[j]}
			if a.Kind != b.Kind {
				c.cost += mixedKinds
			}
			if old, ok := own[r]; !ok || c.cost < old.cost {
				own[r] = c
			}
		}
		for r, c := range own {
			c.offers = len(own)
			if old, ok := best[r]; !ok || c.better(old) {
				best[r] = c
			}
		}
	}
	var pairs []Pair
	for r := SameCore; r <= OtherPackage; r++ {
		if c, ok := best[r]; ok {
			pairs = append(pairs, Pair{c.a, c.b, r})
		}
	}
	if c, ok := best[Unknown]; ok && pairs == nil {
		pairs = append(pairs, Pair{c.a, c.b, Unknown})
	}
	return pairs
}

// candidate is a pair that may represent a relation.
type candidate struct {
	a, b   int
	cost   int // what speaks against it
	offers int // relations that a has to anybody
}

// What speaks against a pair, the gravest first: each weight exceeds the sum
// of those below it, counted for both CPUs.
const (
	mixedKinds = 100 // two core kinds: the pair would measure their difference too
	slowKind   = 10  // an efficiency core
	bootCPU    = 1   // CPU 0 or a sibling of it
)

func (t *Topology) cost(c CPU) int {
	cost := 0
	if c.Kind == Efficiency {
		cost += slowKind
	}
	if r := t.Relation(0, c.ID); r == SameCPU || r == SameCore {
		cost += bootCPU
	}
	return cost
}

func (c candidate) better(old candidate) bool {
	return cmp.Or(
		cmp.Compare(c.cost, old.cost),
		cmp.Compare(old.offers, c.offers),
		cmp.Compare(c.a, old.a),
		cmp.Compare(c.b, old.b),
	) < 0
}

// Index returns the position of a CPU in t.CPUs, or the position where it
// would be inserted.
func (t *Topology) Index(id int) (int, bool) {
	return slices.BinarySearchFunc(t.CPUs, id, func(c CPU, id int) int { return cmp.Compare(c.ID, id) })
}

// Sort puts CPUs and caches in the order that Topology promises: CPUs by ID,
// caches by level, type and first CPU.
func (t *Topology) Sort() {
	slices.SortFunc(t.CPUs, func(a, b CPU) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortStableFunc(t.Caches, func(a, b Cache) int {
		return cmp.Or(cmp.Compare(a.Level, b.Level), cmp.Compare(a.Type, b.Type), slices.Compare(a.CPUs, b.CPUs))
	})
}
