package results

import (
	"math"
	"strings"
	"testing"
)

// pairsAt makes n pairs of one class with this ratio, from a pass on.
func pairsAt(first, n, class int, ratio, fast float64) []pair {
	var pairs []pair
	for i := range n {
		pairs = append(pairs, pair{first + i, class, math.Log(ratio * fast), math.Log(fast)})
	}
	return pairs
}

// The judged class is slower in 8 passes by a tenth, and another class twice as fast
// in 9: the other one must not turn the direction, so the judged class counts alone.
func TestAlignedLeavesOutClassesThatPointTheOtherWay(t *testing.T) {
	c := comparison{class: 0, pairs: append(pairsAt(1, 8, 0, 1.1, 100), pairsAt(9, 9, 1, 0.5, 100)...)}
	got := c.aligned()
	if len(got) != 8 {
		t.Fatalf("%d pairs are tested, want the 8 of the judged class", len(got))
	}
	for _, p := range got {
		if p.class != 0 || math.Abs(p.ratio()-math.Log(1.1)) > 1e-12 {
			t.Errorf("pair %+v, want one of class 0 with the ratio 1.1", p)
		}
	}
}

// Classes that point the same way are tested together: one pair of every pass, the
// judged class's where it has one, each class about its own middle, its ratios as they were.
func TestAlignedCentresEachClass(t *testing.T) {
	c := comparison{class: 1, pairs: append(append(pairsAt(1, 3, 0, 1.2, 1000), pairsAt(3, 4, 1, 1.3, 10)...), pairsAt(9, 1, 0, 1.2, 1000)...)}
	got := c.aligned()
	if len(got) != 7 {
		t.Fatalf("%d pairs are tested, want one for each of 7 passes", len(got))
	}
	seen := map[int]bool{}
	for _, p := range got {
		want, class := math.Log(1.2), 0
		if p.pass >= 3 && p.pass <= 6 {
			want, class = math.Log(1.3), 1
		}
		if seen[p.pass] || p.class != class || math.Abs(p.ratio()-want) > 1e-12 {
			t.Errorf("pass %d is in class %d with the ratio %.3f, want class %d and %.3f, once", p.pass, p.class, math.Exp(p.ratio()), class, math.Exp(want))
		}
		seen[p.pass] = true
		if math.Abs(p.slow+p.fast) > 1e-9 {
			t.Errorf("pass %d: the arms are %v and %v, want them about 0", p.pass, p.slow, p.fast)
		}
	}
}

// The class with the most pairs is judged; of two with as many, the one that more
// samples of the run are in; of equals, the nearer.
func TestLargest(t *testing.T) {
	check := func(want int, samples [2]int, pairs ...pair) {
		t.Helper()
		r := &analysis{classes: []PlacementClass{{Samples: samples[0]}, {Samples: samples[1]}}}
		if got := r.largest(pairs); got != want {
			t.Errorf("classes with %v samples and %d pairs: class %d is judged, want %d", samples, len(pairs), got, want)
		}
	}
	a, b := pair{class: 0}, pair{class: 1}
	check(0, [2]int{3, 90}, a, a, b)
	check(1, [2]int{90, 3}, a, b, b)
	check(1, [2]int{40, 50}, a, a, b, b)
	check(0, [2]int{50, 40}, b, b, a, a)
	check(0, [2]int{50, 50}, b, b, a, a)
	check(1, [2]int{50, 1}, b)
	check(noClass, [2]int{50, 50}, pair{class: noClass})
}

// A pass that ran one arm alone, for another claim's sake, is no loss of this claim.
func TestPassesOfOneArmAreNoLoss(t *testing.T) {
	both := passesOf(8, "BenchmarkSlow-2 1 20%d ns/op", "BenchmarkFast-2 1 10%d ns/op")
	for _, arm := range []string{"BenchmarkSlow-2 1 200 ns/op\n", "BenchmarkFast-2 1 100 ns/op\n"} {
		text := both
		for _, pass := range []string{"9", "10", "11", "12"} {
			text += "# pass " + pass + " seed 1\n" + arm
		}
		v := judgeOne(t, text, twoArms)
		if v.Outcome != Holds || v.Samples != 8 || v.Dropped != 0 || strings.Contains(v.Reason, "left out") {
			t.Errorf("%s of 8 passes and 4 of one arm: %d samples, %d dropped (%s), want 8 and none", v.Outcome, v.Samples, v.Dropped, v.Reason)
		}
	}
}
