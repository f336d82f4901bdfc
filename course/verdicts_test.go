package course

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cachelab/internal/handbook"
	"cachelab/results"
)

var update = flag.Bool("update", false, "write the verdicts of the reference runs into README.md")

const (
	beginMark = "<!-- verdicts:begin -->\n"
	endMark   = "<!-- verdicts:end -->"
)

// TestVerdicts holds the page's table to the recorded reference runs.
func TestVerdicts(t *testing.T) {
	page, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	runs, err := handbook.ReadReferences("../results/reference")
	if err != nil {
		t.Fatal(err)
	}
	want, err := handbook.Between(string(page), beginMark, endMark, handbook.MarkdownVerdicts(runs, taught(runs)))
	if err != nil {
		t.Fatal(err)
	}
	want = withColumns(want, runs)
	if *update && want != string(page) {
		if err := os.WriteFile("README.md", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want != string(page) {
		t.Error("the verdicts in course/README.md are not those of results/reference: run go test ./course -run Verdicts -update")
	}
}

// column is the heading of the last column of a table whose rows name claims:
// it is filled with their verdicts.
const column = "verdict here"

var (
	claimID = regexp.MustCompile(`^[A-E][0-9]+[a-z]?$`)
	// pending stands in the column while no reference run is recorded.
	pending = "none yet"
)

// withColumns fills the verdict columns of the page's tables. A row's claims are
// those in the column headed "claims".
func withColumns(page string, runs []*results.Verdicts) string {
	var b strings.Builder
	claims := -1 // number of the column of claims, in a table that has verdicts
	for line := range strings.Lines(page) {
		if !strings.HasPrefix(line, "|") {
			claims = -1
			b.WriteString(line)
			continue
		}
		cells := strings.Split(strings.TrimSuffix(line, "|\n"), "|")[1:]
		last := len(cells) - 1
		switch {
		case strings.TrimSpace(cells[last]) == column:
			claims = slices.IndexFunc(cells, func(c string) bool { return strings.TrimSpace(c) == "claims" })
		case claims >= 0 && !strings.HasPrefix(line, "| ---"):
			cells[last] = " " + short(strings.Split(cells[claims], ","), runs) + " "
			line = "|" + strings.Join(cells, "|") + "|\n"
		}
		b.WriteString(line)
	}
	return b.String()
}

// short is the verdict of each claim, and of the claims that bear its number
// with a letter, in the first reference run: "[A4](#v-a4) holds". The rows of
// section 7 have the figures, and the other runs.
func short(claims []string, runs []*results.Verdicts) string {
	if len(runs) == 0 {
		return pending
	}
	var parts []string
	for _, id := range claims {
		if id = strings.TrimSpace(id); !claimID.MatchString(id) {
			continue
		}
		for _, v := range runs[0].Verdicts {
			if v.ID == id || number(v.ID) == id {
				parts = append(parts, fmt.Sprintf("[%s](#%s) %s", v.ID, handbook.Anchor(v.ID), v.Outcome))
			}
		}
	}
	if len(parts) == 0 {
		return "not run"
	}
	return strings.Join(parts, ", ")
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

func TestWithColumns(t *testing.T) {
	runs := []*results.Verdicts{{Verdicts: []results.Verdict{{ID: "A7", Outcome: results.Holds}, {ID: "A11", Outcome: results.NotHere}}}}
	tables := "| claims | run it | verdict here |\n| --- | --- | --- |\n| A7, A11 | x | old |\n| B1 | y | |\n\n| claims | no verdicts |\n| --- | --- |\n| A7 | z |\n"
	want := "| claims | run it | verdict here |\n| --- | --- | --- |\n| A7, A11 | x | [A7](#v-a7) holds, [A11](#v-a11) not here |\n| B1 | y | not run |\n\n| claims | no verdicts |\n| --- | --- |\n| A7 | z |\n"
	if got := withColumns(tables, runs); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := withColumns(tables, nil); strings.Count(got, "| "+pending+" |") != 2 {
		t.Errorf("without a reference run:\n%s", got)
	}
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
