package cachelines

import (
	"slices"
	"testing"
	"time"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
)

// Searches that find nothing move on to another CPU of the same kind, and those that find something stay.
func TestTurns(t *testing.T) {
	var topo topology.Topology
	for id := range 4 {
		kind := topology.Performance
		if id == 3 {
			kind = topology.Efficiency
		}
		topo.CPUs = append(topo.CPUs, topology.CPU{ID: id, Online: true, Allowed: true, Kind: kind})
	}
	c := &Claims{Topology: &topo}
	at := func(want opt.Value[int], found ...bool) []int {
		turns := c.turns(want)
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

func TestGoesOn(t *testing.T) {
	const soon, budget = 300 * time.Millisecond, time.Second
	told, doubtful := Level{Confidence: setsTold}, Level{Confidence: setsTold - 0.01}
	for _, c := range []struct {
		spent time.Duration
		any   bool
		level Level
		want  bool
	}{
		{soon - 1, false, Level{}, true},
		{soon - 1, true, told, true}, // not yet enough
		{soon, true, told, false},
		{soon, true, doubtful, true},
		{soon, false, Level{}, false}, // where nothing is found nothing will be
		{budget, true, doubtful, false},
	} {
		if got := goesOn(c.spent, soon, budget, c.any, c.level); got != c.want {
			t.Errorf("after %v, any found %v, %.2f: goes on %v", c.spent, c.any, c.level.Confidence, got)
		}
	}
}
