package view

import (
	"testing"

	"cachelab/results"
)

func TestReasonText(t *testing.T) {
	for _, c := range []struct {
		v    results.Verdict
		want string
	}{
		{results.Verdict{Outcome: results.Undecided, Reason: "the interval is too wide", MorePasses: 9}, "the interval is too wide"},
		{results.Verdict{Outcome: results.Undecided, MorePasses: 1}, "about 1 more pass would decide"},
		{results.Verdict{Outcome: results.Holds, Dropped: 2}, "2 passes were left out"},
		{results.Verdict{Outcome: results.Holds}, ""},
	} {
		if got := ReasonText(c.v); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// The band is the one that the judge applied; a file without bands has that of
// the claim, or the default.
func TestBandOf(t *testing.T) {
	in := Input{Claims: map[string]ClaimInfo{"B6": {Band: 0.25}}}
	for _, c := range []struct {
		v    results.Verdict
		want string
	}{
		{results.Verdict{ID: "B6", Band: &results.Range{Lo: 0.5, Hi: 2}}, "0.5 to 2"},
		{results.Verdict{ID: "B6"}, "0.8 to 1.25"},
		{results.Verdict{ID: "A7"}, "0.952 to 1.05"},
		{results.Verdict{ID: "A7", Band: &results.Range{Lo: 2, Hi: -1}}, "0.952 to 1.05"},
	} {
		if got := in.BandOf(c.v).String(); got != c.want {
			t.Errorf("%+v: got %q, want %q", c.v, got, c.want)
		}
	}
}

// Every verdict has a place in the one order, and an unknown word comes first.
func TestGroups(t *testing.T) {
	var v []results.Verdict
	for _, o := range []results.Outcome{results.NotHere, results.Holds, "perhaps", results.Undecided, results.Weaker, results.NoEffect, results.OtherWay, results.Contradicted, results.Holds} {
		v = append(v, results.Verdict{Outcome: o})
	}
	if got, want := TallyText(v), "9 claims: 1 perhaps, 1 contradicted, 1 other way, 1 no effect, 1 weaker, 1 undecided, 2 hold, 1 not here"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAnchors(t *testing.T) {
	for id, want := range map[string]string{"A7": "A7", "A7b": "A7b", "claims": "claim-claims", "<b>": "claim-b", "#": "claim-"} {
		if got := AnchorOf(id); got != want {
			t.Errorf("%q: got %q, want %q", id, got, want)
		}
	}
	in := Input{Verdicts: &results.Verdicts{Verdicts: []results.Verdict{{ID: "A7"}, {ID: "A7"}}}}
	if c := Lessons(in)[0].Other; c[0].Anchor == c[1].Anchor {
		t.Errorf("two claims at %q", c[0].Anchor)
	}
}

// A command can be pasted in any folder, whatever the clone's path.
func TestLabCommand(t *testing.T) {
	for root, want := range map[string]string{
		"":                "go run ./scripts/lab -only A7",
		"/home/me/lab":    "go -C /home/me/lab run ./scripts/lab -only A7",
		"/home/mé/it's l": `go -C '/home/mé/it'\''s l' run ./scripts/lab -only A7`,
	} {
		if got := (Input{Root: root}).LabCommand("-only A7"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// The rule of a claim is that of its band and threshold; of two counts, that they are equal.
func TestRuleText(t *testing.T) {
	in := Input{Claims: map[string]ClaimInfo{"count": {Band: 0.0001}}}
	for id, want := range map[string]string{
		"time":  "Holds if the whole interval is within 0.952 to 1.05.",
		"count": "Holds if the ratio is exactly 1.",
	} {
		if got := in.RuleText(results.Verdict{ID: id}); got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
}
