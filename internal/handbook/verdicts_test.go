package handbook

import (
	"os"
	"path/filepath"
	"testing"

	"cachelab/results"
	"cachelab/results/rundir"
)

func TestMarkdownVerdicts(t *testing.T) {
	runs := []*results.Verdicts{
		{Machine: "one", Verdicts: []results.Verdict{
			{ID: "A7", Claim: "a|b", Outcome: results.Holds, Ratio: &results.Interval{Median: 4.123, Lo: 3.9, Hi: 4.3}, Samples: 9, Placement: "same L3"},
			{ID: "D1", Claim: "not asked for", Outcome: results.Holds},
			{ID: "A11", Claim: "c", Outcome: results.NotHere, Reason: "no siblings"},
			{ID: "A4", Claim: "today's", Outcome: results.Undecided, Ratio: &results.Interval{Median: 1, Lo: 1, Hi: 1}, Samples: 3, MorePasses: 4},
		}},
		{Machine: "two", Verdicts: []results.Verdict{
			{ID: "A11", Claim: "with other sizes", Outcome: results.Holds},
			{ID: "A4", Claim: "c", Outcome: results.NoEffect}, // of an earlier form: its sentence is not today's
		}},
	}
	older := func(v results.Verdict) bool { return v.Claim == "c" }
	want := `| | claim | one | two |
| --- | --- | --- | --- |
| <a id="v-a7"></a>A7 | a\|b | **holds**, 4.12 [3.90, 4.30], n=9, same L3 | not run |
| <a id="v-a11"></a>A11 | with other sizes | earlier form: **not here**: no siblings | **holds** |
| <a id="v-a4"></a>A4 | today's | **undecided**, 1.00, n=3: about 4 more passes would decide | earlier form: **no effect** |
| <a id="v-a9"></a>A9 |  | not run | not run |
`
	if got := MarkdownVerdicts(runs, []string{"A7", "A11", "A4", "A9"}, older); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := MarkdownVerdicts(nil, []string{"A7"}, older); got != NoReference {
		t.Errorf("without runs: %q", got)
	}
}

func TestBetween(t *testing.T) {
	page, err := Between("x\n[old\n]\ny\n", "[", "]", "new\n")
	if err != nil || page != "x\n[new\n]\ny\n" {
		t.Errorf("%q, %v", page, err)
	}
	for _, broken := range []string{"x", "[", "]", "][", "[[]", "[]]"} {
		if _, err := Between(broken, "[", "]", ""); err == nil {
			t.Errorf("%q: no error", broken)
		}
	}
}

func TestReadReferences(t *testing.T) {
	dir := t.TempDir()
	if runs, err := ReadReferences(dir); err != nil || len(runs) != 0 {
		t.Errorf("an empty folder: %v, %v", runs, err)
	}
	for _, machine := range []string{"b", "a"} {
		path := filepath.Join(dir, machine, rundir.VerdictsName)
		if err := os.Mkdir(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := rundir.WriteVerdicts(path, &results.Verdicts{Machine: machine}); err != nil {
			t.Fatal(err)
		}
	}
	runs, err := ReadReferences(dir)
	if err != nil || len(runs) != 2 || runs[0].Machine != "a" || runs[1].Machine != "b" {
		t.Errorf("%v, %v", runs, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "a", rundir.VerdictsName), []byte("{"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadReferences(dir); err == nil {
		t.Error("a damaged file is read without an error")
	}
}
