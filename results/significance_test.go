package results

import (
	"math"
	"testing"
)

func TestLeastP(t *testing.T) {
	for n := 1; n <= 12; n++ {
		var pairs []pair
		for i := range n {
			pairs = append(pairs, pair{slow: 10 + float64(i)*0.01, fast: float64(i) * 0.001})
		}
		if got, want := leastP(n), significance(pairs); math.Abs(got-want) > 1e-9*want {
			t.Errorf("n = %d: least P is %v, but arms wholly apart have %v", n, got, want)
		}
	}
	// The run of eight passes and forty claims that the catalogue plans for.
	if p := leastP(8) * 40; p > 0.05 {
		t.Errorf("eight passes cannot decide forty claims: %v", p)
	}
}
