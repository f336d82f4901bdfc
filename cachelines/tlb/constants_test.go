package tlb

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"testing"

	"cachelab/cachelines/internal/simtest"
)

// Every constant of the inference of TLBs changes an answer on these machines, recorded
// and simulated, when it is halved or doubled. Those of the ladder are held by the
// levels' test too.
func TestConstants(t *testing.T) {
	random := rand.New(rand.NewPCG(62, 1))
	var sweeps []Sweep
	for _, s := range recordedSweeps(t) {
		sweeps = append(sweeps, s.sweep())
	}
	for k := range 12 {
		m := disturbedTLB(random)
		switch k % 4 {
		case 0:
			m = randomTLB(random)
		case 1: // caches alone, which end at other numbers of lines in the two layouts
			m.levels, m.spill = nil, 0.3*random.Float64()
		case 2: // a miss that costs little
			m.levels[0].cost = m.hit * (0.4 + 0.4*random.Float64())
		}
		sweeps = append(sweeps, m.measure(random))
	}
	for _, part := range []float64{0.3, 0.6, 1, 1.5, 2.5} { // a cache that ends where the first TLB does
		m := randomTLB(random)
		m.noise, m.often, m.spill = 0.01, 0, 0
		m.lines[0], m.ns[0] = float64(m.levels[0].entries), m.hit+part*m.levels[0].cost
		sweeps = append(sweeps, m.measure(random))
	}
	for _, cost := range []float64{0.1, 0.2, 0.28} { // a rise at the end that is no level
		m := randomTLB(random)
		m.noise, m.often, m.spill = 0.005, 0, 0
		m.levels = []level{{entries: 3000, cost: cost * m.hit}}
		sweeps = append(sweeps, m.measure(random))
	}
	simtest.Constants(t, inferBy, func(k constants) iter.Seq[string] {
		return func(yield func(string) bool) {
			for _, s := range sweeps {
				a := infer(s, k)
				said := fmt.Sprintf("%v %s", a.FreeTo, a.Reason)
				for _, l := range a.Levels {
					said += fmt.Sprintf("; %d %d %d %.2f %.2f", l.Entries, l.Lo, l.Hi, l.CostNS.Or(0), l.Confidence)
				}
				if !yield(said) {
					return
				}
			}
		}
	}, map[string]string{"Ladder.": "the ladder's constants are held by the test of cachelines/levels"})
}
