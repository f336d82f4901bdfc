package check

import (
	"testing"

	"cachelab/results"
)

// What differs by less than the band beyond what the machine does to itself is not the
// learner's doing.
func TestBeyondAtItsBounds(t *testing.T) {
	null := results.Verdict{Ratio: &results.Interval{Lo: 0.9, Median: 1, Hi: 1.1}}
	for _, test := range []struct {
		lo, hi float64
		want   bool
	}{{1.12, 1.3, false}, {1.15, 1.3, false}, {1.4, 1.5, true}, {0.7, 0.85, false}, {0.6, 0.7, true}} {
		one := results.Verdict{Outcome: results.Contradicted, Ratio: &results.Interval{Lo: test.lo, Median: (test.lo + test.hi) / 2, Hi: test.hi}}
		if got := beyond(one, null); got != test.want {
			t.Errorf("%v to %v beside 0.9 to 1.1 of the same loop: beyond %v, want %v", test.lo, test.hi, got, test.want)
		}
	}
}
