package course

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cachelab/affinity/topology"
	"cachelab/bench/claims"
	"cachelab/cachelines/reported"
	"cachelab/internal/golden"
	"cachelab/internal/handbook"
	"cachelab/results"
)

// story are the claims whose verdicts the lesson itself shows.
var story = []string{"A1b", "A3", "A7", "A7b", "A8"}

// TestVerdicts holds the verdicts in the lesson, and the page of all of them, to the
// recorded reference runs.
func TestVerdicts(t *testing.T) {
	runs, err := handbook.ReadReferences("../results/reference")
	if err != nil {
		t.Fatal(err)
	}
	golden.Section(t, "VERDICTS.md", "verdicts", handbook.MarkdownVerdicts(runs, taught(runs), claims.IsOutdated))
	page, err := golden.Replace(golden.Read(t, "README.md"), "story", handbook.MarkdownVerdicts(runs, story, claims.IsOutdated))
	if err != nil {
		t.Fatal(err)
	}
	golden.Page(t, "README.md", withColumns(page, runs))
}

// column is the heading of the last column of a table whose rows name claims:
// it is filled with their verdicts.
const column = "verdict"

var (
	claimID = regexp.MustCompile(`^[A-E][0-9]+[a-z]?$`)
	// pending stands in the column while no reference run is recorded.
	pending = "none yet"
)

// withColumns fills the verdict columns of the page's tables. A row's claims are
// those in the column headed "claims".
func withColumns(page string, runs []*results.Verdicts) string {
	var b strings.Builder
	claimsAt := -1 // number of the column of claims, in a table that has verdicts
	for line := range strings.Lines(page) {
		if !strings.HasPrefix(line, "|") {
			claimsAt = -1
			b.WriteString(line)
			continue
		}
		cells := strings.Split(strings.TrimSuffix(line, "|\n"), "|")[1:]
		last := len(cells) - 1
		switch {
		case strings.TrimSpace(cells[last]) == column:
			claimsAt = slices.IndexFunc(cells, func(c string) bool { return strings.TrimSpace(c) == "claims" })
		case claimsAt >= 0 && !strings.HasPrefix(line, "| ---"):
			cells[last] = " " + short(strings.Split(cells[claimsAt], ","), runs) + " "
			line = "|" + strings.Join(cells, "|") + "|\n"
		}
		b.WriteString(line)
	}
	return b.String()
}

// short is the verdict of each claim, and of the claims that bear its number
// with a letter: "[A4](VERDICTS.md#v-a4) holds". It is that of the first reference run that
// judged the claim's present form. The rows of section 7 have the figures, and the other
// runs.
func short(named []string, runs []*results.Verdicts) string {
	if len(runs) == 0 {
		return pending
	}
	var parts []string
	for _, id := range named {
		if id = strings.TrimSpace(id); !claimID.MatchString(id) {
			continue
		}
		for _, of := range bearing(id, runs) {
			parts = append(parts, fmt.Sprintf("[%s](VERDICTS.md#%s) %s", of, handbook.Anchor(of), outcomeIn(runs, of)))
		}
	}
	if len(parts) == 0 {
		return "not run"
	}
	return strings.Join(parts, ", ")
}

// bearing lists the claims of the runs with an id, and those with a letter after it.
func bearing(id string, runs []*results.Verdicts) (ids []string) {
	for _, run := range runs {
		for _, v := range run.Verdicts {
			if (v.ID == id || number(v.ID) == id) && !slices.Contains(ids, v.ID) {
				ids = append(ids, v.ID)
			}
		}
	}
	return ids
}

// outcomeIn is the verdict of the first run that judged the claim's present form. One that
// says "not here" judged it if no other run did.
func outcomeIn(runs []*results.Verdicts, id string) string {
	text := handbook.OlderForm
	for _, run := range runs {
		for _, v := range run.Verdicts {
			switch {
			case v.ID != id || claims.IsOutdated(v):
			case v.Outcome == results.NotHere:
				text = string(v.Outcome)
			default:
				return string(v.Outcome)
			}
		}
	}
	return text
}

// number is a claim without its letter: A4 of A4b.
func number(id string) string { return strings.TrimRight(id, "abcdefghijklmnopqrstuvwxyz") }

// taught lists the claims of the course and of the talk, and the three others
// that the page sends the reader to, in the order of the first run.
func taught(runs []*results.Verdicts) []string {
	var ids []string
	for _, run := range runs {
		for _, v := range run.Verdicts {
			of := func(prefix string) bool { return strings.HasPrefix(v.ID, prefix) }
			if slices.ContainsFunc([]string{"A", "B", "C5", "E5", "E7"}, of) && !slices.Contains(ids, v.ID) {
				ids = append(ids, v.ID)
			}
		}
	}
	return ids
}

// today is a verdict on a claim of today's table.
func today(id string, outcome results.Outcome) results.Verdict {
	t, err := topology.Synthetic(claims.ExampleMachine)
	if err != nil {
		panic(err)
	}
	for _, c := range claims.For(claims.FromReported(reported.FromTopology(t))) {
		if c.ID == id {
			v := results.Verdict{ID: id, Claim: c.Sentence, Outcome: outcome, Form: c.Form}
			if c.Kind == results.Differs {
				v.Threshold = new(c.Threshold)
			}
			return v
		}
	}
	panic("no claim " + id)
}

func TestWithColumns(t *testing.T) {
	runs := []*results.Verdicts{{Verdicts: []results.Verdict{today("A7", results.Holds), {ID: "A11", Claim: "an earlier sentence", Outcome: results.NotHere}}}}
	tables := "| claims | run it | verdict |\n| --- | --- | --- |\n| A7, A11 | x | old |\n| B1 | y | |\n\n| claims | no verdicts |\n| --- | --- |\n| A7 | z |\n"
	want := "| claims | run it | verdict |\n| --- | --- | --- |\n| A7, A11 | x | [A7](VERDICTS.md#v-a7) holds, [A11](VERDICTS.md#v-a11) earlier form |\n| B1 | y | not run |\n\n| claims | no verdicts |\n| --- | --- |\n| A7 | z |\n"
	if got := withColumns(tables, runs); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := withColumns(tables, nil); strings.Count(got, "| "+pending+" |") != 2 {
		t.Errorf("without a reference run:\n%s", got)
	}
}

// A verdict on an earlier form, or that a machine could not show it, gives way to one of a
// later run.
func TestOutcomeIn(t *testing.T) {
	older := results.Verdict{ID: "A11", Claim: "an earlier sentence", Outcome: results.Holds}
	check := func(want string, of ...results.Verdict) {
		t.Helper()
		var runs []*results.Verdicts
		for _, v := range of {
			runs = append(runs, &results.Verdicts{Verdicts: []results.Verdict{v}})
		}
		if got := outcomeIn(runs, "A11"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	check(handbook.OlderForm, older)
	check("weaker", older, today("A11", results.Weaker), today("A11", results.Holds))
	check("holds", today("A11", results.NotHere), today("A11", results.Holds))
	check("not here", older, today("A11", results.NotHere))
	check("not here", today("A11", results.NotHere), older)
}

func TestTaught(t *testing.T) {
	runs := []*results.Verdicts{
		{Verdicts: []results.Verdict{{ID: "A7"}, {ID: "B2c"}, {ID: "D1"}, {ID: "E5b"}}},
		{Verdicts: []results.Verdict{{ID: "A7"}, {ID: "A11"}, {ID: "E2"}}},
	}
	if got, want := strings.Join(taught(runs), " "), "A7 B2c E5b A11"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
