package stats

import (
	"math"

	"github.com/aclements/go-moremath/mathx"
	mstats "github.com/aclements/go-moremath/stats"
)

// Binomial returns the probability of exactly k successes in n trials that each
// succeed with probability p. It is 0 for a k outside 0 to n.
//
// It adds logarithms, because BinomialDist.PMF of go-moremath overflows to NaN
// from n = 1030 on.
func Binomial(n, k int, p float64) float64 {
	switch {
	case k < 0 || k > n:
		return 0
	case p <= 0:
		return indicator(k == 0)
	case p >= 1:
		return indicator(k == n)
	}
	return math.Exp(mathx.Lchoose(n, k) + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p))
}

func indicator(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// BinomialAtMost returns the probability of k successes or fewer in n trials
// that each succeed with probability p.
func BinomialAtMost(n, k int, p float64) float64 {
	return mstats.BinomialDist{N: n, P: p}.CDF(float64(k))
}

// Hypergeometric returns the probability that exactly k of draws items, taken
// without replacement from n of which marked are marked, are marked.
func Hypergeometric(n, marked, draws, k int) float64 {
	return mstats.HypergeometicDist{N: n, K: marked, Draws: draws}.PMF(float64(k))
}

// PoissonAtMost returns the probability of k events or fewer where mean are
// expected.
//
// It sums the terms downwards from k until they no longer count. The incomplete
// gamma function of go-moremath is the same number, but it panics ("failed to
// converge") where k and mean are near 1,000.
func PoissonAtMost(k int, mean float64) float64 {
	switch {
	case k < 0:
		return 0
	case mean <= 0, float64(k) > mean+40*math.Sqrt(mean)+40: // the rest is below 1e-15
		return 1
	}
	lg, _ := math.Lgamma(float64(k) + 1)
	term := math.Exp(float64(k)*math.Log(mean) - mean - lg) // P(X = k)
	sum := term
	for i := k; i > 0; i-- {
		term *= float64(i) / mean
		sum += term
		if float64(i) < mean && term < 1e-17*sum { // below the mode the terms only fall
			break
		}
	}
	return Clamp01(sum)
}

// SignTest returns 1 minus the probability that an effect would be seen in as
// many rounds, or more, if each round were the toss of a coin. It is 0 for no
// rounds.
func SignTest(seen, rounds int) float64 {
	if rounds == 0 {
		return 0
	}
	return Clamp01(BinomialAtMost(rounds, seen-1, 0.5))
}

// RandomEffects sums up estimates of one quantity from several runs, each with its
// standard error, where the quantity itself differs from run to run: the mean over runs
// with its 95% interval. Two runs are the least; of fewer all three are NaN.
//
// The variance between runs is that of DerSimonian and Laird ("Meta-analysis in clinical
// trials", Controlled Clinical Trials 7, 1986), and the interval that of Knapp and
// Hartung ("Improved tests for a random effects meta-regression", Statistics in Medicine
// 22, 2003), by Student's t: with two runs it is wide, and rightly so. It is never
// narrower than the errors of the runs alone make it.
func RandomEffects(estimates, errors []float64) (mean, lo, hi float64) {
	n := len(estimates)
	if n < 2 || len(errors) != n {
		return math.NaN(), math.NaN(), math.NaN()
	}
	weighted := func(between float64) (mean, weights, squares float64) {
		sum := 0.0
		for i, x := range estimates {
			w := 1 / (errors[i]*errors[i] + between)
			sum, weights, squares = sum+w*x, weights+w, squares+w*w
		}
		return sum / weights, weights, squares
	}
	scatter := func(mean, between float64) (q float64) {
		for i, x := range estimates {
			q += (x - mean) * (x - mean) / (errors[i]*errors[i] + between)
		}
		return q
	}
	fixed, weights, squares := weighted(0)
	free := float64(n - 1)
	between := math.Max(0, (scatter(fixed, 0)-free)/(weights-squares/weights))
	mean, weights, _ = weighted(between)
	variance := math.Max(scatter(mean, between)/free, 1) / weights
	t := mstats.InvCDF(mstats.TDist{V: free})(0.975)
	half := t * math.Sqrt(variance)
	return mean, mean - half, mean + half
}
