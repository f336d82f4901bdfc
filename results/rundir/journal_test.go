package rundir

import (
	"slices"
	"testing"
)

// Summary gathers what went wrong, a sentence for each kind: what happened, in which
// passes, and what it means. What skipped itself is no fault.
func TestSummary(t *testing.T) {
	fault := func(kind FaultKind, text string, names ...string) Fault { return Fault{kind, names, text} }
	j := Journal{Planned: 5, Passes: []Pass{
		{Pass: 1, Kept: true, Faults: []Fault{fault(Missing, "no result", "A", "B", "C", "D", "E"), fault(Skipped, "cannot tell", "L")}},
		{Pass: 2, Faults: []Fault{fault(Hung, "no end within 1m", "H")}},
		{Pass: 3, Kept: true, Faults: []Fault{fault(Missing, "no result", "A"), fault(LeftBehind, "x")}},
		{Pass: 4, Kept: true, Faults: []Fault{fault(Failed, "counted to 3", "F")}},
		{Pass: 5, Faults: []Fault{fault(Died, "signal: killed")}},
	}}
	want := []string{
		"H hung in pass 2 and was ended (no end within 1m): the results of that pass are not used",
		"the benchmarks ended too early in pass 5 (signal: killed): the results of that pass are not used",
		"F failed in pass 4 (counted to 3): its results there are missing, the others are used",
		"A, B, C, D and 1 more gave no result in passes 1, 3 (no result): claims about it rest on fewer passes, or on none",
		"a process that the benchmarks had started was still running after pass 3, and was ended: times may contain its work",
	}
	if got := j.Summary(); !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
	if j.Kept() != 3 {
		t.Errorf("%d passes kept, want 3", j.Kept())
	}
	all := Journal{Passes: []Pass{{Pass: 1, Faults: []Fault{fault(Missing, "no result", "A")}}, {Pass: 2, Faults: []Fault{fault(Missing, "no result", "A")}}}}
	if got := all.Summary(); len(got) != 1 || got[0] != "A gave no result in all 2 passes (no result): claims about it rest on fewer passes, or on none" {
		t.Errorf("got %q", got)
	}
}
