package affinity

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

func TestRelation(t *testing.T) {
	check := func(desc string, a, b int, want Relation) {
		t.Helper()
		m := mustSynthetic(t, desc)
		for _, p := range [][2]int{{a, b}, {b, a}} {
			if got := m.Relation(p[0], p[1]); got != want {
				t.Errorf("%s: cpus %d and %d: %v, want %v", desc, p[0], p[1], got, want)
			}
		}
	}
	const zen = "pack:2 l3:2 core:2 l2:1 l1:1 pu:2" // 16 CPUs
	check(zen, 5, 5, SameCPU)
	check(zen, 0, 1, SameCore) // their L2 is common too: the core is nearer
	check(zen, 0, 2, SameL3)   // a private L2 makes no relation
	check(zen, 0, 4, SamePackage)
	check(zen, 0, 8, OtherPackage)
	check(zen, 0, 16, Unknown) // no such CPU
	check(zen, 16, 16, Unknown)

	check("pack:1 l3:1 l2:2 core:4", 0, 3, SameL2)
	check("pack:1 l3:1 l2:2 core:4", 3, 4, SameL3)
	check("l4:1 pack:2 l3:1 core:2", 0, 1, SameL3)
	check("l4:1 pack:2 l3:1 core:2", 0, 2, SameL3) // an L4 over two packages

	// Little is told.
	check("pu:2", 0, 1, Unknown)
	check("core:2", 0, 1, Unknown) // other cores, perhaps of other packages
	check("l3:1 pu:2", 0, 1, SameL3)
	check("l1:1 pu:2", 0, 1, SameCore)
	check("core:2 l1i:1", 0, 1, Unknown)
	check("l1i:1 core:2", 0, 1, Unknown)           // instructions are not data
	check("pack:1 l1:1 core:2", 0, 1, SamePackage) // told to be two cores: no siblings
	check("pack:2 l1:1", 0, 1, OtherPackage)
	check("l1i:1 pu:2", 0, 1, Unknown)
	check("node:2 core:2", 0, 2, Unknown) // nodes are not packages
}

// Relations are symmetric, and do not depend on the order of the caches.
func TestRelationSymmetric(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 100 {
		m := randomMachine(t, rng)
		shuffled := *m
		shuffled.Caches = slices.Clone(m.Caches)
		rng.Shuffle(len(shuffled.Caches), func(i, j int) {
			shuffled.Caches[i], shuffled.Caches[j] = shuffled.Caches[j], shuffled.Caches[i]
		})
		for _, a := range m.CPUs {
			for _, b := range m.CPUs {
				r := m.Relation(a.ID, b.ID)
				if back := m.Relation(b.ID, a.ID); back != r {
					t.Fatalf("%d to %d: %v, back: %v\n%s", a.ID, b.ID, r, back, summary(m))
				}
				if other := shuffled.Relation(a.ID, b.ID); other != r {
					t.Fatalf("%d to %d: %v, with shuffled caches %v\n%s", a.ID, b.ID, r, other, summary(m))
				}
			}
		}
	}
}

func TestPairs(t *testing.T) {
	check := func(m *Topology, want ...Pair) {
		t.Helper()
		if got := m.Pairs(); !slices.Equal(got, want) {
			t.Errorf("%sgot  %v\nwant %v", summary(m), got, want)
		}
	}
	zen := mustSynthetic(t, "pack:2 l3:2 core:2 pu:2")
	// One CPU in all pairs, and neither CPU 0 nor its sibling.
	check(zen, Pair{2, 3, SameCore}, Pair{4, 6, SameL3}, Pair{2, 4, SamePackage}, Pair{2, 8, OtherPackage})

	three := mustSynthetic(t, "pack:2 l3:2 core:3 pu:2")
	check(three, Pair{2, 3, SameCore}, Pair{2, 4, SameL3}, Pair{2, 6, SamePackage}, Pair{2, 12, OtherPackage})

	// Two CPUs leave no choice.
	check(mustSynthetic(t, "pack:1 l3:1 core:2"), Pair{0, 1, SameL3})
	check(mustSynthetic(t, "pack:1 core:1"))
	check(mustSynthetic(t, "pu:2"), Pair{0, 1, Unknown})

	// The mask and what is offline narrow the choice.
	masked := mustSynthetic(t, "pack:2 l3:1 core:4")
	for i := range masked.CPUs {
		masked.CPUs[i].Allowed = i < 3
	}
	masked.CPUs[1].Online = false
	check(masked, Pair{0, 2, SameL3})

	// Core kinds are not mixed where that can be avoided, and fast ones come first.
	hybrid := join([]string{Efficiency, Performance},
		mustSynthetic(t, "l2:1 core:4"), mustSynthetic(t, "core:2 l2:1 pu:2")).shared(3, 1<<20, 64, 16)
	check(hybrid, Pair{4, 5, SameCore}, Pair{1, 2, SameL2}, Pair{4, 6, SameL3})
	// Two slow cores before a fast and a slow one.
	check(join([]string{Performance, Efficiency}, mustSynthetic(t, "core:1"), mustSynthetic(t, "core:2")), Pair{1, 2, SamePackage})
	// Two fast cores before all, even if CPU 0 is one.
	boot := join([]string{Performance, Efficiency, Performance},
		mustSynthetic(t, "core:1"), mustSynthetic(t, "core:2"), mustSynthetic(t, "core:1"))
	check(boot, Pair{0, 3, SamePackage})
	// Of equal pairs, the one whose A has more relations: 1 has no sibling.
	uneven := join([]string{"", "", ""}, mustSynthetic(t, "core:1"), mustSynthetic(t, "core:2"), mustSynthetic(t, "core:2 pu:2"))
	check(uneven, Pair{3, 4, SameCore}, Pair{3, 1, SamePackage})
}

// Pairs are what they say, usable, and one for each relation there is.
func TestPairsComplete(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 100 {
		m := randomMachine(t, rng)
		for i := range m.CPUs {
			m.CPUs[i].Allowed = m.CPUs[i].Online && rng.IntN(5) > 0
		}
		there := map[Relation]bool{}
		for _, a := range m.CPUs {
			for _, b := range m.CPUs {
				if a.ID != b.ID && a.Allowed && b.Allowed {
					there[m.Relation(a.ID, b.ID)] = true
				}
			}
		}
		if len(there) > 1 {
			delete(there, Unknown)
		}
		last := Relation(-1)
		got := map[Relation]bool{}
		pairs := m.Pairs()
		for _, p := range pairs {
			a, _ := m.find(p.A)
			b, _ := m.find(p.B)
			if p.Relation <= last || p.A == p.B || !a.Allowed || !b.Allowed || m.Relation(p.A, p.B) != p.Relation {
				t.Fatalf("pair %v of %v\n%s", p, pairs, summary(m))
			}
			last, got[p.Relation] = p.Relation, true
		}
		if !reflect.DeepEqual(got, there) {
			t.Fatalf("pairs %v, relations that are there: %v\n%s", pairs, there, summary(m))
		}
	}
}
