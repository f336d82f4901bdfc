package claims

import (
	"cmp"
	"slices"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
	"cachelab/cachelines/reported"
	"cachelab/internal/arena"
)

// Levels is what the system claims about the caches that one core sees, beside
// the second and the last level's size.
type Levels struct {
	L1Bytes        int // first-level data cache
	L1Ways, L2Ways opt.Value[int]
	// Measured: a machine card was added. Before that what only a measurement can rule out
	// is not ruled out.
	Measured bool
	// MeasuredLLC is the level that cores share as a machine card measured it, in bytes;
	// 0: not measured.
	MeasuredLLC int
	// TLBPages is how many pages the last level of the TLB holds, as measured; 0: not.
	TLBPages int
	// NoHuge says why there are no huge pages; empty where there are.
	NoHuge string
	// NoStride says why no stride stays on one set of the second level, although there
	// are huge pages; empty where one may.
	NoStride string
}

// assumedL1 is the commonest first-level data cache.
const assumedL1 = 32 << 10

func levelsOf(c *reported.Values, cpu int) Levels {
	l1, _ := sizeOf(c, 1, cpu)
	return Levels{L1Bytes: cmp.Or(l1, assumedL1), L1Ways: waysOf(c, 1, cpu), L2Ways: waysOf(c, 2, cpu)}
}

// cacheOf returns the data or unified cache of a level that a CPU uses, as reported; one
// that says of no CPU is everybody's.
func cacheOf(c *reported.Values, level, cpu int) (found reported.Cache, ok bool) {
	for _, cache := range c.Caches {
		if cache.Level == level && cache.Type != topology.Instruction && (len(cache.CPUs) == 0 || slices.Contains(cache.CPUs, cpu)) {
			return cache, true
		}
	}
	return found, false
}

func sizeOf(c *reported.Values, level, cpu int) (int, bool) {
	cache, _ := cacheOf(c, level, cpu)
	return cache.SizeBytes.Get()
}

func waysOf(c *reported.Values, level, cpu int) opt.Value[int] {
	cache, _ := cacheOf(c, level, cpu)
	return cache.Ways
}

// Working sets of one core, in bytes: each well inside one level and outside
// the one before, by the claims. That which is to lie in the last level is kept
// small: a guest is told of more than it gets (trap H18).
func (m Machine) InL1() int   { return m.L1Bytes / 2 }
func (m Machine) InL2() int   { return m.L2Bytes / 2 }
func (m Machine) InLast() int { return 2 * m.L2Bytes }
func (m Machine) Beyond() int { return 2 * m.LLCBytes }

// LevelSets lists these sets, smallest first, from the given one on. Where the
// second level is the last they are one fewer.
func (m Machine) LevelSets(from int) []int {
	var sets []int
	for _, s := range []int{m.InL1(), m.InL2(), m.InLast(), m.Beyond()} {
		if s >= from {
			sets = append(sets, s)
		}
	}
	slices.Sort(sets)
	return slices.Compact(sets)
}

// lastApart reports whether a set of twice the second level lies inside the
// last one, as reported or as measured, with as much room again.
func (m Machine) lastApart() bool {
	last := m.LLCBytes
	if m.LLCAssumed && m.Measured {
		last = m.MeasuredLLC
	}
	return last >= 2*m.InLast()
}

// PagesGot says which pages an arena gets that asks for huge ones; it is
// ok = false where the system does not tell.
func PagesGot() (bytes int, ok bool) {
	const enough = 8 << 20 // four huge pages of 2 MiB: one might be had by luck
	a, err := arena.New(enough, arena.Huge)
	if err != nil {
		return 0, false
	}
	defer a.Close()
	a.Touch()
	return a.PageBytes()
}
