package results

import (
	"math"

	"cachelab/internal/stats"
)

// maxMorePasses is the largest estimate given: beyond it the median lies so near
// an edge that the estimate is chance, and 20 passes are publishable.
const maxMorePasses = 500

// targetWidth is how much of the way to the nearest edge the interval may take up in
// the estimate. At 1 every second run of that length would be undecided again.
const targetWidth = 0.8

// estimate is the number of further passes that would decide: those that bring
// the interval into the zone of its median (its width falls with the square
// root of the passes) and, where the verdict claims a difference, P below alpha
// after correction (its normal deviate grows with the square root). 0 is
// unknown, or more than maxMorePasses.
func (e evidence) estimate(zones []zone) int {
	z, ok := zoneOf(zones, e.median, e.median)
	if !ok || e.n == 0 {
		return 0
	}
	need := math.Max(float64(stats.LeastForInterval(e.look.nextCoverage())), float64(e.n))
	wider := deviate(1-e.look.nextCoverage()) / deviate(1-e.look.coverage()) // at the next look
	shrink := 1.0
	for _, side := range []struct{ width, room float64 }{{e.median - e.plainLo, e.median - z.lo}, {e.plainHi - e.median, z.hi - e.median}} {
		if side.width > side.room {
			shrink = math.Max(shrink, wider*side.width/(targetWidth*side.room))
		}
	}
	need = math.Max(need, float64(e.n)*shrink*shrink)
	more := e.further(need, e.n)
	if z.differs && e.corrected > e.look.alpha {
		target := e.look.alpha / max(1, e.weight)
		able := e.tested
		for able <= maxMorePasses && leastP(able) > target {
			able++
		}
		need := float64(able)
		// At its least, P says nothing of how much more it would fall.
		if e.p > leastP(e.tested)*(1+logEpsilon) {
			have, want := deviate(e.p), deviate(target)
			need = math.Max(need, float64(e.tested)*(want/have)*(want/have))
		}
		more = math.Max(more, e.further(need, e.tested))
	}
	if math.IsNaN(more) || more > maxMorePasses {
		return 0
	}
	return max(1, int(more))
}

// further is how many passes bring what has entered so far to need, if as large
// a share of them enters.
func (e evidence) further(need float64, entered int) float64 {
	share := math.Max(float64(entered)/float64(max(1, e.passes)), 0.01)
	return math.Ceil((need - float64(entered)) / share)
}

// deviate is the normal deviate of a two-sided P.
func deviate(p float64) float64 { return math.Sqrt2 * math.Erfinv(1-math.Max(p, 1e-15)) }
