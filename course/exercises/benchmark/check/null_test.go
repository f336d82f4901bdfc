package check

import (
	"testing"

	"cachelab/results"
)

func TestBeyond(t *testing.T) {
	verdict := func(outcome results.Outcome, lo, median, hi float64) results.Verdict {
		return results.Verdict{Outcome: outcome, Ratio: &results.Interval{Lo: lo, Median: median, Hi: hi}}
	}
	calm := verdict(results.Holds, 0.99, 1, 1.01)
	slower := verdict(results.Contradicted, 0.55, 0.67, 0.70) // seen with a right answer
	for _, c := range []struct {
		name      string
		one, null results.Verdict
		want      bool
	}{
		{"equal", verdict(results.Holds, 0.98, 1, 1.02), calm, false},
		{"noise", verdict(results.Undecided, 0.6, 1.1, 3), calm, false},
		{"a register against memory", verdict(results.Contradicted, 4.5, 5, 5.5), calm, true},
		{"a register on a restless machine", verdict(results.Contradicted, 4.5, 5, 5.5), slower, true},
		{"the second run is slower for everybody", slower, verdict(results.Contradicted, 0.6, 0.68, 0.8), false},
		{"the second run is slower for the learner alone", slower, calm, true},
		{"no ratio to compare with", slower, results.Verdict{Outcome: results.Undecided}, true},
	} {
		if got := beyond(c.one, c.null); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// TestTwice: both arms count, and take some time.
func TestTwice(t *testing.T) {
	var failed error
	for _, arm := range twice(&failed) {
		if ns := arm.Sample(); ns <= 0 || failed != nil {
			t.Errorf("%s: %v ns, %v", arm.Name, ns, failed)
		}
	}
}
