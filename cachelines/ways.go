package cachelines

import (
	"math"

	"cachelab/affinity/opt"
)

// Ways is an associativity with how sure it is.
type Ways struct {
	Ways       opt.Value[int] // unknown: no round shows a step
	Confidence float64        // 0 to 1
}

const (
	// leastCliff and fullCliff are the ratios of the times behind and before
	// the step at which it begins to count, and counts in full: the nearest
	// two levels in the field are 2.5x apart, and a TLB costs a fifth.
	leastCliff, fullCliff = 1.3, 2
	// leastRounds with a step make an answer.
	leastRounds = 5
)

// waysOf finds the associativity: the number of lines of one set up to which
// they all stay. Every round votes for itself, because a disturbance is common to
// neighbouring samples of a round and not to rounds; the confidence is the share
// of rounds that agree, less where the step is small.
//
// A round is cut where two levels explain it best, by absolute deviations of the
// logarithm. Lines that are replaced at random or nearly so leave a slope behind the step, of
// which the beginning is asked for, so the cut is then moved down to where the times leave
// the lower level.
func waysOf(points []SetPoint) Ways {
	rounds := 0
	for _, p := range points {
		rounds = max(rounds, len(p.NS))
	}
	votes := map[int]int{}
	cast := 0
	var cliffs []float64
	for r := range rounds {
		ways, cliff, ok := roundWays(points, r)
		if !ok {
			continue
		}
		cast++
		votes[ways]++
		cliffs = append(cliffs, cliff)
	}
	best := 0
	for ways, n := range votes {
		if n > votes[best] || n == votes[best] && ways < best {
			best = ways
		}
	}
	if cast < leastRounds {
		return Ways{}
	}
	share := float64(votes[best]) / float64(cast)
	return Ways{Ways: opt.Some(best), Confidence: share * ramp(median(cliffs), leastCliff, fullCliff)}
}

// roundWays is the vote of one round.
func roundWays(points []SetPoint, r int) (ways int, cliff float64, ok bool) {
	var lines []int
	var y []float64
	for _, p := range points {
		if r < len(p.NS) && p.NS[r] > 0 && !math.IsInf(p.NS[r], 0) {
			lines, y = append(lines, p.Lines), append(y, math.Log(p.NS[r]))
		}
	}
	// Two levels of a few points each: fewer are an outlier at an end.
	const few = 2
	if len(y) < 4*few || len(y) < len(points)*3/4 {
		return 0, 0, false
	}
	cut, least := -1, math.Inf(1)
	for k := few; k+few <= len(y); k++ {
		if cost := deviation(y[:k]) + deviation(y[k:]); cost < least {
			cut, least = k, cost
		}
	}
	low, high := median(y[:cut]), median(y[cut:])
	if high-low < math.Log(leastCliff) {
		return 0, 0, false
	}
	// Up to where the times stay in the lower quarter of the step.
	edge := cut
	for edge > few && y[edge-1] > low+(high-low)/4 {
		edge--
	}
	if edge == few {
		// One way with a soft step looks the same: no cache of one or two
		// ways is told, and none is built any more.
		return 0, 0, false
	}
	if edge < len(lines) && lines[edge] != lines[edge-1]+1 {
		return 0, 0, false // the number beside the edge was not measured
	}
	return lines[edge-1], math.Exp(high - low), true
}

// deviation is the sum of the absolute deviations from the median.
func deviation(y []float64) float64 {
	m, sum := median(y), 0.0
	for _, v := range y {
		sum += math.Abs(v - m)
	}
	return sum
}

// setsFit reports whether a size, known to a tenth, is that of so many ways with a power of
// two of sets, as bits of an address choose among. A neighbour that came after the size
// was measured and took ways is told by it: 47 KiB with 10 ways of 64-byte lines are 74 sets.
func setsFit(sizeBytes, ways, lineBytes int) bool {
	sets := float64(sizeBytes) / float64(ways*lineBytes)
	off := math.Log2(sets) - math.Round(math.Log2(sets))
	return sets >= 1/sameSize && math.Abs(off) <= math.Log2(sameSize)
}
