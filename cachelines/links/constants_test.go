package links

import (
	"fmt"
	"iter"
	"math"
	"testing"

	"cachelab/affinity/topology"
	"cachelab/cachelines/internal/simtest"
)

// Every constant of the naming of links changes an answer on these samples when it is
// halved or doubled.
func TestConstants(t *testing.T) {
	cases := [][]Sample{
		drawSamples(1, placement{16, 1.16, 60}, placement{34.5, 2, 300}, placement{116, 1.94, 80}),
		drawSamples(2, placement{16, 1.5, 60}, placement{34.5, 1.7, 300}),
		drawSamples(3, placement{34.5, 2, 60}, placement{34.5, 1.05, 140}),
		drawSamples(4, placement{16, 0.5, 60}, placement{34.5, 2, 60}),
		drawSamples(5, placement{16, 1.3, 85}, placement{16, 2, 15}, placement{50, 2, 200}),
		drawSamples(6, placement{34.5, 2, 100}, placement{90, 2, 300}),
		drawSamples(7, placement{34.5, 2, 60}, placement{150_000, 2, 40}),
		drawSamples(8, placement{100, 2, 60}),
	}
	simtest.Constants(t, inferBy, func(k constants) iter.Seq[string] {
		return func(yield func(string) bool) {
			for _, samples := range cases {
				for _, hit := range []float64{0, 10, 20} {
					l := infer(topology.Pair{A: 0, B: 1, Relation: topology.SameL3}, samples, hit, k)
					said := fmt.Sprintf("%d %.0f", l.Samples, math.Round(l.CASNS))
					for _, c := range l.Classes {
						said += fmt.Sprintf(" %s %.2f", c.Name, c.Share)
					}
					if !yield(said) {
						return
					}
				}
			}
		}
	}, nil)
}
