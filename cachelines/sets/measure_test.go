package sets

import (
	"slices"
	"testing"
	"time"

	"cachelab/affinity/opt"
)

// Searches that find nothing move on to another CPU of the same kind, and those that find something stay.
func TestTurns(t *testing.T) {
	candidates := []int{0, 1, 2} // CPU 3 is of another kind
	at := func(want opt.Value[int], found ...bool) []int {
		turns := newTurns(candidates, want)
		cpus := []int{turns.cpu().Or(-1)}
		for _, f := range found {
			turns.took(f)
			cpus = append(cpus, turns.cpu().Or(-1))
		}
		return cpus
	}
	const yes, no = true, false
	for _, c := range []struct {
		what  string
		want  opt.Value[int]
		found []bool
		cpus  []int
	}{
		{"lost twice", opt.Some(1), []bool{no, no, yes, no, yes, no, no, no, no}, []int{1, 1, 0, 0, 0, 0, 0, 2, 2, 1}},
		{"of another kind", opt.Some(3), []bool{no, no, no}, []int{3, 3, 3, 3}},
		{"unknown", opt.Value[int]{}, []bool{no, no, no}, []int{-1, -1, -1, -1}},
	} {
		if got := at(c.want, c.found...); !slices.Equal(got, c.cpus) {
			t.Errorf("%s: on %v, want %v", c.what, got, c.cpus)
		}
	}
}

func TestStopRule(t *testing.T) {
	const soon, budget = 300 * time.Millisecond, time.Second
	for _, c := range []struct {
		elapsed    time.Duration
		any        bool
		confidence float64
		want       bool
	}{
		{soon - 1, false, 0, false},
		{soon - 1, true, MinReport, false}, // good enough, and time for more
		{soon, true, MinReport, true},
		{soon, true, MinReport - 0.01, false},
		{soon, false, 0, true}, // where nothing is found nothing will be
		{budget, true, MinReport - 0.01, true},
	} {
		rule := stopRule{soon: soon, budget: budget, any: c.any, confidence: c.confidence}
		if got := rule.done(c.elapsed); got != c.want {
			t.Errorf("after %v, any found %v, %.2f: done %v", c.elapsed, c.any, c.confidence, got)
		}
	}
}
