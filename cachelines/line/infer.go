package line

import (
	"math"

	"cachelab/affinity/opt"
	"cachelab/internal/stats"
)

// Size is a measured line size. Where the data do not decide, Bytes is unknown and
// Candidates says what is left.
type Size struct {
	Bytes      opt.Value[int]
	Candidates []int     // ascending
	Confidence float64   // 0 to 1, of Bytes or of the first candidate
	Reason     string    // why it is not certain, or empty
	Skipped    string    // why this machine cannot be asked, or empty
	Methods    []Method  // each method by itself
	Samples    int       // rounds over all distances
	NextLine   *NextLine // interference only: the two phases at one line's distance
}

// Method is the answer of one method by itself.
type Method struct {
	Name       string
	Candidates []int
	Confidence float64
}

// NextLine says what a writer on the neighbouring line costs, as the ratio of the
// time at one fetch line's distance over the time far apart: within one naturally
// aligned pair of lines, and across two pairs. 1 is no interference.
type NextLine struct{ SamePair, AcrossPair float64 }

// InferFetch finds the fetch line, what comes into a cache together, from two
// sweeps: the second of two loads of a cold block, d bytes behind the first
// (touch: a step up at the line), and a pair of neighbouring words at every offset
// (cross: peaks at the seams). Doubt is in the answer; it never fails.
//
// A neighbour line that is partly hidden, as by a prefetcher of pairs, is not
// part of the line; where it is hidden so well that the data cannot tell, both
// sizes are candidates.
func InferFetch(c FetchCurves) Size { return inferFetch(c, inferBy) }

func inferFetch(c FetchCurves, k constants) Size {
	a := inferFetchMethod("touch", "miss", newSweep(k, true, byDistance, c.Touch))
	b := inferFetchMethod("cross", "miss", newSweep(k, true, bySeam, c.Cross))
	answer := combine(k, a, b)
	if bytes, ok := answer.Bytes.Get(); ok {
		// Is it two lines of half the size, of which the second comes in
		// nearly for nothing? Only data that would have shown its cost can say no.
		mid, se := pooled(bytes/2, sameLine, samePair, a, b)
		miss, _ := pooled(bytes, sameLine, apart, a, b)
		atMost := (math.Exp(mid+k.Sigmas*se) - 1) / (math.Exp(miss) - 1)
		answer.doubt(bytes/2, stats.Ramp(atMost, k.SeenPair, k.MissedPair), "a pair of lines that comes in together is not excluded")
	}
	return answer.finish()
}

// InferInterference finds the interference line, what two writers must be kept
// apart by, from sweeps of two writers by distance, the first on an even and on an
// odd 64-byte line of a 128-byte pair (a step down), and of a plain counter beside a
// writer (dips at the seams). Doubt is in the answer; it never fails.
//
// A neighbour line that interferes, if less than the line itself, is part of
// the interference line.
func InferInterference(c InterferenceCurves) Size { return inferInterference(c, inferBy) }

func inferInterference(c InterferenceCurves, k constants) Size {
	a := inferSharingMethod("writers", "interference", newSweep(k, false, func(k, d int) words { return words{64 * k, 64*k + d} }, c.Even, c.Odd))
	b := inferSharingMethod("beside", "interference", newSweep(k, false, bySeam, c.Beside))
	answer := combine(k, a, b)
	answer.NextLine = nextLine(a.sweep)
	if bytes, ok := answer.Bytes.Get(); ok {
		beyond, se := pooled(bytes, apart, samePair, a, b)
		answer.doubt(2*bytes, stats.Ramp(math.Exp(beyond+k.Sigmas*se), k.LeastStep, k.FullStep), "interference of the neighbour line is not excluded")
		within, se := pooled(bytes/2, apart, samePair, a, b)
		answer.doubt(bytes/2, 1-stats.Ramp(math.Exp(within-k.Sigmas*se), k.LeastStep, k.FullStep), "interference beyond half of it is not certain")
	}
	return answer.finish()
}

// pooled is the log ratio of the levels of two groups under a line size, by
// both methods in proportion to their precision, with its standard error. It is
// 0 and 0 where no method has both groups.
func pooled(lineBytes int, from, to group, methods ...methodAnswer) (log, se float64) {
	if lineBytes < lineSizes[0] {
		return 0, 0
	}
	weights := 0.0
	for _, m := range methods {
		if y, e, ok := m.sweep.gap(lineBytes, from, to, m.scale); ok {
			log += y / (e * e)
			weights += 1 / (e * e)
		}
	}
	if weights == 0 {
		return 0, 0
	}
	return log / weights, 1 / math.Sqrt(weights)
}
