package card

import (
	"context"
	"math"
	"time"

	"cachelab/affinity/opt"
	"cachelab/cachelines/internal/ladder"
	"cachelab/cachelines/reported"
	"cachelab/cachelines/sets"
	"cachelab/internal/stats"
)

// leastCount is the time for a count where none is left: enough for five searches of
// which some go wrong.
const leastCount = 350 * time.Millisecond

// refineL2 measures a private second level once more. The ladder shows its edge only
// where pages are large and the host's as well: what a set of whole small pages does in
// it depends on where they are. So its ways and sets are counted, and where not even
// ways are found its size is narrowed down by lines that lie in it at random. core is
// the confidence factor of the core. The error is ctx's.
func (m *measurement) refineL2(ctx context.Context, core float64) error {
	hierarchy := m.hierarchy(m.curves.CPU)
	if len(hierarchy) < 2 || m.Caches[hierarchy[1]].Level >= reported.SharedLevel {
		return nil
	}
	cache := &m.Caches[hierarchy[1]]
	l2, about := m.l2SoFar(cache, m.Caches[hierarchy[0]].SizeBytes.Or(0))
	if about == 0 {
		return nil
	}
	ways, counted, err := m.countL2(ctx, cache.SizeBytes, about)
	if err != nil {
		return ctx.Err() // what the ladder shows stays, where there is no memory for more
	}
	if counted.Confidence < sets.MinReport {
		counted.Confidence = min(counted.Confidence, doubtful)
	}
	if sure := sureWays(ways, core, sets.MinReport); !sure.IsZero() {
		l2.Ways = sure
	}
	l2.rejectSizeWithoutWays(m.hints.LineBytes)
	if l2.Confidence < minReport && counted.Confidence*core < minReport && l2.Ways.IsZero() && m.left() > sets.ScatterBudget {
		o := m.o.Scatter
		o.CPU = m.curves.CPU
		curve, err := sets.MeasureScattered(ctx, m.hints, about, o)
		if err != nil {
			return ctx.Err()
		}
		if scattered := sets.InferScattered(curve); scattered.Confidence > counted.Confidence {
			counted = scattered
		}
	}
	l2.takeSize(counted, core)
	if cache.Measured != nil || l2.Confidence > 0 {
		cache.Measured = &l2
	}
	return nil
}

// l2SoFar is what the ladder shows of a second level, and about what size to look for;
// 0: neither reported nor seen.
func (m *measurement) l2SoFar(cache *Cache, firstBytes int) (l2 MeasuredCache, about int) {
	about = cache.SizeBytes.Or(0)
	if cache.Measured != nil {
		return *cache.Measured, cache.SizeBytes.Or(cache.Measured.SizeBytes.Or(0))
	}
	if about > 0 {
		l2 = m.l2Latency(firstBytes, about)
	}
	return l2, about
}

// takeSize takes a size that is surer than the one so far.
func (c *MeasuredCache) takeSize(s sets.Size, core float64) {
	if s.Confidence*core <= c.Confidence {
		return
	}
	s.Doubts.Multiply(coreDoubt, core)
	c.SizeBytes, c.SizeLo, c.SizeHi = opt.Some(s.Bytes), opt.Some(s.Lo), opt.Some(s.Hi)
	c.Confidence, c.Doubts = s.Confidence*core, doubtsOf(s.Doubts)
}

// countL2 counts a cache of about a size, and once more on other memory what
// contradicts the reported size, as soon as what is left of the card's time allows.
func (m *measurement) countL2(ctx context.Context, size opt.Value[int], about int) (sets.Associativity, sets.Size, error) {
	o := m.o.Sets
	o.CPU = m.curves.CPU
	soon := func() time.Duration {
		if o.Budget > 0 {
			return o.Budget
		}
		return max(m.left(), leastCount)
	}
	return countTwice(size, func() (sets.Found, error) { return sets.Measure(ctx, m.hints, about, soon(), o) })
}

// countTwice counts once, and once more where the first count contradicts the reported
// size.
func countTwice(size opt.Value[int], count func() (sets.Found, error)) (sets.Associativity, sets.Size, error) {
	found, err := count()
	if err != nil {
		return sets.Associativity{}, sets.Size{}, err
	}
	ways, first := sets.Infer(found)
	bytes, ok := size.Get()
	if !ok || first.Confidence < sets.MinReport || sameSize(first.Bytes, bytes) {
		return ways, first, nil
	}
	again, err := count()
	if err != nil {
		return sets.Associativity{}, sets.Size{}, err
	}
	_, second := sets.Infer(again)
	_, both := sets.Infer(found.With(again))
	return ways, confirmContradiction(bytes, first, second, both), nil
}

// confirmContradiction decides when a count contradicts the reported size. A second
// count on other memory must give the same size. Otherwise all searches are pooled, and
// a pooled size that still contradicts is reported as doubtful. How the host lays out
// memory biases all searches of one count: 1 of 250 cards gave twice the size with
// confidence 0.92.
func confirmContradiction(reportedBytes int, first, second, both sets.Size) sets.Size {
	if second.Confidence >= sets.MinReport && second.Bytes == first.Bytes {
		return first
	}
	if !sameSize(both.Bytes, reportedBytes) && both.Confidence > doubtful {
		both.Doubts.Multiply("two counts disagree, and together they contradict the reported size", doubtful/both.Confidence)
		both.Confidence = doubtful
	}
	return both
}

// sameSize reports whether two sizes are within a tenth of each other.
func sameSize(a, b int) bool {
	return math.Abs(math.Log(float64(a)/float64(b))) <= math.Log(ladder.SameSize)
}

// rejectSizeWithoutWays doubts a size that the ladder is sure of where the ways do not
// make a power of two of sets in it: it is the edge of something else. 345 KiB with 8
// ways were seen next to a load.
func (c *MeasuredCache) rejectSizeWithoutWays(lineBytes int) {
	if ways, ok := c.Ways.Get(); ok && c.Confidence >= minReport && !sets.Fit(c.SizeBytes.Or(0), ways, lineBytes) {
		c.Confidence = doubtful
		c.Doubts = append([]Doubt{{Why: "the ways do not make a power of two of sets in this size", Factor: doubtful}}, c.Doubts...)
	}
}

// l2Latency is what the ladder shows of a second level of which it shows no edge: the
// latency of sets that are well larger than the first level and smaller than this one.
func (m *measurement) l2Latency(firstBytes, l2Bytes int) MeasuredCache {
	ns := m.curves.Best().Curve.Within(float64(2*firstBytes), float64(min(8*firstBytes, l2Bytes/2)))
	latency := stats.Median(ns)
	if math.IsNaN(latency) {
		return MeasuredCache{}
	}
	return MeasuredCache{LatencyNS: latency, Cycles: cycles(opt.Some(latency), m.ClockHz)}
}
