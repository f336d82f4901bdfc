package ladder

import "math"

// missCurve gives the share of loads that miss a cache of size S over a working
// set W, by the logarithm of W/S.
type missCurve func(beyond float64) float64

// missCurves are the forms that a plateau may be left in.
var missCurves = []missCurve{
	// A physically indexed cache over pages that are anywhere: those that
	// compete for one set's ways are Poisson distributed, and a set with more
	// than its ways always misses. It begins to miss at a third of its size, and
	// at its size misses half. A guest's huge page is no exception, if its host
	// maps it in small ones. Second levels have 4 ways (Skylake's client parts)
	// to 20.
	scattered(4), scattered(8), scattered(16),
	// Random replacement hits S/W; better ones, on sets that fill evenly, go
	// over to a cliff within one way's size.
	random(1), random(2), random(4), random(8), random(16), random(32),
}

// random is 1 - (S/W)^p: S/W hits for random replacement (p = 1), and nearly a
// cliff for LRU (p of the associativity and more).
func random(exponent float64) missCurve {
	return func(beyond float64) float64 {
		if beyond <= 0 {
			return 0
		}
		return 1 - math.Exp(-exponent*beyond)
	}
}

// scattered is for sets whose numbers of lines are Poisson distributed. The lines
// of a set with k > ways lines all miss: the sum of k P(k) over these, by the
// mean, is P(k >= ways).
func scattered(ways int) missCurve {
	return func(beyond float64) float64 {
		// By recurrence and not by stats.PoissonAtMost, since a fit asks for tens of
		// thousands; the mean stays below 16 e^2, where exp is far from its end.
		mean := float64(ways) * math.Exp(beyond)
		term := math.Exp(-mean)
		hits := term
		for k := 1; k < ways; k++ {
			term *= mean / float64(k)
			hits += term
		}
		return max(0, 1-hits)
	}
}

// nextLevels are the latencies, relative to the plateau's own, that the rise is
// taken to go to: those of neighbouring levels from 1.6 to 8 times, about a third
// apart. The next plateau found may be the one after the next.
var nextLevels = []float64{1.6, 2.2, 3, 4, 5.5, 7.5}
