package cachelines

import (
	"context"
	"fmt"
	"math"
	"slices"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
)

const (
	// sure is the confidence from which a size that is not as claimed is
	// worth a warning.
	sure = 0.5
	// takenFrom is what part of its claim a first level must be below to suspect
	// a neighbour: 35 of 48 KiB were seen with one, 44 to 49 without.
	takenFrom = 0.85
	// smaller is what part of the claim a last level must be below to be
	// called a share: hashing, other tenants of a physical machine and what the kernel keeps
	// there take up to a quarter.
	smaller = 0.7
	// leastPart is the part of a private level that is left at the least:
	// four threads of one core share it on POWER.
	leastPart = 0.25
	// larger is by how much a level may measure above its claim and still be
	// it: an exclusive level adds the one before it.
	larger = 1.5
	// farther is how much more a third level's hit takes than a second's, at the least: here 3.5 times. What
	// takes less is the second one's, whose end small pages smear to twice its size: of 500 ladders 13
	// had that in the third's place.
	farther = 1.5
)

// addLevels measures the ladder, translation and the ways of the first level, and enters them into the card. The error is ctx's.
func (m *Machine) addLevels(ctx context.Context, claims *Claims, o MeasureOptions) error {
	levels, curves, err := MeasureLevels(ctx, claims, o.Levels)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		m.warn("cache levels were not measured: %v", err)
		return nil
	}
	m.enterLevels(levels, curves)
	first := m.measuredLevel(1, curves.CPU)
	if err := m.addTranslation(ctx, claims, curves.CPU, first.trust(), o.Translation); err != nil {
		return err
	}
	if first == nil {
		return nil
	}
	o.Ways.CPU = curves.CPU
	points, err := MeasureWays(ctx, claims, 1, o.Ways)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		m.warn("ways were not measured: %v", err)
		return nil
	}
	w := waysOf(points)
	if n, ok := w.Ways.Get(); ok && w.Confidence*first.trust() >= sure && setsFit(first.SizeBytes.Or(0), n, claims.stride()) {
		first.Ways = w.Ways
	}
	return m.addSecond(ctx, claims, first.trust(), curves, o)
}

// trust is what the first level says of everything else that is private to its core: a
// factor for confidences. Whoever takes lines from it, such as a neighbour on the
// other thread, takes ways, entries of the TLB and lines of the second level as well, and steadily
// enough for a clean edge: 10 ways of 12 and 85 entries of 96 were seen with confidence, only ever
// in runs whose first level was in doubt. A level that is sure, or unknown, casts no doubt.
func (first *MeasuredCache) trust() float64 {
	if first == nil || first.Confidence >= sure {
		return 1
	}
	return first.Confidence
}

// measuredLevel is what was measured of the data or unified cache of a level
// that serves the CPU, or nil.
func (m *Machine) measuredLevel(level int, cpu opt.Value[int]) *MeasuredCache {
	for _, i := range m.hierarchy(cpu) {
		if m.Caches[i].Level == level {
			return m.Caches[i].Measured
		}
	}
	return nil
}

// hierarchy lists the data and unified caches that serve a CPU, near to far,
// as indices into m.Caches. Where the CPU is unknown, or no cache names its CPUs,
// the first cache of each level stands for it.
func (m *Machine) hierarchy(cpu opt.Value[int]) []int {
	var out []int
	seen := map[int]bool{}
	for i, c := range m.Caches {
		id, known := cpu.Get()
		if c.Type == topology.Instruction || seen[c.Level] || known && len(c.CPUs) > 0 && !slices.Contains(c.CPUs, id) {
			continue
		}
		seen[c.Level] = true
		out = append(out, i)
	}
	slices.SortFunc(out, func(a, b int) int { return m.Caches[a].Level - m.Caches[b].Level })
	return out
}

// enterLevels matches the levels of a ladder to the claimed caches of the CPU
// that it was measured on, and to the caches of like CPUs not at all: what one
// core was seen to have says little of another.
func (m *Machine) enterLevels(levels Levels, curves LevelCurves) {
	m.ClockHz = curves.ClockHz
	for _, l := range []Ladder{curves.Huge, curves.Small, curves.InPage} {
		m.Ladder = append(m.Ladder, l.curve())
	}
	best := curves.Best()
	m.Memory = &Memory{
		LatencyNS: levels.MemoryNS, Cycles: cycles(levels.MemoryNS, curves.ClockHz), PageBytes: best.PageBytes,
		SmallLatencyNS: curves.Small.last(),
	}
	hierarchy := m.hierarchy(curves.CPU)
	next := 0
	for _, level := range levels.Levels {
		at := m.place(hierarchy, next, level)
		if at >= 2 && m.isSecond(hierarchy, level, curves) {
			continue
		}
		if at < 0 {
			if !m.endsBefore(hierarchy, level) {
				m.nameLevel(level)
			}
			continue
		}
		cache := &m.Caches[hierarchy[at]]
		cache.Measured = level.measured(curves.ClockHz)
		if at == 0 {
			m.warnNeighbour(cache, level)
		}
		if at > 0 && at == len(hierarchy)-1 && level.Confidence >= sure {
			m.warnShare(cache, level)
		}
		next = at + 1
	}
	m.enterShare(hierarchy, curves)
	m.enterUnclaimed(hierarchy, levels, curves)
}

// isSecond reports whether a level of the ladder takes what the second one does.
func (m *Machine) isSecond(hierarchy []int, level Level, curves LevelCurves) bool {
	first, second := m.Caches[hierarchy[0]].SizeBytes.Or(0), m.Caches[hierarchy[1]].SizeBytes.Or(0)
	return level.LatencyNS < farther*secondLatency(curves, first, second).LatencyNS
}

// endsBefore reports whether a level of the ladder lies behind the last claimed
// one and the claims end before the level that cores share: such a level is
// entered, see enterUnclaimed.
func (m *Machine) endsBefore(hierarchy []int, level Level) bool {
	if len(hierarchy) == 0 {
		return false
	}
	last := m.Caches[hierarchy[len(hierarchy)-1]]
	return last.Level < sharedLevel && float64(level.SizeBytes) > larger*float64(last.SizeBytes.Or(math.MaxInt))
}

// enterShare fills in the last level where the ladder shows no edge of it, or a
// doubtful one.
func (m *Machine) enterShare(hierarchy []int, curves LevelCurves) {
	last := len(hierarchy) - 1
	if last < 1 {
		return
	}
	cache := &m.Caches[hierarchy[last]]
	private, known := m.Caches[hierarchy[last-1]].SizeBytes.Get()
	if ns := hitOfLast(curves.Best().Points, private); known && cache.Level == sharedLevel && ns > 0 {
		m.hitNS = ns
	}
	if !known || cache.Measured != nil && cache.Measured.Confidence >= sure {
		return
	}
	level, ok := shareOfLast(curves.Best().Points, private)
	if !ok || level.SizeBytes < private || float64(level.SizeBytes) > larger*float64(cache.SizeBytes.Or(math.MaxInt)) {
		return
	}
	cache.Measured = level.measured(curves.ClockHz)
	m.warnShare(cache, level)
}

// enterUnclaimed adds the level that cores share, where the claims end before it
// and the ladder shows one: with an edge, or as a share.
func (m *Machine) enterUnclaimed(hierarchy []int, levels Levels, curves LevelCurves) {
	if len(hierarchy) == 0 {
		return
	}
	last := m.Caches[hierarchy[len(hierarchy)-1]]
	private, known := last.SizeBytes.Get()
	if !known || last.Level >= sharedLevel {
		return
	}
	level, found := Level{}, false
	for _, l := range levels.Levels {
		if l.Confidence >= sure && m.endsBefore(hierarchy, l) {
			level, found = l, true
		}
	}
	if !found {
		level, found = shareOfLast(curves.Best().Points, private)
	}
	if !found || !m.endsBefore(hierarchy, level) {
		return
	}
	m.Caches = append(m.Caches, Cache{
		Level: last.Level + 1, Type: topology.Unified, CPUs: []int{}, Source: Unclaimed, Measured: level.measured(curves.ClockHz),
	})
	m.warn("nothing claims a cache behind the %s of level %d, and the latency ladder shows one at %.0f ns, of about %s (%s to %s)",
		binary(private), last.Level, level.LatencyNS, binary(level.SizeBytes), binary(level.SizeLo), binary(level.SizeHi))
}

// place returns which claimed level, from next on, a level of the ladder is: the
// nearest one that it fits into. A level is never much larger than it claims to be.
// A private one may be smaller, as long as a sibling has its part, and the last one
// may be as small a share as leaves it larger than the level before it. It is -1
// where there is none.
func (m *Machine) place(hierarchy []int, next int, level Level) int {
	for at := next; at < len(hierarchy); at++ {
		claim, known := m.Caches[hierarchy[at]].SizeBytes.Get()
		least := float64(claim) * leastPart
		if at > 0 && at == len(hierarchy)-1 {
			least = float64(m.Caches[hierarchy[at-1]].SizeBytes.Or(0))
		}
		switch {
		case !known:
			return at
		case float64(level.SizeBytes) > larger*float64(claim):
			continue
		case float64(level.SizeBytes) < least:
			return -1
		}
		return at
	}
	return -1
}

// measured is a level as the card has it.
func (l Level) measured(clock opt.Value[float64]) *MeasuredCache {
	return &MeasuredCache{
		SizeBytes: opt.Some(l.SizeBytes), SizeLo: opt.Some(l.SizeLo), SizeHi: opt.Some(l.SizeHi),
		LatencyNS: l.LatencyNS, Cycles: cycles(opt.Some(l.LatencyNS), clock), Confidence: l.Confidence,
	}
}

// warnNeighbour says where the first level seems smaller than claimed and has no
// clean edge: nothing but another thread of the same core takes lines from it, and on a
// guest that may be a stranger's.
func (m *Machine) warnNeighbour(cache *Cache, level Level) {
	claim, ok := cache.SizeBytes.Get()
	if !ok || level.Confidence >= sure || float64(level.SizeBytes) > takenFrom*float64(claim) {
		return
	}
	m.warn("sets leave the first level from %s on, slowly, and %s claims %s: something else uses this core's cache, such as a neighbour on its other thread; what is measured near that size is not the machine's",
		binary(level.SizeBytes), cache.Source, binary(claim))
}

// warnShare says where the last level is smaller than claimed, even at the
// upper end of what it may be.
func (m *Machine) warnShare(cache *Cache, level Level) {
	claim, ok := cache.SizeBytes.Get()
	if !ok || float64(level.SizeHi) > smaller*float64(claim) {
		return
	}
	m.warn("%s claims %s of last level, and a working set leaves it from about %s on (%s to %s): size experiments by what is there",
		cache.Source, binary(claim), binary(level.SizeBytes), binary(level.SizeLo), binary(level.SizeHi))
}

// nameLevel warns of a level that nobody claims.
func (m *Machine) nameLevel(l Level) {
	if l.Confidence >= sure {
		m.warn("the latency ladder shows a level of %s (%s to %s) at %.1f ns that nothing claims", binary(l.SizeBytes), binary(l.SizeLo), binary(l.SizeHi), l.LatencyNS)
	}
}

// binary is a size as one speaks of caches: 32 KiB, 1.5 MiB.
func binary(bytes int) string {
	x, unit := float64(bytes)/1024, "KiB"
	if x >= 1024 {
		x, unit = x/1024, "MiB"
	}
	if x < 10 {
		return fmt.Sprintf("%.2g %s", x, unit)
	}
	return fmt.Sprintf("%.0f %s", x, unit)
}

// cycles turns nanoseconds into cycles of a clock, where both are known.
func cycles(ns, hz opt.Value[float64]) opt.Value[float64] {
	n, ok := ns.Get()
	h, known := hz.Get()
	if !ok || !known {
		return opt.Value[float64]{}
	}
	return opt.Some(n * h / 1e9)
}

// curve is a ladder with its samples summed up. What has no sample is left out.
func (l Ladder) curve() LadderCurve {
	c := LadderCurve{Pages: l.Pages, PageBytes: l.PageBytes, Order: l.Order, Points: []LadderStep{}}
	for _, p := range l.Points {
		ns := finite(p.NS)
		if len(ns) == 0 {
			continue
		}
		slices.Sort(ns)
		c.Points = append(c.Points, LadderStep{
			SizeBytes: p.SizeBytes, Samples: len(ns),
			NS: quantile(ns, 0.5), LoNS: quantile(ns, 0.25), HiNS: quantile(ns, 0.75),
		})
	}
	return c
}

// last is the latency at the largest working set with samples.
func (l Ladder) last() opt.Value[float64] {
	for i := len(l.Points) - 1; i >= 0; i-- {
		if ns := median(l.Points[i].NS); !math.IsNaN(ns) {
			return opt.Some(ns)
		}
	}
	return opt.Value[float64]{}
}
