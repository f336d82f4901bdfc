package line

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"testing"

	"cachelab/cachelines/internal/simtest"
)

// Every constant of the inference of lines changes an answer on these simulated
// machines when it is halved or doubled.
func TestConstants(t *testing.T) {
	random := rand.New(rand.NewPCG(63, 1))
	var fetch []FetchCurves
	var sharing []InterferenceCurves
	for range 60 {
		m := disturbedMachine(random)
		fetch, sharing = append(fetch, m.fetch(random)), append(sharing, m.sharing(random))
	}
	simtest.Constants(t, inferBy, func(k constants) iter.Seq[string] {
		return func(yield func(string) bool) {
			for i := range fetch {
				for _, s := range []Size{inferFetch(fetch[i], k), inferInterference(sharing[i], k)} {
					if !yield(fmt.Sprintf("%v %v %.3f %s", s.Bytes, s.Candidates, s.Confidence, s.Reason)) {
						return
					}
				}
			}
		}
	}, nil)
}
