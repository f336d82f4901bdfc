package card

import (
	"math"

	"cachelab/affinity/topology"
	"cachelab/cachelines/levels"
	"cachelab/cachelines/reported"
	"cachelab/internal/format"
)

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
	m.warn(LevelUnreported, "no source reports a cache after the %s of level %d, and the latency ladder shows one at %.0f ns, of about %s (%s to %s)",
		format.Bytes(private), last.Level, level.LatencyNS, format.Bytes(level.SizeBytes), format.Bytes(level.SizeLo), format.Bytes(level.SizeHi))
}

// warnLLCSmaller warns where the last level is smaller than reported, even at the upper
// end of what it may be.
func (m *Machine) warnLLCSmaller(cache *Cache, level levels.Level) {
	size, ok := cache.SizeBytes.Get()
	if !ok || float64(level.SizeHi) > smaller*float64(size) {
		return
	}
	m.warn(LLCSmaller, "%s reports a last level of %s, and working sets leave it from about %s on (%s to %s): size experiments by what is there",
		cache.Source, format.Bytes(size), format.Bytes(level.SizeBytes), format.Bytes(level.SizeLo), format.Bytes(level.SizeHi))
}
