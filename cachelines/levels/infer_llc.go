package levels

import (
	"math"
	"slices"

	"cachelab/cachelines/instrument"
	"cachelab/cachelines/internal/ladder"
	"cachelab/internal/stats"
)

// InferLLCShare finds how much of the last level one gets, where that has no
// edge: on a host with other tenants a set of any size beyond the private levels
// finds a part of itself there, another part each time. Of a set W whose loads
// take t on average, with t3 of the level and tm of memory, the level holds
// W (tm - t)/(tm - t3). The size is the median of that over all samples that show
// it, its interval holds nine of ten of them, and the confidence is the share of
// samples that agree with the median to a tenth.
//
// privateBytes is the size of the level before it. ok is false where the ladder
// shows no two latencies there, or few samples are between them.
func InferLLCShare(c instrument.Curve, privateBytes int) (level Level, ok bool) {
	return inferLLCShare(c, privateBytes, inferBy)
}

func inferLLCShare(c instrument.Curve, private int, k constants) (level Level, ok bool) {
	hit := llcHit(c, private, k)
	// The largest sets still find a part of themselves in the level: memory is
	// somewhat slower than they are, by as much as the size says, which follows from
	// memory's latency. It settles in a few turns, each of which halves the rest or
	// better.
	const turns = 12
	var sizes []float64
	size := 0.0
	for range turns {
		memory := memoryBeyond(c, size, hit, k)
		if !(memory > k.MemoryOverLLC*hit) { // also where one is NaN
			return level, false
		}
		if sizes = heldSizes(c, private, hit, memory, k); len(sizes) < k.LeastSamples {
			return level, false
		}
		size = stats.Quantile(sizes, 0.5)
	}
	agree := 0
	for _, s := range sizes {
		if math.Abs(math.Log(s/size)) <= math.Log(ladder.SameSize) {
			agree++
		}
	}
	var d instrument.Doubts
	d.Multiply("the last level has no edge here: what a working set gets of it varies", float64(agree)/float64(len(sizes)))
	return Level{
		SizeBytes: int(size), SizeLo: int(stats.Quantile(sizes, 0.05)), SizeHi: int(stats.Quantile(sizes, 0.95)),
		LatencyNS: hit, Confidence: d.Confidence(), Doubts: d,
	}, true
}

// LLCHitNS is what a hit in the last level takes, in nanoseconds; NaN: unknown.
// privateBytes is the size of the level before it.
func LLCHitNS(c instrument.Curve, privateBytes int) float64 { return llcHit(c, privateBytes, inferBy) }

func llcHit(c instrument.Curve, private int, k constants) float64 {
	near := c.Within(k.LLCFrom*float64(private), k.LLCTo*float64(private))
	slices.Sort(near)
	return stats.Quantile(near, k.LLCQuantile)
}

// memoryBeyond is memory's latency by the largest sets, of which the last level
// holds size bytes.
func memoryBeyond(c instrument.Curve, size, hit float64, k constants) float64 {
	top := 0
	for i, x := range c.X {
		if len(c.At(i)) > 0 {
			top = max(top, x)
		}
	}
	var far []float64
	for i, x := range c.X {
		if float64(x) <= float64(top)/math.Exp2(k.MemoryOctaves) {
			continue
		}
		hits := min(size/float64(x), 0.5)
		for _, t := range c.At(i) {
			far = append(far, (t-hits*hit)/(1-hits))
		}
	}
	return stats.Median(far)
}

// heldSizes is the size of the level by each sample that shows it, ascending.
func heldSizes(c instrument.Curve, private int, hit, memory float64, k constants) []float64 {
	var sizes []float64
	for i, x := range c.X {
		if x < int(k.LLCFrom)*private {
			continue
		}
		for _, t := range c.At(i) {
			if hits := (memory - t) / (memory - hit); hits > k.LeastHits && hits < k.MostHits {
				sizes = append(sizes, hits*float64(x))
			}
		}
	}
	slices.Sort(sizes)
	return sizes
}
