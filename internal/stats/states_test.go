package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestRankAutocorrelation(t *testing.T) {
	check := func(want float64, xs ...float64) {
		t.Helper()
		if got := RankAutocorrelation(xs); math.Abs(got-want) > 1e-12 {
			t.Errorf("%v: %v, want %v", xs, got, want)
		}
	}
	check(0)
	check(0, 1, 2)
	check(0, 5, 5, 5, 5)
	// 1 to 4: steps 3, squares 5.
	check(1-3.0/5/2, 1, 2, 3, 4)
	check(1-3.0/5/2, 10, 20, 30, 9999) // ranks: an outlier counts as the next rank
	check(1-14.0/5/2, 1, 4, 1.5, 3.9)  // ranks 1 4 2 3: steps 9 + 4 + 1
}

func TestChanges(t *testing.T) {
	check := func(name string, want []int, xs ...float64) {
		t.Helper()
		if got := Changes(xs); !slices.Equal(got, want) {
			t.Errorf("%s: changes after %v, want %v", name, got, want)
		}
	}
	check("nothing", nil)
	check("too few", nil, 1, 1.1, 1.05, 2, 2.1, 2.05, 2.2, 1.99, 2.01)
	check("one change", []int{4}, 1, 1.1, 1.05, 1.02, 2, 2.1, 2.05, 2.2, 1.99, 2.01, 2.03, 2.04)
	check("one change and an outlier", []int{7}, 1, 1.1, 9, 1.02, 1.03, 1.07, 1.06, 2, 2.1, 2.05, 2.2, 1.99, 2.01, 2.03, 2.04, 2.06)
	check("one state", nil, 1, 1.04, 1.02, 1.05, 1.01, 1.06, 1.03, 1.055, 1.015, 1.045, 1.025, 1.035)
	check("one outlier", nil, 1, 1.04, 1.02, 1.05, 9, 1.01, 1.06, 1.03, 1.055, 1.015, 1.045, 1.025)
	there := []float64{1, 1.1, 1.05, 1.02, 1.03, 1.07, 1.01, 1.08, 1.06, 1.04}
	away := make([]float64, len(there))
	for i, x := range there {
		away[i] = x + 1
	}
	check("there and back", []int{10, 20}, slices.Concat(there, away, there)...)
}

// A false alarm widens an interval for nothing, so it must be rare.
func TestChangesFalseAlarms(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 12))
	for _, n := range []int{10, 12, 20, 60} {
		const runs = 2000
		alarms := 0
		for range runs {
			xs := make([]float64, n)
			for i := range xs {
				xs[i] = random.ExpFloat64()
			}
			if len(Changes(xs)) > 0 {
				alarms++
			}
		}
		if share := float64(alarms) / runs; share > 0.17 {
			t.Errorf("%d values of one state: changes in %.3f of the runs, want at most 0.17", n, share)
		}
	}
}

// The interval of values whose state changed once holds the longer state, and where
// the shorter one has a quarter of the values mostly both of them. A change of less
// than two deviations of the noise is often missed (0.05 here).
func TestStatesIntervalCoverage(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 12))
	for _, n := range []int{12, 20, 40} {
		for _, shift := range []float64{0.05, 0.1, 0.3} {
			const runs = 1000
			longer, plain, both, of := 0, 0, 0, 0
			for range runs {
				at := 1 + random.IntN(n-1)
				xs := make([]float64, n)
				for i := range xs {
					xs[i] = 0.03 * random.NormFloat64()
					if random.Float64() < 0.1 {
						xs[i] += 0.3 * random.NormFloat64()
					}
					if i >= at {
						xs[i] += shift
					}
				}
				_, lo, hi, _ := StatesInterval(xs, 0.95)
				_, plainLo, plainHi := MedianInterval(xs)
				main := 0.0
				if 2*at < n {
					main = shift
				}
				if main < lo || main > hi {
					longer++
				}
				if main < plainLo || main > plainHi {
					plain++
				}
				if 4*min(at, n-at) >= n {
					of++
					if 0 < lo || shift > hi {
						both++
					}
				}
			}
			share := func(of, all int) float64 { return float64(of) / float64(all) }
			t.Logf("n = %d, shift %v: misses the longer state in %.3f (%.3f without looking for changes), one of two long ones in %.3f",
				n, shift, share(longer, runs), share(plain, runs), share(both, of))
			if share(longer, runs) > 0.1 || longer > plain*4/5 {
				t.Errorf("n = %d, shift %v: misses the longer state in %d of %d runs, and in %d without looking for changes", n, shift, longer, runs, plain)
			}
			if shift >= 0.1 && share(both, of) > 0.25 {
				t.Errorf("n = %d, shift %v: misses one of two long states in %d of %d", n, shift, both, of)
			}
		}
	}
}
