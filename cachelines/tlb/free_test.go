package tlb

import (
	"math/rand/v2"
	"testing"
)

// A rise that is too small for a level, a quarter of a hit, is noise of the difference, and
// translation is free up to the sweep's end. A larger one is a cost, though no plateau
// says of what.
func TestSmallRisesAreFree(t *testing.T) {
	for _, c := range []struct {
		rise float64
		free bool
	}{{0.1, true}, {0.2, true}, {0.3, false}, {0.5, false}} {
		m := tlbMachine{
			levels: []level{{entries: 128, ways: 128, cost: c.rise}}, growth: 1, hit: 1,
			lines: []float64{1 << 20}, ns: []float64{100}, noise: 0.001, rounds: 8, top: mostPages,
		}
		answer := Infer(m.measure(rand.New(rand.NewPCG(1, 37))))
		if _, free := answer.FreeTo.Get(); free != c.free {
			t.Errorf("a rise by %v of a hit: %+v, want it free: %v", c.rise, answer, c.free)
		}
	}
}
