package view

import (
	"testing"

	"cachelab/cachelines/card"
	"cachelab/results"
)

// Several runs of one machine are summed up with what differs between them; runs of
// another machine, and of another distance of the CPUs, are not in it.
func TestTogetherAcrossRuns(t *testing.T) {
	run := func(machine, placement string, median float64) Input {
		return Input{Machine: &card.Machine{Slug: machine, CPU: card.CPUIdentity{Name: machine}}, Verdicts: &results.Verdicts{Machine: machine, Verdicts: []results.Verdict{{
			ID: "A7", Outcome: results.Holds, Placement: placement, Look: 1,
			Ratio: &results.Interval{Median: median, Lo: median * 0.99, Hi: median * 1.01},
		}}}}
	}
	runs := []Input{run("m", "same L3", 4), run("m", "same L3", 4.4), run("other", "same L3", 9), run("m", "other L3", 2), run("m", "same L3", 4.2)}
	if got := Repeated(runs); len(got) != 1 || got[0] != "m" {
		t.Fatalf("repeated machines %v, want m", got)
	}
	claims := Together(runs)
	if len(claims) != 1 || len(claims[0].Across) != 1 {
		t.Fatalf("claims %+v", claims)
	}
	a := claims[0].Across[0]
	if a.Runs != 3 || a.Ratio.Median < 4.15 || a.Ratio.Median > 4.25 || a.Ratio.Lo > 4 || a.Ratio.Hi < 4.4 {
		t.Errorf("over runs %+v, want 4.2 with an interval over all three runs", a)
	}
	if got := Repeated(runs[1:3]); len(got) != 0 {
		t.Errorf("two machines are no repeated one: %v", got)
	}
}

// A verdict of an earlier form of a claim is about another comparison: it differs from none
// of the present form, and is not counted as judged in both runs.
func TestTogetherLeavesEarlierFormsOut(t *testing.T) {
	info := map[string]ClaimInfo{"B7": {Current: func(v results.Verdict) bool { return v.Form == 1 }}}
	run := func(form int, outcome results.Outcome) Input {
		return Input{Claims: info, Verdicts: &results.Verdicts{Verdicts: []results.Verdict{
			{ID: "B7", Form: form, Outcome: outcome}, {ID: "Own", Outcome: outcome}, // nobody knows the forms of the second
		}}}
	}
	check := func(want string, differ bool, runs ...Input) {
		t.Helper()
		claims := Together(runs)
		if got := DifferText(claims, len(runs)); got != want || claims[0].Differs != differ {
			t.Errorf("%q, differs %v; want %q, %v", got, claims[0].Differs, want, differ)
		}
	}
	check("2 verdicts differ (2 claims were judged in both runs)", true, run(1, results.Holds), run(1, results.Weaker))
	check("1 verdict differs (1 claim was judged in both runs)", false, run(1, results.Holds), run(0, results.Weaker))
	check("2 verdicts differ (2 claims were judged in both runs)", true, run(0, results.Holds), run(0, results.Weaker))
	if older := Together([]Input{run(1, results.Holds), run(0, results.Holds)})[0].Older; older[0] || !older[1] {
		t.Errorf("older: %v", older)
	}
}
