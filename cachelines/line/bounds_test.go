package line

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// steady is a machine without noise to speak of.
func steady(hidden, reach, times float64) lineMachine {
	return lineMachine{lineBytes: 64, hidden: hidden, reach: reach, missNS: 100, hitNS: 1, privateNS: 5, times: times, rounds: 20, noise: 0.001}
}

// A neighbour line that costs something between is said to do so where neither explanation,
// of a line of its own and of a part of this one, has nine tenths of the weight: from there
// on the card calls an answer certain.
func TestWhatIsPartlyHiddenIsSaid(t *testing.T) {
	random := rand.New(rand.NewPCG(73, 1))
	for _, c := range []struct {
		costs float64 // part of a miss
		said  bool
	}{{0.08, true}, {0.27, true}, {0.34, false}} { // a share of 0.5, 0.8 and 0.975 for a line of its own
		a := inferFetchMethod("touch", "miss", newSweep(inferBy, true, byDistance, steady(1-c.costs, 0, 1).fetch(random).Touch))
		if said := strings.Contains(a.doubt, "of a miss"); said != c.said {
			t.Errorf("a neighbour line that costs %v of a miss: %q", c.costs, a.doubt)
		}
	}
	for _, c := range []struct {
		ratio float64
		said  bool
	}{{1.11, true}, {1.25, true}, {1.29, false}} { // 0.24, 0.8 and 0.96 of the weight for one line
		const times = 4
		curves := steady(0, (c.ratio-1)/(times-1), times).sharing(random)
		at := func(k, d int) words { return words{64 * k, 64*k + d} }
		a := inferSharingMethod("writers", "interference", newSweep(inferBy, false, at, curves.Even, curves.Odd))
		if said := strings.Contains(a.doubt, "of one far away"); said != c.said {
			t.Errorf("a writer on the neighbour line costs %vx: %q", c.ratio, a.doubt)
		}
	}
}

// LeastNoise keeps times that agree exactly from being infinitely sure. Its size decides
// nothing: half and twice of it find the same line as surely.
func TestLeastNoiseIsOnlyAFloor(t *testing.T) {
	m := steady(0, 0, 3)
	m.noise = 0
	curves := m.fetch(rand.New(rand.NewPCG(73, 2)))
	want := inferFetch(curves, inferBy)
	if want.Bytes.Or(0) != 64 || want.Confidence < inferBy.MinCertain {
		t.Errorf("%+v, want 64 bytes for certain", want)
	}
	for _, factor := range []float64{0.5, 2} {
		k := inferBy
		k.LeastNoise *= factor
		if got := inferFetch(curves, k); got.Bytes != want.Bytes || !slices.Equal(got.Candidates, want.Candidates) || math.Abs(got.Confidence-want.Confidence) > 0.005 {
			t.Errorf("%v times the floor: %+v, want %+v", factor, got, want)
		}
	}
	k := inferBy
	k.LeastNoise = 0
	if got := inferFetch(curves, k); got.Bytes == want.Bytes && got.Confidence >= want.Confidence {
		t.Errorf("without a floor: %+v, and it is not needed", got)
	}
}
