package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestRandomEffects(t *testing.T) {
	// By hand: equal errors, no more scatter than they explain: the mean, and the error
	// 0.1/sqrt(2) times t(1, 0.975) = 12.706.
	mean, lo, hi := RandomEffects([]float64{1, 1.05}, []float64{0.1, 0.1})
	if math.Abs(mean-1.025) > 1e-12 || math.Abs(hi-mean-12.706*0.1/math.Sqrt2) > 1e-3 || math.Abs(mean-lo-(hi-mean)) > 1e-12 {
		t.Errorf("%v [%v, %v]", mean, lo, hi)
	}
	if m, _, _ := RandomEffects([]float64{1}, []float64{0.1}); !math.IsNaN(m) {
		t.Errorf("of one run: %v", m)
	}
}

// The interval holds the mean over runs, also where runs differ by far more than their
// own errors, where the interval of any one run does not.
func TestRandomEffectsCoverage(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 12))
	for _, between := range []float64{0, 0.03, 0.1} {
		for _, n := range []int{3, 5} {
			const runs = 2000
			missed := 0
			for range runs {
				estimates, errors := make([]float64, n), make([]float64, n)
				for i := range estimates {
					errors[i] = 0.01 + 0.02*random.Float64()
					estimates[i] = between*random.NormFloat64() + errors[i]*random.NormFloat64()
				}
				if _, lo, hi := RandomEffects(estimates, errors); lo > 0 || hi < 0 {
					missed++
				}
			}
			if share := float64(missed) / runs; share > 0.07 {
				t.Errorf("%d runs that differ by %v: missed in %.3f", n, between, share)
			}
		}
	}
}
