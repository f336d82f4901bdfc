package line

import (
	"cachelab/cachelines/instrument"
	"math/rand/v2"
	"testing"
)

// Two writers on one even line and on one odd line need not cost the same:
// measured here were 9.8 and 8.6 ns against 2.1 ns apart, all within a third of
// a percent. A quiet machine must not be harder to read than a noisy one.
func TestQuietPhasesOfUnequalCost(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	curve := func(shared func(d int) bool, cost, free float64) instrument.Curve {
		c := instrument.Curve{X: Distances()}
		for range 100 {
			var row []float64
			for _, d := range c.X {
				ns := free
				if shared(d) {
					ns = cost
				}
				row = append(row, ns*(1+0.003*rng.NormFloat64()))
			}
			c.Rounds = append(c.Rounds, row)
		}
		return c
	}
	oneLine := func(d int) bool { return d < 64 }
	seam := func(d int) bool { return d%64 != 0 }
	for _, odd := range []float64{8.6, 9.8, 10.4} {
		got := InferInterference(InterferenceCurves{Even: curve(oneLine, 9.8, 2.1), Odd: curve(oneLine, odd, 2.1), Beside: curve(seam, 1.25, 0.28)})
		if bytes, ok := got.Bytes.Get(); !ok || bytes != 64 || got.Confidence < 0.9 {
			t.Errorf("even lines 9.8 ns, odd lines %v ns: %v bytes, confidence %.2f, %s", odd, got.Bytes, got.Confidence, got.Reason)
		}
	}
}
