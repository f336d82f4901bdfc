package course

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"cachelab/results"
	"cachelab/results/report"
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
	runs, err := report.ReadReferences("../results/reference")
	if err != nil {
		t.Fatal(err)
	}
	want, err := report.Between(string(page), beginMark, endMark, report.MarkdownVerdicts(runs, taught(runs)))
	if err != nil {
		t.Fatal(err)
	}
	if *update && want != string(page) {
		if err := os.WriteFile("README.md", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want != string(page) {
		t.Error("the verdicts in course/README.md are not those of results/reference: run go test -run Verdicts -update ./course")
	}
}

// taught lists the claims of the course and of the talk, and the two others
// that the page sends the reader to, in the order of the first run.
func taught(runs []*results.VerdictFile) []string {
	var ids []string
	for _, run := range runs {
		for _, v := range run.Verdicts {
			of := func(prefix string) bool { return strings.HasPrefix(v.ID, prefix) }
			if slices.ContainsFunc([]string{"A", "B", "E5", "E7"}, of) && !slices.Contains(ids, v.ID) {
				ids = append(ids, v.ID)
			}
		}
	}
	return ids
}

func TestTaught(t *testing.T) {
	runs := []*results.VerdictFile{
		{Verdicts: []results.Verdict{{ID: "A7"}, {ID: "B2c"}, {ID: "D1"}, {ID: "E5b"}}},
		{Verdicts: []results.Verdict{{ID: "A7"}, {ID: "A11"}, {ID: "E2"}}},
	}
	if got, want := strings.Join(taught(runs), " "), "A7 B2c E5b A11"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
