package card

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
	"cachelab/cachelines/bandwidth"
	"cachelab/cachelines/instrument"
	"cachelab/cachelines/levels"
	"cachelab/cachelines/reported"
	"cachelab/cachelines/sets"
	"cachelab/internal/format"
	"cachelab/internal/stats"
)

const (
	// minReport is the confidence from which a number is more likely right than not:
	// the card enters it, or warns where it is not as reported.
	minReport = 0.5
	// doubtful is the confidence that is left of an answer that something else
	// contradicts: well below minReport.
	doubtful = minReport / 2
	// takenFrom is what part of the reported size a first level must be below to
	// suspect a neighbour: 35 of 48 KiB were seen with one, 44 to 49 without.
	takenFrom = 0.85
	// leastPart is the part of a private level that is left at the least: four threads
	// of one core share it on POWER.
	leastPart = 0.25
	// larger is by how much a level may measure above its reported size and still be
	// it: an exclusive level adds the one before it.
	larger = 1.5
	// minL3OverL2 is the least ratio of an L3 hit to an L2 hit (3.5 on the Zen 5 guest).
	// A slower plateau below this ratio is L2 itself: with small pages its edge is
	// blurred up to twice its size. 13 of 500 ladders reported that blur as L3.
	minL3OverL2 = 1.5
)

// coreDoubt is why a doubtful first level lowers the confidence of the rest.
const coreDoubt = "something else used the core's caches meanwhile"

// measureCore measures the ladder, translation, the ways of the first level and the
// second level, and enters them. The error is ctx's.
func (m *measurement) measureCore(ctx context.Context) error {
	found, curves, err := levels.Measure(ctx, m.hints, m.o.Levels)
	if err != nil {
		return m.failed(ctx, "cache levels", err)
	}
	m.curves = curves
	m.enterLevels(found)
	first := m.measuredLevel(1)
	core := first.confidenceFactor()
	if err := m.measureTranslation(ctx, core); err != nil {
		return err
	}
	if first == nil {
		return nil
	}
	o := m.o.Ways
	o.CPU = curves.CPU
	curve, err := sets.MeasureWays(ctx, m.hints, o)
	if err != nil {
		return m.failed(ctx, "ways", err)
	}
	w := sets.InferWays(curve)
	if n, ok := sureWays(w, core, minReport).Get(); ok && sets.Fit(first.SizeBytes.Or(0), n, m.hints.LineBytes) {
		first.Ways = w.Ways
	}
	return m.refineL2(ctx, core)
}

// sureWays are ways whose confidence, weighed by that of the core, is enough; unknown: it
// is not.
func sureWays(a sets.Associativity, core, least float64) opt.Value[int] {
	if a.Confidence*core < least {
		return opt.Value[int]{}
	}
	return a.Ways
}

// confidenceFactor scales the confidence of everything else that is private to the
// core. A thread on the same core that takes part of L1 also takes ways, TLB entries and
// L2 lines, steadily enough for a clean edge. Seen: 10 of 12 ways and 85 of 96 entries,
// only in runs whose L1 size was in doubt. A level that is sure, or unknown, casts no
// doubt.
func (first *MeasuredCache) confidenceFactor() float64 {
	if first == nil || first.Confidence >= minReport {
		return 1
	}
	return first.Confidence
}

// measuredLevel is what was measured of the data or unified cache of a level that
// serves the CPU of the ladder, or nil.
func (m *measurement) measuredLevel(level int) *MeasuredCache {
	for _, i := range m.hierarchy(m.curves.CPU) {
		if m.Caches[i].Level == level {
			return m.Caches[i].Measured
		}
	}
	return nil
}

// hierarchy lists the data and unified caches that serve a CPU, near to far, as
// indices into m.Caches. Where the CPU is unknown, or no cache names its CPUs, the first
// cache of each level stands for it.
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

// enterLevels matches the levels of a ladder to the reported caches of the CPU that it
// was measured on, and to the caches of like CPUs not at all: what one core was seen to
// have says little of another.
func (m *measurement) enterLevels(found levels.Answer) {
	m.ClockHz = m.curves.ClockHz
	for _, l := range []levels.Ladder{m.curves.Huge, m.curves.Small, m.curves.InPage} {
		m.Ladder = append(m.Ladder, ladderCurve(l))
	}
	m.Memory = m.memory(found)
	hierarchy := m.hierarchy(m.curves.CPU)
	next := 0
	for _, level := range found.Levels {
		at := m.place(hierarchy, next, level)
		switch {
		case at >= 2 && m.isL2(hierarchy, level):
		case at >= 0:
			m.enterLevel(hierarchy, at, level)
			next = at + 1
		case !m.endsBefore(hierarchy, level) && level.Confidence >= minReport:
			m.warn(LevelUnreported, "load latency shows a level of %s (%s to %s) at %.1f ns that no source reports",
				format.Bytes(level.SizeBytes), format.Bytes(level.SizeLo), format.Bytes(level.SizeHi), level.LatencyNS)
		}
	}
	m.enterLLC(hierarchy, found)
}

// enterLevel enters a level of the ladder as the cache at a place of the hierarchy.
func (m *measurement) enterLevel(hierarchy []int, at int, level levels.Level) {
	cache := &m.Caches[hierarchy[at]]
	cache.Measured = measuredCache(level, m.ClockHz)
	if at == 0 {
		m.warnCoreShared(cache, level)
	}
	if at > 0 && at == len(hierarchy)-1 && level.Confidence >= minReport {
		m.warnLLCSmaller(cache, level)
	}
}

// isL2 reports whether a level of the ladder takes what the second one does.
func (m *measurement) isL2(hierarchy []int, level levels.Level) bool {
	first, second := m.Caches[hierarchy[0]].SizeBytes.Or(0), m.Caches[hierarchy[1]].SizeBytes.Or(0)
	return level.LatencyNS < minL3OverL2*m.l2Latency(first, second).LatencyNS
}

// place returns which reported level, from next on, a level of the ladder is: the
// nearest one that it fits into. A level is never much larger than it is reported. A
// private one may be smaller, as long as a sibling has its part, and the last one may be
// as small a share as leaves it larger than the level before it. It is -1 where there is
// none.
func (m *measurement) place(hierarchy []int, next int, level levels.Level) int {
	for at := next; at < len(hierarchy); at++ {
		size, known := m.Caches[hierarchy[at]].SizeBytes.Get()
		least := float64(size) * leastPart
		if at > 0 && at == len(hierarchy)-1 {
			least = float64(m.Caches[hierarchy[at-1]].SizeBytes.Or(0))
		}
		switch {
		case !known:
			return at
		case float64(level.SizeBytes) > larger*float64(size):
			continue
		case float64(level.SizeBytes) < least:
			return -1
		}
		return at
	}
	return -1
}

// endsBefore reports whether a level of the ladder comes after the last reported one
// and the report ends before the level that cores share: such a level is entered, see
// enterUnreported.
func (m *measurement) endsBefore(hierarchy []int, level levels.Level) bool {
	if len(hierarchy) == 0 {
		return false
	}
	last := m.Caches[hierarchy[len(hierarchy)-1]]
	return last.Level < reported.SharedLevel && float64(level.SizeBytes) > larger*float64(last.SizeBytes.Or(math.MaxInt))
}

// warnCoreShared warns where the first level seems smaller than reported and has no
// clean edge: nothing but another thread of the same core takes lines from it, and on a
// guest that may be a stranger's.
func (m *Machine) warnCoreShared(cache *Cache, level levels.Level) {
	size, ok := cache.SizeBytes.Get()
	if !ok || level.Confidence >= minReport || float64(level.SizeBytes) > takenFrom*float64(size) {
		return
	}
	m.warn(CoreShared, "working sets outgrow the first level gradually from %s on, and %s reports %s: something else uses this core's cache, such as another guest on its other thread. Do not trust what is measured near that size",
		format.Bytes(level.SizeBytes), cache.Source, format.Bytes(size))
}

// measuredCache is a level as the card has it.
func measuredCache(l levels.Level, clock opt.Value[float64]) *MeasuredCache {
	return &MeasuredCache{
		SizeBytes: opt.Some(l.SizeBytes), SizeLo: opt.Some(l.SizeLo), SizeHi: opt.Some(l.SizeHi),
		LatencyNS: l.LatencyNS, MeanNS: l.MeanNS, Cycles: cmp.Or(l.Cycles, cycles(opt.Some(l.LatencyNS), clock)), Confidence: l.Confidence, Doubts: doubtsOf(l.Doubts),
	}
}

// doubtsOf is what lowered a confidence, as the card has it.
func doubtsOf(d instrument.Doubts) []Doubt {
	var out []Doubt
	for _, doubt := range d.Grave() {
		out = append(out, Doubt(doubt))
	}
	return out
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

// ladderCurve is a ladder with its samples summed up. What has no sample is left out.
func ladderCurve(l levels.Ladder) LadderCurve {
	c := LadderCurve{Pages: l.Pages, PageBytes: l.PageBytes, Order: l.Order, Points: []LadderStep{}}
	visits := l.Visits
	if len(visits.X) == 0 { // a recording from before visits were kept
		visits = l.Curve
	}
	for i, size := range visits.X {
		ns := visits.At(i)
		if len(ns) == 0 {
			continue
		}
		q := stats.Quantiles(ns, 0.25, 0.5, 0.75)
		c.Points = append(c.Points, LadderStep{SizeBytes: size, Samples: len(ns), LoNS: q[0], NS: q[1], HiNS: q[2]})
	}
	return c
}

// smaller is what part of the reported size a last level must be below to be called a
// share: hashing, other tenants of a physical machine and what the kernel keeps there
// take up to a quarter.
const smaller = 0.7

// enterLLC fills in the level that cores share, where the ladder shows no edge of it
// or a doubtful one, or where no source reports it.
func (m *measurement) enterLLC(hierarchy []int, found levels.Answer) {
	m.enterShare(hierarchy)
	m.enterUnreported(hierarchy, found)
}

// enterShare fills in the last level where the ladder shows no edge of it, or a
// doubtful one.
func (m *measurement) enterShare(hierarchy []int) {
	last := len(hierarchy) - 1
	if last < 1 {
		return
	}
	best := m.curves.Best().Curve
	cache := &m.Caches[hierarchy[last]]
	private, known := m.Caches[hierarchy[last-1]].SizeBytes.Get()
	if ns := levels.LLCHitNS(best, private); known && cache.Level == reported.SharedLevel && ns > 0 {
		m.hitNS = ns
	}
	if !known || cache.Measured != nil && cache.Measured.Confidence >= minReport {
		return
	}
	level, ok := levels.InferLLCShare(best, private)
	if !ok || level.SizeBytes < private || float64(level.SizeBytes) > larger*float64(cache.SizeBytes.Or(math.MaxInt)) {
		return
	}
	cache.Measured = measuredCache(level, m.ClockHz)
	m.warnLLCSmaller(cache, level)
}

// enterUnreported adds the level that cores share, where the report ends before it and
// the ladder shows one: with an edge, or as a share.
func (m *measurement) enterUnreported(hierarchy []int, found levels.Answer) {
	if len(hierarchy) == 0 {
		return
	}
	last := m.Caches[hierarchy[len(hierarchy)-1]]
	private, known := last.SizeBytes.Get()
	if !known || last.Level >= reported.SharedLevel {
		return
	}
	var level levels.Level
	seen := false
	for _, l := range found.Levels {
		if l.Confidence >= minReport && m.endsBefore(hierarchy, l) {
			level, seen = l, true
		}
	}
	if !seen {
		level, seen = levels.InferLLCShare(m.curves.Best().Curve, private)
	}
	if !seen || !m.endsBefore(hierarchy, level) {
		return
	}
	m.Caches = append(m.Caches, Cache{
		Level: last.Level + 1, Type: topology.Unified, CPUs: []int{}, Source: Unreported, Measured: measuredCache(level, m.ClockHz),
	})
	m.hitNS = level.LatencyNS
	m.warn(LevelUnreported, "the system reports no cache beyond the %s of level %d, but load latency shows another one at %.0f ns, of about %s (%s to %s)",
		format.Bytes(private), last.Level, level.LatencyNS, format.Bytes(level.SizeBytes), format.Bytes(level.SizeLo), format.Bytes(level.SizeHi))
}

// warnLLCSmaller warns where the last level is smaller than reported, even at the upper
// end of what it may be.
func (m *Machine) warnLLCSmaller(cache *Cache, level levels.Level) {
	size, ok := cache.SizeBytes.Get()
	if !ok || float64(level.SizeHi) > smaller*float64(size) {
		return
	}
	m.warn(LLCSmaller, "%s reports a last level of %s, but working sets outgrow it from about %s on (%s to %s): trust the measured size",
		cache.Source, format.Bytes(size), format.Bytes(level.SizeBytes), format.Bytes(level.SizeLo), format.Bytes(level.SizeHi))
}

// measureBandwidth measures the read bandwidth on the CPU of the ladder and enters it.
// The error is ctx's.
func (m *measurement) measureBandwidth(ctx context.Context) error {
	curves, err := bandwidth.Measure(ctx, m.hints, instrument.Options{CPU: m.curves.CPU, Seed: m.o.Levels.Seed})
	if err != nil {
		return m.failed(ctx, "bandwidths", err)
	}
	for _, l := range bandwidth.Infer(curves.Curve) {
		m.Bandwidth = append(m.Bandwidth, Bandwidth(l))
	}
	return nil
}

// memory is memory's latency, as it was measured for itself; or else, on the pages of
// the ladder, its last plateau.
func (m *measurement) memory(found levels.Answer) *Memory {
	out := &Memory{LatencyNS: found.MemoryNS, PageBytes: m.curves.Best().PageBytes}
	for _, far := range m.curves.Memory {
		ns, lo, hi := stats.MedianInterval(far.NS)
		if !(ns > 0) {
			continue
		}
		if far.PageBytes == out.PageBytes {
			out.LatencyNS, out.LoNS, out.HiNS, out.Samples = opt.Some(ns), opt.Some(lo), opt.Some(hi), len(far.NS)
			out.Definition = fmt.Sprintf("dependent loads of lines in random order over %s, on pages of %s", format.Bytes(far.SetBytes), format.Bytes(far.PageBytes.Or(0)))
		}
		if far.PageBytes == m.curves.Small.PageBytes {
			out.SmallLatencyNS, out.SmallLoNS, out.SmallHiNS = opt.Some(ns), opt.Some(lo), opt.Some(hi)
		}
	}
	out.Cycles = cycles(out.LatencyNS, m.ClockHz)
	return out
}
