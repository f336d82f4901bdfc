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
