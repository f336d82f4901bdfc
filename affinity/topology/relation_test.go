package topology_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"cachelab/affinity/internal/topotest"
	"cachelab/affinity/topology"
)

func TestRelation(t *testing.T) {
	check := func(desc string, a, b int, want topology.Relation) {
		t.Helper()
		m := topotest.Synthetic(t, desc)
		for _, p := range [][2]int{{a, b}, {b, a}} {
			if got := m.Relation(p[0], p[1]); got != want {
				t.Errorf("%s: cpus %d and %d: %v, want %v", desc, p[0], p[1], got, want)
			}
		}
	}
	const zen = "pack:2 l3:2 core:2 l2:1 l1:1 pu:2" // 16 CPUs
	check(zen, 5, 5, topology.SameCPU)
	check(zen, 0, 1, topology.SameCore) // their L2 is common too: the core is nearer
	check(zen, 0, 2, topology.SameL3)   // a private L2 makes no relation
	check(zen, 0, 4, topology.SamePackage)
	check(zen, 0, 8, topology.OtherPackage)
	check(zen, 0, 16, topology.Unknown) // no such CPU
	check(zen, 16, 16, topology.Unknown)

	check("pack:1 l3:1 l2:2 core:4", 0, 3, topology.SameL2)
	check("pack:1 l3:1 l2:2 core:4", 3, 4, topology.SameL3)
	check("l4:1 pack:2 l3:1 core:2", 0, 1, topology.SameL3)
	check("l4:1 pack:2 l3:1 core:2", 0, 2, topology.SameL3) // an L4 over two packages

	// Little is told.
	check("pu:2", 0, 1, topology.Unknown)
	check("core:2", 0, 1, topology.Unknown) // other cores, perhaps of other packages
	check("l3:1 pu:2", 0, 1, topology.SameL3)
	check("l1:1 pu:2", 0, 1, topology.SameCore)
	check("core:2 l1i:1", 0, 1, topology.Unknown)
	check("l1i:1 core:2", 0, 1, topology.Unknown)           // instructions are not data
	check("pack:1 l1:1 core:2", 0, 1, topology.SamePackage) // told to be two cores: no siblings
	check("pack:2 l1:1", 0, 1, topology.OtherPackage)
	check("l1i:1 pu:2", 0, 1, topology.Unknown)
	check("node:2 core:2", 0, 2, topology.Unknown) // nodes are not packages
}

// Relations are symmetric, and do not depend on the order of the caches.
func TestRelationSymmetric(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 100 {
		m := topotest.Random(t, rng)
		shuffled := *m
		shuffled.Caches = slices.Clone(m.Caches)
		rng.Shuffle(len(shuffled.Caches), func(i, j int) {
			shuffled.Caches[i], shuffled.Caches[j] = shuffled.Caches[j], shuffled.Caches[i]
		})
		for _, a := range m.CPUs {
			for _, b := range m.CPUs {
				r := m.Relation(a.ID, b.ID)
				if back := m.Relation(b.ID, a.ID); back != r {
					t.Fatalf("%d to %d: %v, back: %v\n%s", a.ID, b.ID, r, back, topotest.Summary(m))
				}
				if other := shuffled.Relation(a.ID, b.ID); other != r {
					t.Fatalf("%d to %d: %v, with shuffled caches %v\n%s", a.ID, b.ID, r, other, topotest.Summary(m))
				}
			}
		}
	}
}

func TestPairPerRelation(t *testing.T) {
	check := func(m *topology.Topology, want ...topology.Pair) {
		t.Helper()
		if got := m.PairPerRelation(); !slices.Equal(got, want) {
			t.Errorf("%sgot  %v\nwant %v", topotest.Summary(m), got, want)
		}
	}
	zen := topotest.Synthetic(t, "pack:2 l3:2 core:2 pu:2")
	// One CPU in all pairs, and neither CPU 0 nor its sibling.
	check(zen, topology.Pair{2, 3, topology.SameCore}, topology.Pair{4, 6, topology.SameL3}, topology.Pair{2, 4, topology.SamePackage}, topology.Pair{2, 8, topology.OtherPackage})

	three := topotest.Synthetic(t, "pack:2 l3:2 core:3 pu:2")
	check(three, topology.Pair{2, 3, topology.SameCore}, topology.Pair{2, 4, topology.SameL3}, topology.Pair{2, 6, topology.SamePackage}, topology.Pair{2, 12, topology.OtherPackage})

	// Two CPUs leave no choice.
	check(topotest.Synthetic(t, "pack:1 l3:1 core:2"), topology.Pair{0, 1, topology.SameL3})
	check(topotest.Synthetic(t, "pack:1 core:1"))
	check(topotest.Synthetic(t, "pu:2"), topology.Pair{0, 1, topology.Unknown})

	// The mask and what is offline narrow the choice.
	masked := topotest.Synthetic(t, "pack:2 l3:1 core:4")
	for i := range masked.CPUs {
		masked.CPUs[i].Allowed = i < 3
	}
	masked.CPUs[1].Online = false
	check(masked, topology.Pair{0, 2, topology.SameL3})

	// Core kinds are not mixed where that can be avoided, and fast ones come first.
	hybrid := topotest.Shared(topotest.Join([]topology.Kind{topology.Efficiency, topology.Performance},
		topotest.Synthetic(t, "l2:1 core:4"), topotest.Synthetic(t, "core:2 l2:1 pu:2")), 3, 1<<20, 64, 16)
	check(hybrid, topology.Pair{4, 5, topology.SameCore}, topology.Pair{1, 2, topology.SameL2}, topology.Pair{4, 6, topology.SameL3})
	// Two slow cores before a fast and a slow one.
	check(topotest.Join([]topology.Kind{topology.Performance, topology.Efficiency}, topotest.Synthetic(t, "core:1"), topotest.Synthetic(t, "core:2")), topology.Pair{1, 2, topology.SamePackage})
	// Two fast cores before all, even if CPU 0 is one.
	boot := topotest.Join([]topology.Kind{topology.Performance, topology.Efficiency, topology.Performance},
		topotest.Synthetic(t, "core:1"), topotest.Synthetic(t, "core:2"), topotest.Synthetic(t, "core:1"))
	check(boot, topology.Pair{0, 3, topology.SamePackage})
	// Of equal pairs, the one whose A has more relations: 1 has no sibling.
	uneven := topotest.Join([]topology.Kind{"", "", ""}, topotest.Synthetic(t, "core:1"), topotest.Synthetic(t, "core:2"), topotest.Synthetic(t, "core:2 pu:2"))
	check(uneven, topology.Pair{3, 4, topology.SameCore}, topology.Pair{3, 1, topology.SamePackage})
}

// Pairs are what they say, usable, and one for each relation there is.
func TestPairPerRelationComplete(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 100 {
		m := topotest.Random(t, rng)
		for i := range m.CPUs {
			m.CPUs[i].Allowed = m.CPUs[i].Online && rng.IntN(5) > 0
		}
		there := map[topology.Relation]bool{}
		for _, a := range m.CPUs {
			for _, b := range m.CPUs {
				if a.ID != b.ID && a.Allowed && b.Allowed {
					there[m.Relation(a.ID, b.ID)] = true
				}
			}
		}
		if len(there) > 1 {
			delete(there, topology.Unknown)
		}
		last := topology.Relation(-1)
		got := map[topology.Relation]bool{}
		pairs := m.PairPerRelation()
		for _, p := range pairs {
			a, b := cpuOf(m, p.A), cpuOf(m, p.B)
			if p.Relation <= last || p.A == p.B || !a.Allowed || !b.Allowed || m.Relation(p.A, p.B) != p.Relation {
				t.Fatalf("pair %v of %v\n%s", p, pairs, topotest.Summary(m))
			}
			last, got[p.Relation] = p.Relation, true
		}
		if !reflect.DeepEqual(got, there) {
			t.Fatalf("pairs %v, relations that are there: %v\n%s", pairs, there, topotest.Summary(m))
		}
	}
}

func cpuOf(m *topology.Topology, id int) *topology.CPU {
	i, _ := m.Index(id)
	return &m.CPUs[i]
}
