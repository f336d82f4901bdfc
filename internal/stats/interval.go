package stats

import (
	"math"
	"slices"
	"sync"
)

// MinMedianInterval is the fewest values that a 95% interval of a median can be
// made of: even the whole range of five covers it in 1 - 2/2^5 = 94% only.
const MinMedianInterval = 6

// LeastForInterval is the fewest values that an interval of the coverage can be made
// of, for a median: the first number whose whole range covers it. It is
// MinMedianInterval for 0.95, and 7 for 0.975.
func LeastForInterval(coverage float64) int {
	n := 2
	for ; 1-math.Ldexp(1, 1-n) < reserved(coverage); n++ {
	}
	return n
}

// interpolationCoverage is the coverage that the interpolation of
// MedianInterval aims at for an interval of 95%. The point in reserve is for
// small and skewed samples: aimed at 0.950, 20,000 simulated runs each covered
// the median in 94.4% (lognormal noise, n = 8) and 94.0% (exponential, n = 7);
// aimed at 0.96, in 95.4 to 96.3% of all shapes and sizes tried (three shapes, n
// from 6 to 20).
const interpolationCoverage = 0.96

// MedianInterval returns the median of finite values and its 95% interval,
// without any assumption on the shape of the distribution. It does not change xs.
//
// Below MinMedianInterval values there is no such interval: lo and hi are then
// the range. Of no values all three are NaN.

// The choice, measured on ratios of two arms with 3% noise of which 10% of the
// samples are outliers (median 1.6x), 20,000 runs each, width at n = 8 / 12 / 20:
//
//	order statistics            0.62  0.09  0.06    covers 99 / 96 / 96%
//	Walsh averages              0.33  0.14  0.08    covers 96 / 96 / 95%
//	interpolated, as here       0.18  0.09  0.07    covers 96 / 96 / 96%
//
// Order statistics alone jump: at n = 8 the second from each end covers 93%, so
// the interval is the whole range and one bad pass decides it. The Walsh
// averages of the signed-rank test need a symmetric distribution: with
// outliers in one arm only, n = 20, they covered 92%, and 90% of exponential
// samples. Interpolating between neighbouring order statistics (Hettmansperger
// and Sheather, "Confidence intervals based on interpolated order statistics",
// Statistics & Probability Letters 4, 1986) has neither fault. It does not mend
// a mixture of two classes, whose median lies in the gap: that is what
// placement classes are for.
func MedianInterval(xs []float64) (median, lo, hi float64) {
	return MedianIntervalAt(xs, 0.95)
}

// MedianIntervalAt is MedianInterval for another coverage, 0.5 to below 1. An
// interval of higher coverage needs more values: where the range of all does not
// cover it, lo and hi are the range.
func MedianIntervalAt(xs []float64, coverage float64) (median, lo, hi float64) {
	n := len(xs)
	if n == 0 {
		return math.NaN(), math.NaN(), math.NaN()
	}
	xs = slices.Clone(xs)
	slices.Sort(xs)
	median = Quantile(xs, 0.5)
	o := orderStatistics(n, reserved(coverage))
	if n < MinMedianInterval || o.d == 0 {
		return median, xs[0], xs[n-1]
	}
	lo = mix(xs[o.d-1], xs[o.d], o.inner)
	hi = mix(xs[n-o.d], xs[n-o.d-1], o.inner)
	return median, lo, hi
}

// reserved is the coverage to aim at: a fifth of the error allowed is kept in
// reserve, which is 0.96 for 0.95.
func reserved(coverage float64) float64 {
	return 1 - (1-coverage)*(1-interpolationCoverage)/0.05
}

// mix is the point at share t of the way from a to b, exactly a where they are
// equal.
func mix(a, b, t float64) float64 { return a + t*(b-a) }

// order says which order statistics bound an interval: the d-th from each end
// (from 1), moved towards the (d+1)-th by the share inner. d is 0 where even the
// range does not cover.
type order struct {
	d     int
	inner float64
}

// orderStatistics finds the order statistics whose interval has the coverage
// aim for n values.
func orderStatistics(n int, aim float64) order {
	key := orderKey{n, aim}
	if known, ok := orderCache.Load(key); ok {
		return known.(order)
	}
	// cover(d) = P(the median lies between the d-th from each end)
	//          = 1 - 2 P(Binomial(n, 1/2) < d), for the largest d that has aim.
	below := Binomial(n, 0, 0.5) // P(Binomial < d)
	if 1-2*below < aim {
		return order{}
	}
	d := 1
	for ; 1-2*(below+Binomial(n, d, 0.5)) >= aim; d++ {
		below += Binomial(n, d, 0.5)
	}
	step := (1 - 2*below - aim) / (2 * Binomial(n, d, 0.5)) // from cover(d) to cover(d+1)
	o := order{d, float64(n-d) * step / (float64(d) + float64(n-2*d)*step)}
	orderCache.Store(key, o)
	return o
}

type orderKey struct {
	n   int
	aim float64
}

var orderCache sync.Map // orderKey -> order
