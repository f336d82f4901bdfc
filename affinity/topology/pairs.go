package topology

import "cmp"

// Usable returns the CPUs that are online and allowed, in order of ID.
func (t *Topology) Usable() []CPU {
	usable := make([]CPU, 0, len(t.CPUs))
	for i := range t.CPUs {
		if t.CPUs[i].Online && t.CPUs[i].Allowed {
			usable = append(usable, t.CPUs[i])
		}
	}
	return usable
}

// NearestCores returns the nearest two usable CPUs of different cores, or the
// siblings of one core where there is nothing else. It is ok = false with fewer
// than two usable CPUs.
func (t *Topology) NearestCores() (p Pair, ok bool) {
	pairs := t.PairPerRelation()
	for _, p := range pairs {
		if p.Relation != SameCore {
			return p, true
		}
	}
	if len(pairs) == 0 {
		return Pair{}, false
	}
	return pairs[0], true
}

// PairPerRelation picks one pair of different CPUs for each relation that the
// machine has, from near to far, among the CPUs that are online and allowed. The
// same topology always gives the same pairs. If nothing is known about any pair,
// the answer is one pair of relation Unknown; if fewer than two CPUs are left,
// it is empty.
//
// One CPU, A, takes part in as many of the pairs as it can, so that they differ
// in the partner only. Pairs of one core kind come before mixed ones, fast cores
// before slow ones, and CPU 0 with its siblings is left out where there is a
// choice: it boots the machine, keeps its time (kernel/time/tick-sched.c,
// tick_do_timer_cpu), and device interrupts are handled on it until something
// balances them.
//
// It takes time in proportion to the number of CPUs.
func (t *Topology) PairPerRelation() []Pair { return newPartners(t).pairs(t) }

func (p *partners) pairs(t *Topology) []Pair {
	best := map[Relation]candidate{}
	for _, a := range p.usable {
		own := make([]candidate, 0, OtherPackage+1)
		for r := Unknown; r <= OtherPackage; r++ {
			if r == SameCPU {
				continue
			}
			if b, ok := p.of(a, r); ok {
				own = append(own, candidate{r, t.CPUs[a].ID, t.CPUs[b].ID, p.costs[a] + p.cost(t.CPUs[a].Kind, b), 0})
			}
		}
		for _, c := range own {
			c.offers = len(own)
			if old, ok := best[c.relation]; !ok || c.better(old) {
				best[c.relation] = c
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
	relation Relation
	a, b     int // ids
	cost     int // what speaks against it
	offers   int // relations that a has to anybody
}

// What speaks against a pair, the gravest first: each weight exceeds the sum
// of those below it, counted for both CPUs and for up to maxSlower kinds.
const (
	mixedKinds = 1000 // two core kinds: the pair would measure their difference too
	slowKind   = 10   // for each kind that is faster
	maxSlower  = 40
	bootCPU    = 1 // CPU 0 or a sibling of it
)

func (c candidate) better(old candidate) bool {
	return cmp.Or(
		cmp.Compare(c.cost, old.cost),
		cmp.Compare(old.offers, c.offers),
		cmp.Compare(c.a, old.a),
		cmp.Compare(c.b, old.b),
	) < 0
}
