package cachelines

import (
	"slices"
	"testing"

	"cachelab/affinity/topology"
)

func TestQuietest(t *testing.T) {
	check := func(name string, want int, visits ...[]float64) {
		t.Helper()
		if got := quietest(visits); got != want {
			t.Errorf("%s: %d, want %d", name, got, want)
		}
	}
	quiet, noisy := []float64{1.16, 1.15, 1.17}, []float64{1.2, 2.9, 3.1}
	check("the second has a neighbour", 0, quiet, noisy)
	check("the first has one", 1, noisy, quiet)
	check("equally quiet: the last", 1, quiet, []float64{1.17, 1.16, 1.18})
	check("one interrupted visit decides nothing", 1, quiet, []float64{1.16, 40, 1.15})
	check("never measured", 0, quiet, nil)
}

// TestCandidates: the last few usable ones, of the first one's kind only.
func TestCandidates(t *testing.T) {
	var topo topology.Topology
	for id := range 8 {
		kind := topology.Performance
		if id >= 6 {
			kind = topology.Efficiency
		}
		topo.CPUs = append(topo.CPUs, topology.CPU{ID: id, Online: id != 3, Allowed: id != 5, Kind: kind})
	}
	c := &Claims{Topology: &topo}
	if got := c.candidates(); !slices.Equal(got, []int{0, 1, 2, 4}) {
		t.Errorf("candidates %v, want 0, 1, 2 and 4: 3 is offline, 5 forbidden, 6 and 7 another kind", got)
	}
	if got := (&Claims{Topology: &topology.Topology{}}).candidates(); len(got) != 0 {
		t.Errorf("candidates %v of no CPUs", got)
	}
}
