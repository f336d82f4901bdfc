package results

import (
	"math"
	"strings"
	"testing"
)

// seen makes the evidence of an interval of ratios, significant or not.
func seen(median, lo, hi float64, significant bool) evidence {
	e := evidence{n: 10, median: math.Log(median), lo: math.Log(lo), hi: math.Log(hi), p: 1e-5, corrected: 4e-4, weight: 40, passes: 10, tested: 10, look: look{alpha: 0.05, spent: 1, next: 1}}
	e.plainLo, e.plainHi = e.lo, e.hi
	if !significant {
		e.p, e.corrected = 0.04, 1
	}
	return e
}

func TestDecide(t *testing.T) {
	check := func(c Claim, median, lo, hi float64, significant bool, want Outcome) {
		t.Helper()
		got := decide(c, seen(median, lo, hi, significant))
		if got.outcome != want {
			t.Errorf("%v [%v, %v] significant %v: got %q (%s), want %q", median, lo, hi, significant, got.outcome, got.reason, want)
		}
		if (got.reason == "") != (got.outcome != Undecided && !got.close) {
			t.Errorf("%q has the reason %q", got.outcome, got.reason)
		}
		if got.morePasses != 0 && got.outcome != Undecided {
			t.Errorf("%q wants %d more passes", got.outcome, got.morePasses)
		}
	}
	differs := Claim{Threshold: 1.2}
	check(differs, 2, 1.9, 2.1, true, Holds)
	check(differs, 1.3, 1.2, 1.4, true, Holds) // by the threshold at least
	check(differs, 2, 1.9, 2.1, false, Undecided)
	check(differs, 1.3, 1.19, 1.4, true, Undecided)
	check(differs, 1.15, 1.1, 1.19, true, Weaker)
	check(differs, 1.15, 1.1, 1.19, false, Undecided)
	check(differs, 1.08, 1.04, 1.12, true, Undecided)
	check(differs, 1.03, 1.02, 1.04, true, NoEffect) // significant, and too small to matter
	check(differs, 1, 0.96, 1.04, false, NoEffect)
	check(differs, 1, 0.96, 1.06, false, Undecided)
	check(differs, 0.96, 0.94, 0.98, true, Undecided)
	check(differs, 0.9, 0.85, 0.94, true, Contradicted)
	check(differs, 0.9, 0.85, 0.94, false, Undecided)

	low := Claim{Threshold: 1.05} // no room for weaker
	check(low, 1.1, 1.06, 1.2, true, Holds)
	check(low, 1.03, 1.01, 1.04, true, NoEffect)
	check(low, 1.06, 1.04, 1.08, true, Undecided)

	wide := Claim{Threshold: 2, Band: 0.5}
	check(wide, 1, 0.7, 1.4, false, NoEffect)

	equal := Claim{Kind: Equal}
	check(equal, 1, 0.97, 1.03, false, Holds)
	check(equal, 1.03, 1.02, 1.04, true, Holds)
	check(equal, 1.2, 1.1, 1.3, true, Contradicted)
	check(equal, 0.8, 0.7, 0.9, true, Contradicted)
	check(equal, 1.2, 1.1, 1.3, false, Undecided)
	check(equal, 1.04, 1.02, 1.06, true, Undecided)
}

// No interval is in two zones that contradict each other, wherever it lies.
func TestZonesPartition(t *testing.T) {
	for _, c := range []Claim{{Threshold: 1.2}, {Threshold: 1.05}, {Threshold: 1.05 - 1e-12}, {Threshold: 3, Band: 0.2}, {Kind: Equal}} {
		zones := c.zones()
		for i, z := range zones {
			if i > 0 && z.lo != zones[i-1].hi {
				t.Errorf("%+v: a gap before %v", c, z)
			}
			if !(z.lo < z.hi) {
				t.Errorf("%+v: an empty zone %v", c, z)
			}
		}
		if !math.IsInf(zones[0].lo, -1) || !math.IsInf(zones[len(zones)-1].hi, 1) {
			t.Errorf("%+v: the zones do not cover the axis", c)
		}
	}
}

func TestDecideReason(t *testing.T) {
	check := func(c Claim, e evidence, want string) {
		t.Helper()
		if got := decide(c, e).reason; !strings.Contains(got, want) {
			t.Errorf("got reason %q, want %q in it", got, want)
		}
	}
	differs := Claim{Threshold: 1.2}
	check(differs, seen(1.1, 0.9, 1.5, false), "includes 0.952, 1.05 (band) and 1.2 (threshold); about ")
	check(differs, seen(1.2, 1.1, 1.3, true), "more passes would probably not decide")
	check(differs, seen(2, 1.9, 2.1, false), `would say "holds", but P is 1 after correction`)
	few := seen(2, 1.9, 2.1, true)
	few.n = 5
	check(differs, few, "5 passes, and a 95% interval takes at least 6")
}

func TestEstimate(t *testing.T) {
	check := func(c Claim, e evidence, lo, hi int) {
		t.Helper()
		if got := decide(c, e).morePasses; got < lo || got > hi {
			t.Errorf("%+v: %d more passes, want %d to %d", e, got, lo, hi)
		}
	}
	differs := Claim{Threshold: 1.2}
	// The interval must be half as wide: four times the passes, and spare.
	check(differs, seen(1.2*1.1, 1.2/1.1, 1.2*1.3, true), 40, 60)
	check(differs, seen(1.2, 1.1, 1.3, true), 0, 0) // on the edge
	half := seen(1.2*1.1, 1.2/1.1, 1.2*1.3, true)
	half.passes = 20 // every second pass is in another class
	check(differs, half, 80, 120)
	// Arms wholly apart, but six passes cannot be significant among 40 claims.
	able := seen(2, 1.9, 2.1, false)
	able.n, able.passes, able.tested, able.p, able.corrected = 6, 6, 6, leastP(6), 40*leastP(6)
	check(differs, able, 1, 1)
	few := able
	few.n, few.passes, few.tested, few.p, few.corrected = 3, 3, 3, leastP(3), 1
	check(differs, few, 4, 4)
	// Exact values do not become clearer by repetition.
	exact := seen(1.2, 1.1, 1.3, true)
	exact.exact = true
	check(differs, exact, 0, 0)
}

// A verdict by under 5% says that another run may decide otherwise.
func TestDecideClose(t *testing.T) {
	check := func(c Claim, median, lo, hi float64, want bool) {
		t.Helper()
		got := decide(c, seen(median, lo, hi, true))
		if got.outcome == Undecided || got.close != want || (got.reason == closeText) != want {
			t.Errorf("%v [%v, %v]: %q, close %v (%q), want close %v", median, lo, hi, got.outcome, got.close, got.reason, want)
		}
	}
	differs := Claim{Threshold: 1.2}
	check(differs, 1.3, 1.27, 1.4, false)
	check(differs, 1.3, 1.25, 1.4, true)
	check(differs, 1.13, 1.08, 1.16, true) // weaker: room of 14% for the whole interval
	check(differs, 0.8, 0.75, 0.85, false)
	check(differs, 0.93, 0.91, 0.94, true)
	// The band is 5% to each side: half of that is enough.
	check(differs, 1, 0.98, 1.02, false)
	check(differs, 1, 0.96, 1.02, true)
	check(Claim{Kind: Equal}, 1, 0.98, 1.02, false)
	check(Claim{Kind: Equal}, 1, 0.98, 1.03, true)
}
