package course

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cachelab/results"
)

var update = flag.Bool("update", false, "write the verdicts of the reference runs into README.md")

const (
	beginMark = "<!-- verdicts:begin -->\n"
	endMark   = "<!-- verdicts:end -->"
	noRun     = "No reference run is recorded yet.\n"
)

// TestVerdicts holds the page's table to the recorded reference runs.
func TestVerdicts(t *testing.T) {
	page, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	block := noRun
	if runs := referenceRuns(t); len(runs) > 0 {
		block = table(runs)
	}
	want, err := withBlock(string(page), block)
	if err != nil {
		t.Fatal(err)
	}
	want = withColumns(want, referenceRuns(t))
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

// withBlock is the page with another text between the marks.
func withBlock(page, block string) (string, error) {
	before, rest, begins := strings.Cut(page, beginMark)
	_, after, ends := strings.Cut(rest, endMark)
	if !begins || !ends {
		return "", fmt.Errorf("no %q and %q in the page", beginMark, endMark)
	}
	return before + beginMark + block + endMark + after, nil
}

// referenceRuns reads all recorded verdicts, in the order of their folders.
func referenceRuns(t *testing.T) []*results.VerdictFile {
	paths, err := filepath.Glob("../results/reference/*/" + results.VerdictsFile)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(paths)
	var runs []*results.VerdictFile
	for _, path := range paths {
		run, err := results.ReadVerdictsFile(path)
		if err != nil {
			t.Fatal(err)
		}
		runs = append(runs, run)
	}
	return runs
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
func withColumns(page string, runs []*results.VerdictFile) string {
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
func short(claims []string, runs []*results.VerdictFile) string {
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
				parts = append(parts, fmt.Sprintf("[%s](#%s) %s", v.ID, anchor(v.ID), v.Verdict))
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

// anchor is where a claim's row of section 7 is.
func anchor(id string) string { return "v-" + strings.ToLower(id) }

// taught reports whether a claim is one of the course's or the talk's; the page
// also sends the reader to C5, E5 and E7.
func taught(id string) bool {
	return strings.HasPrefix(id, "A") || strings.HasPrefix(id, "B") || slices.Contains([]string{"C5", "E5", "E7"}, number(id))
}

// table is a row for each claim of the course and the talk, in the order of the
// first run, and a column for each run.
func table(runs []*results.VerdictFile) string {
	var b strings.Builder
	b.WriteString("| | claim |")
	for _, run := range runs {
		b.WriteString(" " + run.Machine + " |")
	}
	b.WriteString("\n| --- | --- |" + strings.Repeat(" --- |", len(runs)) + "\n")
	for _, row := range runs[0].Verdicts {
		if !taught(row.ID) {
			continue
		}
		fmt.Fprintf(&b, "| <a id=\"%s\"></a>%s | %s |", anchor(row.ID), row.ID, strings.ReplaceAll(row.Claim, "|", `\|`))
		for _, run := range runs {
			b.WriteString(" " + cell(run, row.ID) + " |")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// cell is one claim's verdict in one run: "holds, 4.1 [3.9, 4.3], same L3".
func cell(run *results.VerdictFile, id string) string {
	i := slices.IndexFunc(run.Verdicts, func(v results.Verdict) bool { return v.ID == id })
	if i < 0 {
		return "not run"
	}
	v := run.Verdicts[i]
	text := "**" + string(v.Verdict) + "**"
	if v.Ratio != nil {
		text += fmt.Sprintf(", %.3g [%.3g, %.3g]", v.Ratio.Median, v.Ratio.Lo, v.Ratio.Hi)
	}
	if v.Placement != "" {
		text += ", " + v.Placement
	}
	if v.Verdict == results.NotHere {
		text += ": " + strings.ReplaceAll(v.Reason, "|", `\|`)
	}
	return text
}

func TestTable(t *testing.T) {
	runs := []*results.VerdictFile{
		{Machine: "one", Verdicts: []results.Verdict{
			{ID: "A7", Claim: "a|b", Verdict: results.Holds, Ratio: &results.Interval{Median: 4.123, Lo: 3.9, Hi: 4.3}, Placement: "same L3"},
			{ID: "D1", Claim: "not the course's", Verdict: results.Holds},
			{ID: "A11", Claim: "c", Verdict: results.NotHere, Reason: "no siblings"},
		}},
		{Machine: "two", Verdicts: []results.Verdict{{ID: "A11", Claim: "c", Verdict: results.Holds}}},
	}
	want := `| | claim | one | two |
| --- | --- | --- | --- |
| <a id="v-a7"></a>A7 | a\|b | **holds**, 4.12 [3.9, 4.3], same L3 | not run |
| <a id="v-a11"></a>A11 | c | **not here**: no siblings | **holds** |
`
	if got := table(runs); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	tables := "| claims | run it | verdict here |\n| --- | --- | --- |\n| A7, A11 | x | old |\n| B1 | y | |\n\n| claims | no verdicts |\n| --- | --- |\n| A7 | z |\n"
	want = "| claims | run it | verdict here |\n| --- | --- | --- |\n| A7, A11 | x | [A7](#v-a7) holds, [A11](#v-a11) not here |\n| B1 | y | not run |\n\n| claims | no verdicts |\n| --- | --- |\n| A7 | z |\n"
	if got := withColumns(tables, runs); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := withColumns(tables, nil); strings.Count(got, "| "+pending+" |") != 2 {
		t.Errorf("without a reference run:\n%s", got)
	}
	page, err := withBlock("x\n"+beginMark+"old\n"+endMark+"\ny\n", "new\n")
	if err != nil || page != "x\n"+beginMark+"new\n"+endMark+"\ny\n" {
		t.Errorf("%q, %v", page, err)
	}
	for _, broken := range []string{"x", beginMark, endMark} {
		if _, err := withBlock(broken, ""); err == nil {
			t.Errorf("%q: no error", broken)
		}
	}
}
