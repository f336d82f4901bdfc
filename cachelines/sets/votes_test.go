package sets

import (
	"math"
	"slices"
	"testing"
)

// A round votes for the last number of lines before its step. One that lacks the number
// beside the step, or most of its points, does not vote.
func TestRoundWays(t *testing.T) {
	x := make([]int, 20)
	for i := range x {
		x[i] = i + 1
	}
	row := func(ways int, missing ...int) []float64 {
		y := make([]float64, len(x))
		for i, lines := range x {
			if lines > ways {
				y[i] = math.Log(3)
			}
			if slices.Contains(missing, lines) {
				y[i] = math.NaN()
			}
		}
		return y
	}
	check := func(what string, row []float64, want int, wantOK bool) {
		t.Helper()
		ways, cliff, ok := roundWays(x, row, inferBy)
		if ok != wantOK || ok && (ways != want || math.Abs(cliff-3) > 1e-9) {
			t.Errorf("%s: %d ways, a step of %.2f, votes %v; want %d, 3 and %v", what, ways, cliff, ok, want, wantOK)
		}
	}
	check("8 ways", row(8), 8, true)
	check("12 ways", row(12), 12, true)
	check("a point far from the step is missing", row(8, 3, 17), 8, true)
	check("the last line that stays is missing", row(8, 8), 0, false)
	check("the first that does not is missing", row(8, 9), 0, false)
	check("a quarter of the points is missing", row(8, 1, 2, 3, 15, 16), 8, true)
	check("more of them are", row(8, 1, 2, 3, 15, 16, 17, 18), 0, false)
	check("no step", row(20), 0, false)
	check("all miss", row(0), 0, false)
	soft := row(8) // a slope after the step: its beginning is meant
	soft[8], soft[9], soft[10] = math.Log(1.6), math.Log(2), math.Log(2.5)
	check("a slope", soft, 8, true)
	small := row(8)
	for i := range small {
		small[i] *= math.Log(1.2) / math.Log(3)
	}
	check("a step of a fifth", small, 0, false)
}

// Hits in batches that hold no line of the set are somebody else's: they lower the
// confidence, and from a twentieth on the search does not count.
func TestHitsOfNobody(t *testing.T) {
	confidence := func(none int) float64 {
		_, size := Infer(Found{Searches: searches(6, 3, 20, none), Columns: 64, LineBytes: 64})
		return size.Confidence
	}
	clean, few, many := confidence(0), confidence(2), confidence(4)
	if clean < MinReport || few > clean-0.02 {
		t.Errorf("confidence %.2f without such hits and %.2f with two of 50, want it lower", clean, few)
	}
	if many >= MinReport {
		t.Errorf("confidence %.2f with four of 50", many)
	}
}

// timer is a searcher whose walks take a nanosecond a line, and more at the calls that are
// named, by number from 1 on.
func timer(slow map[int]float64) (e *searcher, calls *int) {
	calls = new(int)
	return &searcher{
		time: func(lines []int, _ bool) float64 {
			*calls++
			return float64(len(lines)) + slow[*calls]
		},
		resident: make([]int, 10), pads: make([]int, 10), k: searchBy,
	}, calls
}

// What a walk takes beyond its hits is that of the faster of two walks, and so is a hit.
func TestExcessTakesTheFasterWalk(t *testing.T) {
	e, calls := timer(map[int]float64{2: 50, 3: 70})
	if ns, least := e.excess(make([]int, 30)); ns != 0 || least != 3 || *calls != 4 {
		t.Errorf("%v ns beyond the hits, %v is the least, %d walks; want 0, 3 loads and 4 walks", ns, least, *calls)
	}
	// A hit is good for a second probe, and then measured anew.
	if ns, _ := e.excess(make([]int, 30)); ns != 0 || *calls != 6 {
		t.Errorf("second probe: %v ns, %d walks", ns, *calls)
	}
	if ns, _ := e.excess(make([]int, 30)); ns != 0 || *calls != 10 {
		t.Errorf("third probe: %v ns, %d walks", ns, *calls)
	}
	e, _ = timer(map[int]float64{3: 8, 4: 9})
	if ns, _ := e.excess(make([]int, 30)); ns != 8 {
		t.Errorf("both walks slow: %v ns, want 8", ns)
	}
	if _, least := e.excess(make([]int, 990)); least != 7.5 {
		t.Errorf("of a thousand lines %v ns are the least, want three quarters of a percent", least)
	}
}

// A doubtful overflow is asked for again, and a clear one is not.
func TestDoubtfulOverflowIsAskedForAgain(t *testing.T) {
	for _, test := range []struct {
		what  string
		slow  map[int]float64
		want  bool
		calls int
	}{
		{"none", nil, false, 4},
		{"doubtful, and then none", map[int]float64{3: 5, 4: 5}, false, 6},
		{"doubtful twice", map[int]float64{3: 5, 4: 5, 5: 4, 6: 4}, true, 6},
		{"clear", map[int]float64{3: 7, 4: 7}, true, 4},
	} {
		e, calls := timer(test.slow)
		if got := e.overflows(make([]int, 30)); got != test.want || *calls != test.calls {
			t.Errorf("%s: overflows %v after %d walks, want %v after %d", test.what, got, *calls, test.want, test.calls)
		}
	}
}

// A difference of two walks must be there four times; one that is gone, on either side, is
// a disturbance.
func TestSlower(t *testing.T) {
	const slowNS = 12
	for _, test := range []struct {
		what  string
		slow  map[int]float64 // odd calls are the full walk, even ones the half
		want  bool
		calls int
	}{
		{"equal", nil, false, 2},
		{"slower each time", map[int]float64{1: 12, 3: 12, 5: 12, 7: 12}, true, 8},
		{"slower by a quarter of an overflow", map[int]float64{1: 3.5, 3: 3.5, 5: 3.5, 7: 3.5}, false, 8},
		{"slower once", map[int]float64{1: 12}, false, 4},
		{"slower three times", map[int]float64{1: 12, 3: 12, 5: 12}, false, 8},
		{"the half walk slow once", map[int]float64{2: 12}, false, 4},
		{"slower each time, and the half walk once as well", map[int]float64{1: 12, 2: 12, 3: 12, 5: 12, 7: 12}, true, 8},
	} {
		e, calls := timer(test.slow)
		if got := e.slower(make([]int, 20), make([]int, 10), slowNS); got != test.want || *calls != test.calls {
			t.Errorf("%s: slower %v after %d walks, want %v after %d", test.what, got, *calls, test.want, test.calls)
		}
	}
}
