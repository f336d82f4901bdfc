package results

import (
	"math"
	"slices"
	"sync"
)

// minPasses is the fewest passes that a 95% interval of a median can be made
// of: even the whole range of five covers it in 1 - 2/2^5 = 94% only.
const minPasses = 6

// aim is the coverage that the interpolation of medianInterval is given. The
// point in reserve is for small and skewed samples: aimed at 0.950, 20,000
// simulated runs each covered the median in 94.4% (lognormal noise, n = 8) and
// 94.0% (exponential, n = 7); aimed at 0.96, in 95.4 to 96.3% of all shapes and
// sizes tried (three shapes, n from 6 to 20).
const aim = 0.96

// medianInterval is the median of xs and its 95% interval, without any
// assumption on the shape of the distribution.
//
// Below minPasses there is no such interval; lo and hi are then the range.

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
func medianInterval(xs []float64) (median, lo, hi float64) {
	xs = slices.Clone(xs)
	slices.Sort(xs)
	n := len(xs)
	median = medianOf(xs)
	if n < minPasses {
		return median, xs[0], xs[n-1]
	}
	d, inner := orderStatistics(n)
	lo = mix(xs[d-1], xs[d], inner)
	hi = mix(xs[n-d], xs[n-d-1], inner)
	return median, lo, hi
}

// mix is the point at share t of the way from a to b, exactly a where they are
// equal.
func mix(a, b, t float64) float64 { return a + t*(b-a) }

// orderStatistics says which order statistics bound the interval for n values:
// the d-th from each end (from 1), moved towards the (d+1)-th by the share
// inner. n is minPasses at least.
func orderStatistics(n int) (d int, inner float64) {
	if known, ok := orderCache.Load(n); ok {
		o := known.(order)
		return o.d, o.inner
	}
	// cover(d) = P(the median lies between the d-th from each end)
	//          = 1 - 2 P(Binomial(n, 1/2) < d), for the largest d that has aim.
	below := binomialHalf(n, 0) // P(Binomial < d)
	for d = 1; 1-2*(below+binomialHalf(n, d)) >= aim; d++ {
		below += binomialHalf(n, d)
	}
	step := (1 - 2*below - aim) / (2 * binomialHalf(n, d)) // from cover(d) to cover(d+1)
	inner = float64(n-d) * step / (float64(d) + float64(n-2*d)*step)
	orderCache.Store(n, order{d, inner})
	return d, inner
}

type order struct {
	d     int
	inner float64
}

var orderCache sync.Map // n -> order

// binomialHalf is P(Binomial(n, 1/2) = k).
func binomialHalf(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return math.Exp(a - b - c - float64(n)*math.Ln2)
}

// medianOf is the median of sorted values.
func medianOf(sorted []float64) float64 {
	n := len(sorted)
	if n%2 == 1 {
		return sorted[n/2]
	}
	return mix(sorted[n/2-1], sorted[n/2], 0.5)
}

// center is the median of values in any order: of two their mean.
func center(xs []float64) float64 {
	xs = slices.Clone(xs)
	slices.Sort(xs)
	return medianOf(xs)
}
