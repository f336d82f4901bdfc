package cachelines

import (
	"math"
	"slices"
)

const (
	// A working set tells how much of it the last level holds where a fair part of
	// its loads hit and a fair part miss: outside, a few percent of error in a
	// latency are the answer.
	leastHits, mostHits = 0.15, 0.85
	// leastTelling is the number of such samples that make an interval.
	leastTelling = 12
	// memorySizes is how many octaves at the ladder's end are memory.
	memorySizes = 1
)

// shareOfLast tells how much of the last level one gets, where that has no edge:
// on a host with other tenants a set of any size beyond the private levels finds a
// part of itself there, another part each time. Of a set W of which loads take t
// on average, with t3 of the level and tm of memory, the level holds
// W (tm - t)/(tm - t3). The size is the median of that over all telling samples, its
// interval holds nine of ten of them, and the confidence is the share of samples that agree with the
// median to a tenth.
//
// private is the size of the level before it. ok is false where the ladder shows no two
// latencies there, or few samples lie between.
func shareOfLast(points []LadderPoint, private int) (level Level, ok bool) {
	top := 0
	for _, p := range points {
		if len(finite(p.NS)) > 0 {
			top = max(top, p.SizeBytes)
		}
	}
	t3 := hitOfLast(points, private)
	// The largest sets still find a part of themselves in the level: memory is
	// somewhat slower than they are, by as much as the size says, which follows from
	// memory's latency. It settles in a few turns, each of which halves the rest or better.
	const turns = 12
	var sizes []float64
	size := 0.0
	for range turns {
		var far []float64
		for _, p := range points {
			if p.SizeBytes > top>>memorySizes {
				hits := min(size/float64(p.SizeBytes), 0.5)
				for _, t := range finite(p.NS) {
					far = append(far, (t-hits*t3)/(1-hits))
				}
			}
		}
		tm := median(far)
		if !(tm > 2*t3) { // also where one is NaN; memory is 3x a last level's latency and more
			return level, false
		}
		sizes = tellingSizes(points, private, t3, tm)
		if len(sizes) < leastTelling {
			return level, false
		}
		size = quantile(sizes, 0.5)
	}
	agree := 0
	for _, s := range sizes {
		if math.Abs(math.Log(s/size)) <= math.Log(sameSize) {
			agree++
		}
	}
	return Level{
		SizeBytes: int(size), SizeLo: int(quantile(sizes, 0.05)), SizeHi: int(quantile(sizes, 0.95)),
		LatencyNS: t3, Confidence: float64(agree) / float64(len(sizes)),
	}, true
}

// hitOfLast is what a hit in the last level takes, in ns; NaN: unknown. From twice the private level on, half
// of the loads reach the last one; its latency is that of the better sets up to four times.
func hitOfLast(points []LadderPoint, private int) float64 {
	var near []float64
	for _, p := range points {
		if p.SizeBytes >= 2*private && p.SizeBytes <= 4*private {
			near = append(near, finite(p.NS)...)
		}
	}
	slices.Sort(near)
	return quantile(near, 0.25)
}

// tellingSizes is the size of the level by each sample that tells it, ascending.
func tellingSizes(points []LadderPoint, private int, t3, tm float64) []float64 {
	var sizes []float64
	for _, p := range points {
		if p.SizeBytes < 2*private {
			continue
		}
		for _, t := range finite(p.NS) {
			if hits := (tm - t) / (tm - t3); hits > leastHits && hits < mostHits {
				sizes = append(sizes, hits*float64(p.SizeBytes))
			}
		}
	}
	slices.Sort(sizes)
	return sizes
}
