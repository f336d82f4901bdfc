package sweep

import (
	"slices"
	"testing"

	"cachelab/cachelines/instrument"
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

// TestCandidates: the last few of those that the hints name.
func TestCandidates(t *testing.T) {
	if got := Candidates(instrument.Hints{CPUs: []int{0, 1, 2, 4, 7, 8}}); !slices.Equal(got, []int{2, 4, 7, 8}) {
		t.Errorf("candidates %v, want the last four", got)
	}
	if got := Candidates(instrument.Hints{}); len(got) != 0 {
		t.Errorf("candidates %v of no CPUs", got)
	}
}
