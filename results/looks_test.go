package results

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// The shares of any number of looks add up to less than one.
func TestSpent(t *testing.T) {
	sum := 0.0
	for k := 1; k <= 1000; k++ {
		sum += Spent(k)
	}
	if !(sum < 1 && sum > 0.99) {
		t.Errorf("1000 looks spend %v", sum)
	}
	// Six passes are enough for an interval at the first look, and five are not.
	if six, five := 2/math.Pow(2, 6), 2/math.Pow(2, 5); 0.05*Spent(1) < six || 0.05*Spent(1) >= five {
		t.Errorf("the first look spends %v of 0.05; six passes take %v, five %v", Spent(1), six, five)
	}
}

// growing is a run of one claim with these ratios, pass by pass.
func growing(ratios ...float64) *Log {
	log := &Log{Passes: len(ratios)}
	for i, r := range ratios {
		for arm, ns := range map[string]float64{"slow": 100 * r, "fast": 100} {
			full := "BenchmarkC/arm=" + arm + "-2"
			log.Samples = append(log.Samples, Sample{Pass: i + 1, Name: "C/arm=" + arm, Full: full, Values: Values{{Unit: "sec/op", Value: ns * 1e-9 * (1 + 1e-3*math.Sin(float64(7*i+len(arm))))}}})
		}
	}
	return log
}

// repeat is n ratios about r, in no order that looks like a change.
func repeat(n int, r, spread float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = r * (1 + spread*(float64(i*7%11)-5)/5)
	}
	return out
}

var growingClaim = []Claim{{ID: "G", Slow: ".name:C /arm:slow", Fast: ".name:C /arm:fast", Threshold: 1.2}}

func judgeGrowing(t *testing.T, log *Log, opt Options) Verdict {
	t.Helper()
	v, err := Judge(log, growingClaim, nil, opt)
	if err != nil {
		t.Fatal(err)
	}
	return v[0]
}

// A later look has a wider interval and larger P values than one look at the same
// passes, both by its share of the error.
func TestLooksSpend(t *testing.T) {
	log := growing(repeat(24, 1.2, 0.1)...)
	once := judgeGrowing(t, log, Options{})
	widths := []float64{once.Ratio.Hi / once.Ratio.Lo}
	for _, looks := range [][]int{nil, {12}, {12, 16}} {
		v := judgeGrowing(t, log, Options{Sequential: true, Looks: looks})
		k := len(looks) + 1
		if v.Look != k || v.Outcome != Undecided {
			t.Fatalf("looks %v: %q at look %d, want undecided at %d", looks, v.Outcome, v.Look, k)
		}
		if want := min(1, *once.PHolm/Spent(k)); math.Abs(*v.PHolm-want) > 1e-12 {
			t.Errorf("look %d: p_holm %v, want %v", k, *v.PHolm, want)
		}
		widths = append(widths, v.Ratio.Hi/v.Ratio.Lo)
	}
	for i := 1; i < len(widths); i++ {
		if widths[i] <= widths[i-1] {
			t.Errorf("intervals of later looks must be wider: %v", widths)
		}
	}
	// Looks that were not made yet, or at the end, cost nothing.
	v := judgeGrowing(t, log, Options{Sequential: true, Looks: []int{24, 30}})
	if v.Look != 1 {
		t.Errorf("a look at the end of the run is look %d, want 1", v.Look)
	}
}

// A claim keeps the verdict of the look that decided it.
func TestLooksSettle(t *testing.T) {
	log := growing(append(repeat(12, 1.5, 0.02), repeat(12, 1.0, 0.02)...)...)
	v := judgeGrowing(t, log, Options{Sequential: true, Looks: []int{12}})
	if v.Outcome != Holds || v.Look != 1 || v.Samples != 12 {
		t.Errorf("%q at look %d of %d passes, want holds at look 1 of 12", v.Outcome, v.Look, v.Samples)
	}
	if all := judgeGrowing(t, log, Options{}); all.Outcome == Holds {
		t.Errorf("judged once the machine that changed says %q", all.Outcome)
	}
}

// Few passes make no interval of a look's coverage: no decision, and words that say
// what it takes.
func TestLooksTakeMorePasses(t *testing.T) {
	log := growing(repeat(5, 2, 0.02)...)
	v := judgeGrowing(t, log, Options{Sequential: true})
	if v.Outcome != Undecided || !strings.Contains(v.Reason, "takes at least 6") || v.MorePasses < 1 {
		t.Errorf("%q (%s), %d more passes", v.Outcome, v.Reason, v.MorePasses)
	}
	if v = judgeGrowing(t, growing(repeat(12, 2, 0.02)...), Options{Sequential: true}); v.Outcome != Holds {
		t.Errorf("12 passes: %q (%s)", v.Outcome, v.Reason)
	}
}

// A machine that changes during the run widens the interval over both states, and the
// verdict says so.
func TestChangedMachine(t *testing.T) {
	log := growing(append(repeat(8, 1.02, 0.01), repeat(6, 1.5, 0.01)...)...)
	v := judgeGrowing(t, log, Options{})
	if v.Outcome != Undecided || v.Ratio.Lo > 1.02 || v.Ratio.Hi < 1.5 {
		t.Errorf("%q, ratio %+v: want undecided with both states in the interval", v.Outcome, *v.Ratio)
	}
	if fmt.Sprint(v.ChangedAfter) != "[8]" || !strings.Contains(v.Reason, "the machine changed after pass 8, and the interval reaches over its two states") {
		t.Errorf("changed after %v: %s", v.ChangedAfter, v.Reason)
	}
	both := judgeGrowing(t, growing(append(repeat(8, 1.5, 0.01), repeat(6, 1.8, 0.01)...)...), Options{})
	if both.Outcome != Holds || len(both.ChangedAfter) != 1 {
		t.Errorf("two states beyond the threshold: %q (%s)", both.Outcome, both.Reason)
	}
}

// An interval is named by what holds for all looks together, whatever this look spends.
func TestIntervalText(t *testing.T) {
	for _, c := range []struct {
		l    look
		want string
	}{
		{look{alpha: 0.05, spent: 1}, "95% interval"}, {look{alpha: 0.05, spent: 0.3}, "95% interval over all looks"}, {look{alpha: 0.001, spent: 1}, "99.9% interval"},
	} {
		if got := c.l.intervalText(); got != c.want {
			t.Errorf("%+v: %q, want %q", c.l, got, c.want)
		}
	}
	l := look{alpha: 0.05, spent: 0.4, next: 0.6}
	if a, b := l.coverage(), l.nextCoverage(); math.Abs(a-0.98) > 1e-12 || math.Abs(b-0.97) > 1e-12 {
		t.Errorf("coverage %v and at the next look %v, want 0.98 and 0.97", a, b)
	}
}
