package topotest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
)

// Random has sparse, shuffled ids, offline CPUs, and package and node
// numbers that begin anywhere.
func Random(t testing.TB, rng *rand.Rand) *topology.Topology {
	words := []string{"pack", "node", "die", "l4", "l3", "cluster", "l2", "core", "l1", "l1i", "pu"}
	if rng.IntN(2) == 0 {
		words[0], words[1] = words[1], words[0]
	}
	if rng.IntN(2) == 0 { // a first level over a whole core, or over each thread
		words[7], words[8] = words[8], words[7]
	}
	var desc []string
	const most = 100 // CPUs, so that a thousand machines take seconds
	total := 1
	for _, w := range words {
		if rng.IntN(4) == 0 {
			continue
		}
		count := 1 + rng.IntN(3)
		if total *= count; total > most {
			break
		}
		d := fmt.Sprintf("%s:%d", w, count)
		if w[0] == 'l' && rng.IntN(3) > 0 {
			d += []string{"(size=32KiB,line=64,ways=8)", "(size=1536KiB,line=128,ways=12)", "(line=64)", "(size=4MiB)", "(size=1KiB,line=64,ways=16)"}[rng.IntN(5)]
		}
		desc = append(desc, d)
	}
	if len(desc) == 0 {
		desc = []string{"pu:1"}
	}
	m := Synthetic(t, strings.Join(desc, " "))

	// Relabel: position i becomes CPU ids[i].
	ids := rng.Perm(len(m.CPUs) * (1 + rng.IntN(3)))[:len(m.CPUs)]
	offline := map[int]bool{}
	packBase, nodeBase := rng.IntN(3), rng.IntN(3)
	for i := range m.CPUs {
		c := &m.CPUs[i]
		c.ID = ids[i]
		if n, ok := c.Package.Get(); ok {
			c.Package = opt.Some(n*3 + packBase)
		}
		if n, ok := c.Node.Get(); ok {
			c.Node = opt.Some(n*2 + nodeBase)
		}
		if i > 0 && rng.IntN(10) == 0 {
			offline[ids[i]] = true
			*c = topology.CPU{ID: c.ID}
		}
	}
	slices.SortFunc(m.CPUs, func(a, b topology.CPU) int { return a.ID - b.ID })
	for _, field := range []func(*topology.CPU) *opt.Value[int]{
		func(c *topology.CPU) *opt.Value[int] { return &c.Core },
		func(c *topology.CPU) *opt.Value[int] { return &c.Cluster },
		func(c *topology.CPU) *opt.Value[int] { return &c.Die },
	} {
		numbers := map[int]int{}
		for i := range m.CPUs {
			f := field(&m.CPUs[i])
			if n, ok := f.Get(); ok {
				if _, seen := numbers[n]; !seen {
					numbers[n] = len(numbers)
				}
				*f = opt.Some(numbers[n])
			}
		}
	}
	caches := m.Caches
	m.Caches = nil
	for _, c := range caches {
		var on []int
		for _, i := range c.CPUs {
			if !offline[ids[i]] {
				on = append(on, ids[i])
			}
		}
		slices.Sort(on)
		c.CPUs, c.Source = on, "sysfs"
		// Two caches of one level that lost all but the same CPUs are one.
		twin := slices.ContainsFunc(m.Caches, func(o topology.Cache) bool {
			return o.Level == c.Level && o.Type == c.Type && slices.Equal(o.CPUs, c.CPUs)
		})
		if len(on) > 0 && !twin {
			m.Caches = append(m.Caches, c)
		}
	}
	m.Sort()
	return m
}

// RandomStyle varies what a kernel may vary without losing information.
func RandomStyle(rng *rand.Rand, m *topology.Topology) Style {
	coin := func() bool { return rng.IntN(2) == 0 }
	s := Style{
		Lists: coin(), Masks: coin(), Modern: true, Old: coin(), IDs: coin(),
		OnlineFile: coin(), Sets: coin(), CacheIDs: coin(), NodeLinks: coin(), Capacity: coin(),
	}
	_, packaged := m.CPUs[len(m.CPUs)-1].Package.Get()
	if !s.Lists && !s.Masks {
		// Ids alone number groups only where all packages are known.
		s.IDs, s.Masks = true, !packaged
	}
	return s
}

// Check holds what every answer promises, whatever was read.
func Check(t testing.TB, got *topology.Topology) {
	t.Helper()
	for _, c := range got.CPUs {
		for _, id := range []opt.Value[int]{c.Core, c.Cluster, c.Die, c.Package, c.Node} {
			if v, ok := id.Get(); ok && v < 0 {
				t.Fatalf("cpu %d has a negative id: %+v", c.ID, c)
			}
		}
	}
	for _, c := range got.Caches {
		for _, v := range []opt.Value[int]{c.SizeBytes, c.LineBytes, c.Ways} {
			if v, ok := v.Get(); ok && v < 1 {
				t.Fatalf("a cache claims %d: %+v", v, c)
			}
		}
		if !slices.IsSorted(c.CPUs) || len(c.CPUs) == 0 {
			t.Fatalf("cache CPUs %v", c.CPUs)
		}
	}
}
