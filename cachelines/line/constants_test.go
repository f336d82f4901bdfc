package line

import (
	"fmt"
	"math/rand/v2"
	"strings"
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
	simtest.Constants(t, inferBy, func(k constants) string {
		var out strings.Builder
		for i := range fetch {
			for _, s := range []Size{inferFetch(fetch[i], k), inferInterference(sharing[i], k)} {
				fmt.Fprintf(&out, "%v %v %.3f %s; ", s.Bytes, s.Candidates, s.Confidence, s.Reason)
			}
		}
		return out.String()
	}, nil)
}
