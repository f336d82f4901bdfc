package cachelines

import (
	"math"
	"slices"
)

// finite returns the finite values of xs, in order. A NaN is how a
// measurement says "invalid", so every inference starts here.
func finite(xs []float64) []float64 {
	out := make([]float64, 0, len(xs))
	for _, x := range xs {
		if !math.IsNaN(x) && !math.IsInf(x, 0) {
			out = append(out, x)
		}
	}
	return out
}

// quantile returns the q-quantile of sorted, 0 <= q <= 1, interpolated
// between neighbours (R's type 7). It is NaN for an empty sample.
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// median returns the median of the finite values of xs, or NaN.
func median(xs []float64) float64 { return medianOf(finite(xs)) }

// medianOf returns the median of xs, all finite, and reorders them; NaN for
// none. It selects instead of sorting, since the inference of one curve takes
// some thousand medians.
func medianOf(xs []float64) float64 {
	n := len(xs)
	if n == 0 {
		return math.NaN()
	}
	upper := selectNth(xs, n/2)
	if n%2 == 1 {
		return upper
	}
	return (slices.Max(xs[:n/2]) + upper) / 2
}

// selectNth reorders xs so that element n is the one of a sorted xs, none
// before it is greater and none after it less, and returns it (Hoare's find).
func selectNth(xs []float64, n int) float64 {
	lo, hi := 0, len(xs)-1
	for lo < hi {
		pivot := xs[lo+(hi-lo)/2]
		i, j := lo, hi
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

// poissonAtMost returns P(X <= k) for a Poisson X of the given mean.
func poissonAtMost(k int, mean float64) float64 {
	if k < 0 {
		return 0
	}
	// Terms in logs: exp(-mean) alone underflows for means beyond 745.
	sum := 0.0
	for i := range k + 1 {
		lg, _ := math.Lgamma(float64(i) + 1)
		sum += math.Exp(float64(i)*math.Log(mean) - mean - lg)
	}
	return min(sum, 1)
}

// clamp01 keeps a confidence a confidence.
func clamp01(x float64) float64 {
	if math.IsNaN(x) {
		return 0
	}
	return min(max(x, 0), 1)
}

// signTest is 1 minus the probability that an effect would be seen in as many
// rounds, or more, if each were a toss of a coin; 0 for no rounds.
func signTest(seen, rounds int) float64 {
	if rounds == 0 {
		return 0
	}
	tail := 0.0
	for k := seen; k <= rounds; k++ {
		tail += binomialHalf(rounds, k)
	}
	return clamp01(1 - tail)
}

// binomialHalf is the probability of k heads in n tosses.
func binomialHalf(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return math.Exp(a - b - c - float64(n)*math.Ln2)
}
