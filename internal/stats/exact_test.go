package stats

import (
	"math"
	"slices"
	"testing"
)

// Ranks with ties, worked out by hand: the three values of size 1 share the
// ranks 1, 2 and 3, whose mean is 2, and the 2 has rank 4. Each rank is doubled.
func TestDoubleRanks(t *testing.T) {
	for _, test := range []struct {
		xs   []float64
		want []int
	}{
		{nil, []int{}},
		{[]float64{5}, []int{2}},
		{[]float64{1, 1, 2, -1}, []int{4, 4, 8, 4}},
		{[]float64{-3, 0, 3, 0}, []int{7, 3, 7, 3}},
		{[]float64{9, 7, -8}, []int{6, 2, 4}},
	} {
		if got := doubleRanks(test.xs); !slices.Equal(got, test.want) {
			t.Errorf("doubled ranks of %v are %v, want %v", test.xs, got, test.want)
		}
	}
	// Of the 16 sign patterns of the ranks 2, 2, 4 and 2, the sum 6 of this
	// sample is reached or passed, on either side, by 8.
	if got := SignedRank([]float64{1, 1, 2, -1}); got != 0.5 {
		t.Errorf("P of 1, 1, 2, -1 is %v, want 8/16", got)
	}
}

// The normal approximation on numbers worked out by hand, and beside the exact
// distribution of 200 ranks without ties (counted out in integers with a program of
// its own).
func TestSignedRankNormalOnKnownValues(t *testing.T) {
	// Doubled ranks 2, 4 and 6, all positive: the sum 12 is 6 from its mean, less 1
	// for continuity; the squares add up to 56, so the deviation is sqrt(14).
	if got, want := signedRankNormal([]int{2, 4, 6}, 12, 12), 0.18144920772; math.Abs(got-want) > 1e-9 {
		t.Errorf("P of three positive ranks is %v, want %v", got, want)
	}
	if got := signedRankNormal([]int{2, 4, 6}, 6, 12); got != 1 {
		t.Errorf("P of a sum at its mean is %v, want 1", got)
	}
	ranks, total := make([]int, 200), 0
	for i := range ranks {
		ranks[i] = 2 * (i + 1)
		total += ranks[i]
	}
	for sum, exact := range map[int]float64{8444: 0.04996963130, 8400: 0.04398107897} {
		if got := signedRankNormal(ranks, 2*sum, total); math.Abs(got/exact-1) > 0.005 {
			t.Errorf("P of the sum %d of 200 ranks is %v, want %v within half a percent", sum, got, exact)
		}
		if got := signedRankNormal(ranks, total-2*sum, total); math.Abs(got/exact-1) > 0.005 {
			t.Errorf("P of the other tail at %d is %v, want %v", sum, got, exact)
		}
	}
}

// The exact distribution goes on to 200 differences: there it is the exact value and
// not the approximation, which is 0.3% larger.
func TestSignedRankIsExactUpTo200(t *testing.T) {
	diffs := make([]float64, 200)
	// Ranks 1 to 129 but for one are positive: 129*130/2 = 8385, and 59 more.
	sum := 0
	for i := range diffs {
		diffs[i] = -float64(i + 1)
		if i < 128 {
			diffs[i] = float64(i + 1)
			sum += i + 1
		}
	}
	diffs[8444-sum-1] = float64(8444 - sum) // 8444 - 8256 = 188
	if got, exact := SignedRank(diffs), 0.04996963129997478; math.Abs(got/exact-1) > 1e-9 {
		t.Errorf("P of the sum 8444 of 200 ranks is %.12f, want %.12f", got, exact)
	}
}

// What parts two classes, in numbers of their own: the constants are not asked.
func TestModesAtTheirBounds(t *testing.T) {
	evenly := func(at, spread float64, n int) []float64 {
		var xs []float64
		for i := range n {
			xs = append(xs, at*math.Exp(spread*(2*float64(i)/float64(n-1)-1)))
		}
		return xs
	}
	modes := func(want int, what string, parts ...[]float64) {
		t.Helper()
		if got := FindModes(slices.Concat(parts...)); len(got) != want {
			t.Errorf("%s: %d modes, want %d", what, len(got), want)
		}
	}
	// Two narrow classes of one size.
	modes(1, "a ratio of 1.25", evenly(30, .01, 200), evenly(30*1.25, .01, 200))
	modes(2, "a ratio of 1.38", evenly(30, .01, 200), evenly(30*1.38, .01, 200))
	modes(2, "a ratio of 1.46", evenly(30, .01, 200), evenly(30*1.46, .01, 200))
	// Plateaus from 20 to 33 and from 54 to 90 with a valley in between, by its depth.
	plateau := func(share float64) [][]float64 {
		return [][]float64{evenly(25.7, .25, 1000), evenly(42.4, .25, int(1000*share)), evenly(69.9, .25, 1000)}
	}
	modes(2, "a valley of 0.45 of the peaks", plateau(0.45)...)
	modes(1, "a valley of 0.6 of the peaks", plateau(0.6)...)
	// Of 2,000 samples over a factor of seven, so many at one place.
	modes(2, "1.8% at one place", evenly(30, .08, 1964), evenly(200, .02, 36))
	modes(1, "1.2% at one place", evenly(30, .08, 1976), evenly(200, .02, 24))
	// A narrow class reaches 0.16 on the logarithm, eight steps of a fiftieth.
	narrow := FindModes(evenly(100, .001, 500))
	if len(narrow) != 1 || !narrow[0].Contains(100*math.Exp(0.15)) || narrow[0].Contains(100*math.Exp(0.17)) ||
		!narrow[0].Contains(100*math.Exp(-0.15)) || narrow[0].Contains(100*math.Exp(-0.17)) {
		t.Errorf("a narrow class of 100 is %+v, want one from 85 to 117", narrow)
	}
}
