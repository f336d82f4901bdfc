package stats

import (
	"math"

	mstats "github.com/aclements/go-moremath/stats"
)

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
