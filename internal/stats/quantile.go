package stats

import (
	"math"
	"slices"
)

// Finite returns the finite values of xs, in order, in a new slice.
func Finite(xs []float64) []float64 {
	out := make([]float64, 0, len(xs))
	for _, x := range xs {
		if !math.IsNaN(x) && !math.IsInf(x, 0) {
			out = append(out, x)
		}
	}
	return out
}

// Quantile returns the q-quantile of sorted, finite, ascending values, for q
// from 0 to 1. It interpolates between neighbours by definition 7 of Hyndman and
// Fan ("Sample quantiles in statistical packages", The American Statistician
// 50, 1996), the default of R and NumPy. It is NaN where sorted is empty.
func Quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	at := min(max(q, 0), 1) * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// Quantiles returns several quantiles of the finite values among xs, which it
// does not change. Each is NaN where no value is finite.
func Quantiles(xs []float64, qs ...float64) []float64 {
	sorted := Finite(xs)
	slices.Sort(sorted)
	out := make([]float64, len(qs))
	for i, q := range qs {
		out[i] = Quantile(sorted, q)
	}
	return out
}

// Median returns the median of the finite values among xs, which it does not
// change. It is NaN where no value is finite.
func Median(xs []float64) float64 { return MedianInPlace(Finite(xs)) }

// Mean is the mean of the finite values of xs, and NaN of none.
func Mean(xs []float64) float64 {
	finite, sum := Finite(xs), 0.0
	for _, x := range finite {
		sum += x
	}
	return sum / float64(len(finite))
}

// MedianPositive returns the median of the positive finite values among xs,
// which it does not change. It is NaN where there is none.
func MedianPositive(xs []float64) float64 {
	return MedianInPlace(slices.DeleteFunc(Finite(xs), func(x float64) bool { return x <= 0 }))
}

// MedianInPlace returns the median of finite values and reorders them. It is
// NaN where there are none. It selects instead of sorting, because fitting one
// curve takes some thousand medians.
func MedianInPlace(finite []float64) float64 {
	n := len(finite)
	if n == 0 {
		return math.NaN()
	}
	upper := selectNth(finite, n/2)
	if n%2 == 1 {
		return upper
	}
	return (slices.Max(finite[:n/2]) + upper) / 2
}

// selectNth reorders xs so that element n is the one of a sorted xs, none
// before it is greater and none after it less, and returns it (Hoare,
// "Algorithm 65: find", Communications of the ACM 4, 1961).
func selectNth(xs []float64, n int) float64 {
	lo, hi := 0, len(xs)-1
	for lo < hi {
		i, j := partition(xs, lo, hi)
		switch {
		case n <= j:
			hi = j
		case n >= i:
			lo = i
		default:
			return xs[n]
		}
	}
	return xs[n]
}

// partition parts xs[lo:hi+1] about its middle element: what ends at j is not
// greater than what begins at i, and what lies between equals the pivot.
func partition(xs []float64, lo, hi int) (i, j int) {
	pivot := xs[lo+(hi-lo)/2]
	i, j = lo, hi
	for i <= j {
		for xs[i] < pivot {
			i++
		}
		for xs[j] > pivot {
			j--
		}
		if i <= j {
			xs[i], xs[j] = xs[j], xs[i]
			i++
			j--
		}
	}
	return i, j
}

// Clamp01 bounds a probability to 0 to 1; NaN becomes 0.
func Clamp01(x float64) float64 {
	if math.IsNaN(x) {
		return 0
	}
	return min(max(x, 0), 1)
}

// Ramp is 0 up to from, 1 from to on, and linear between them.
func Ramp(x, from, to float64) float64 { return Clamp01((x - from) / (to - from)) }
