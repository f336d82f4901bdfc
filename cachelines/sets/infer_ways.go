package sets

import (
	"math"

	"cachelab/affinity/opt"
	"cachelab/cachelines/instrument"
	"cachelab/cachelines/internal/ladder"
	"cachelab/internal/stats"
)

// Associativity is a number of ways with how sure it is.
type Associativity struct {
	Ways       opt.Value[int] // unknown: no round shows a step
	Confidence float64        // 0 to 1
	Doubts     instrument.Doubts
}

// InferWays finds the associativity: the number of lines of one set up to which
// they all stay, from a curve over lines. Every round votes for itself, because a
// disturbance is common to neighbouring samples of a round and not to rounds; the
// confidence is the share of rounds that agree, less where the step is small.
//
// A round is cut where two levels explain it best, by absolute deviations of the
// logarithm. Lines that are replaced at random or nearly so leave a slope after
// the step, whose beginning is the question, so the cut is then moved down to where
// the times leave the lower level.
func InferWays(c instrument.Curve) Associativity { return inferWays(c, inferBy) }

func inferWays(c instrument.Curve, k constants) Associativity {
	votes := map[int]int{}
	cast := 0
	var cliffs []float64
	for _, row := range c.Logs() {
		ways, cliff, ok := roundWays(c.X, row, k)
		if !ok {
			continue
		}
		cast++
		votes[ways]++
		cliffs = append(cliffs, cliff)
	}
	if cast < k.LeastRounds {
		return Associativity{}
	}
	best, _ := mostFrequent(votes)
	var d instrument.Doubts
	d.Multiply("the rounds disagree", float64(votes[best])/float64(cast))
	d.Multiply("the step is small", stats.Ramp(stats.Median(cliffs), k.LeastCliff, k.FullCliff))
	return Associativity{Ways: opt.Some(best), Confidence: d.Confidence(), Doubts: d}
}

// mostFrequent is the number with the most votes, the smaller of equals, and how
// many votes the next one has.
func mostFrequent(votes map[int]int) (best, nextVotes int) {
	for number, n := range votes {
		if n > votes[best] || n == votes[best] && number < best {
			best = number
		}
	}
	for number, n := range votes {
		if number != best {
			nextVotes = max(nextVotes, n)
		}
	}
	return best, nextVotes
}

// roundWays is the vote of one round of log times.
func roundWays(x []int, row []float64, k constants) (ways int, cliff float64, ok bool) {
	var lines []int
	var y []float64
	for i, t := range row {
		if !math.IsNaN(t) {
			lines, y = append(lines, x[i]), append(y, t)
		}
	}
	if len(y) < 4*k.SidePoints || float64(len(y)) < float64(int(float64(len(x))*k.RoundShare)) {
		return 0, 0, false
	}
	cut := bestCut(y, k.SidePoints)
	low, high := stats.Median(y[:cut]), stats.Median(y[cut:])
	if high-low < math.Log(k.LeastCliff) {
		return 0, 0, false
	}
	edge := cut
	for edge > k.SidePoints && y[edge-1] > low+(high-low)*k.LowQuarter {
		edge--
	}
	if edge == k.SidePoints {
		// One way with a soft step looks the same: no cache of one or two ways is
		// reported, and none is built any more.
		return 0, 0, false
	}
	if edge < len(lines) && lines[edge] != lines[edge-1]+1 {
		return 0, 0, false // the number next to the edge was not measured
	}
	return lines[edge-1], math.Exp(high - low), true
}

// bestCut parts y where two levels explain it best, each of that many points at
// least.
func bestCut(y []float64, side int) int {
	cut, least := -1, math.Inf(1)
	for k := side; k+side <= len(y); k++ {
		if cost := deviation(y[:k]) + deviation(y[k:]); cost < least {
			cut, least = k, cost
		}
	}
	return cut
}

// deviation is the sum of the absolute deviations from the median.
func deviation(y []float64) float64 {
	m, sum := stats.Median(y), 0.0
	for _, v := range y {
		sum += math.Abs(v - m)
	}
	return sum
}

// Fit reports whether a size, known to a tenth, is that of so many ways with a
// power of two of sets, as bits of an address choose among. A neighbour that came
// after the size was measured and took ways is caught by it: 47 KiB with 10 ways of
// 64-byte lines are 74 sets.
func Fit(sizeBytes, ways, lineBytes int) bool {
	sets := float64(sizeBytes) / float64(ways*lineBytes)
	off := math.Log2(sets) - math.Round(math.Log2(sets))
	return sets >= 1/ladder.SameSize && math.Abs(off) <= math.Log2(ladder.SameSize)
}
