package cachelines

import (
	"context"
	"fmt"
	"math"
	"time"

	"cachelab/affinity/opt"
)

// addSecond looks once more at a private second level. The ladder shows its edge only where
// pages are large and the host's as well: what a set of whole small pages does in it depends on
// where they lie. So its ways and sets are counted, and where not even ways are found its size
// is told by lines that lie in it as chance has it. All confidences are weighed by
// trust. The error is ctx's.
func (m *Machine) addSecond(ctx context.Context, claims *Claims, trust float64, curves LevelCurves, o MeasureOptions) error {
	hierarchy := m.hierarchy(curves.CPU)
	if len(hierarchy) < 2 {
		return nil
	}
	cache := &m.Caches[hierarchy[1]]
	if cache.Level >= sharedLevel {
		return nil
	}
	second, about := MeasuredCache{}, cache.SizeBytes.Or(0)
	if cache.Measured != nil {
		second = *cache.Measured
		about = cache.SizeBytes.Or(second.SizeBytes.Or(0))
	} else if about > 0 {
		second = secondLatency(curves, m.Caches[hierarchy[0]].SizeBytes.Or(0), about)
	}
	if about == 0 {
		return nil
	}
	left := func() time.Duration { return cardTime - time.Since(o.begun) - o.Links.withDefaults().Budget }
	o.Sets.CPU = curves.CPU
	ways, level, err := countSets(ctx, claims, cache.SizeBytes, about, o.Sets, left)
	if err != nil {
		return ctx.Err() // what the ladder tells stays, where there is no memory for more
	}
	if level.Confidence < setsTold {
		level.Confidence = min(level.Confidence, sure/2)
	}
	if ways.Confidence*trust >= setsTold {
		second.Ways = ways.Ways
	}
	counted := level.Confidence*trust >= sure
	second.doubtEdge(claims.stride())
	if second.Confidence < sure && !counted && second.Ways.IsZero() && left() > scatterBudget {
		o.Scatter.CPU = curves.CPU
		points, err := MeasureScattered(ctx, claims, about, o.Scatter)
		if err != nil {
			return ctx.Err()
		}
		if scattered := scatteredSize(points); scattered.Confidence > level.Confidence {
			level = scattered
		}
	}
	if level.Confidence *= trust; level.Confidence > second.Confidence {
		second.SizeBytes, second.SizeLo, second.SizeHi = opt.Some(level.SizeBytes), opt.Some(level.SizeLo), opt.Some(level.SizeHi)
		second.Confidence = level.Confidence
	}
	if cache.Measured != nil || second.Confidence > 0 {
		cache.Measured = &second
	}
	return nil
}

// countSets counts a cache of about a size, and once more on other memory what contradicts the claim, as soon as
// what is left of the card's time allows.
func countSets(ctx context.Context, claims *Claims, claim opt.Value[int], about int, o CoreOptions, left func() time.Duration) (Ways, Level, error) {
	soon := func() time.Duration { return max(left(), leastCount) }
	if o.Budget > 0 {
		soon = func() time.Duration { return o.Budget }
	}
	line := claims.stride()
	found, columns, err := measureSets(ctx, claims, about, o, soon())
	if err != nil {
		return Ways{}, Level{}, err
	}
	ways, first := setsOf(found, columns, line)
	bytes, ok := claim.Get()
	if !ok || first.Confidence < setsTold || withinSame(first.SizeBytes, bytes) {
		return ways, first, nil
	}
	again, _, err := measureSets(ctx, claims, about, o, soon())
	if err != nil {
		return Ways{}, Level{}, err
	}
	_, second := setsOf(again, columns, line)
	_, both := setsOf(append(found, again...), columns, line)
	return ways, foundTwice(bytes, first, second, both), nil
}

// foundTwice is what two counts, on different memory, and both together tell where the first contradicts the
// claim: that is believed where the second comes to the same, and otherwise
// all searches together where they do not contradict it. How a host lays out the memory decides what falls
// on a set, for all searches alike: of 250 cards one told twice the size, with 0.92.
func foundTwice(claim int, first, second, both Level) Level {
	if second.Confidence >= setsTold && second.SizeBytes == first.SizeBytes {
		return first
	}
	if !withinSame(both.SizeBytes, claim) {
		both.Confidence = min(both.Confidence, sure/2)
	}
	return both
}

// withinSame reports whether two sizes are within a tenth of each other.
func withinSame(a, b int) bool {
	return math.Abs(math.Log(float64(a)/float64(b))) <= math.Log(sameSize)
}

// doubtEdge doubts a size that the ladder is sure of where the ways do not make a power of
// two of sets in it: it is the edge of something else. 345 KiB with 8 ways were seen beside a load.
func (c *MeasuredCache) doubtEdge(lineBytes int) {
	if ways, ok := c.Ways.Get(); ok && c.Confidence >= sure && !setsFit(c.SizeBytes.Or(0), ways, lineBytes) {
		c.Confidence = sure / 2
	}
}

// secondLatency is what the ladder tells of a second level of which it shows no edge: the
// latency of sets that are well larger than the first level and smaller than this one.
func secondLatency(curves LevelCurves, firstBytes, secondBytes int) MeasuredCache {
	var ns []float64
	for _, p := range curves.Best().Points {
		if p.SizeBytes >= 2*firstBytes && p.SizeBytes <= min(8*firstBytes, secondBytes/2) {
			ns = append(ns, p.NS...)
		}
	}
	latency := median(ns)
	if math.IsNaN(latency) {
		return MeasuredCache{}
	}
	return MeasuredCache{LatencyNS: latency, Cycles: cycles(opt.Some(latency), curves.ClockHz)}
}

// leastCount is the time for a count where none is left: enough for five searches of which some go wrong.
const leastCount = 350 * time.Millisecond

// planSecond is the measurement's part of a plan. ok is false where nobody claims a private
// second level.
func planSecond(claims *Claims, o MeasureOptions) (step PlanStep, ok bool) {
	size, known := claims.ClaimedSize(2)
	if last, _ := claims.LastLevelToSizeBy(); !known || size >= last {
		return PlanStep{}, false
	}
	pool := setsPool * size
	return PlanStep{
		What: "second level", Time: o.Sets.or(setsBudget).Budget + time.Duration(float64(pool)/touchRate*float64(time.Second)),
		Why: fmt.Sprintf("its budget at the most, twice where that contradicts the claim, and %v where that tells nothing; before each %s are touched", o.Scatter.or(scatterBudget).Budget, binary(pool)),
	}, true
}
