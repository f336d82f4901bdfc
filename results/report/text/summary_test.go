package text

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"cachelab/cachelines/card"
	"cachelab/internal/golden"
	"cachelab/results"
	"cachelab/results/report/internal/synth"
	"cachelab/results/report/view"
)

func summaryText(t *testing.T, in view.Input, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Summary(&b, in, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func ofVerdicts(v []results.Verdict) view.Input {
	return view.Input{Verdicts: &results.Verdicts{Verdicts: v}}
}

// A summary fits its screen, from 60 columns on.
func TestSummaryGolden(t *testing.T) {
	golden.Compare(t, "summary.txt", []byte(summaryText(t, answeringRun(), Options{Width: 100})))
	golden.Compare(t, "summary-60.txt", []byte(summaryText(t, answeringRun(), Options{Width: 60})))
	for _, width := range []int{0, 20, 60, 80, 120} {
		for l := range strings.Lines(summaryText(t, answeringRun(), Options{Width: width, Only: true})) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(l, "\n")); n > (Options{Width: width}).width() {
				t.Errorf("width %d: %d columns: %q", width, n, l)
			}
		}
	}
}

// Warnings come first, then answers, then what is not as taught, then the count.
func TestSummaryOrder(t *testing.T) {
	got := summaryText(t, answeringRun(), Options{})
	last := -1
	for _, part := range []string{"Warnings", "Answers", "Contradicted: not as taught", "No effect:", "Weaker:", "12 claims: 1 contradicted"} {
		at := strings.Index(got, part)
		if at <= last {
			t.Errorf("%q is at %d, not after the part before it:\n%s", part, at, got)
		}
		last = at
	}
	for _, no := range []string{"Holds: as taught", "Undecided:", "…"} {
		if strings.Contains(got, no) {
			t.Errorf("a summary of a whole run says %q", no)
		}
	}
}

// A run of some claims shows all of them, and no answer to another question.
func TestSummaryOfSomeClaims(t *testing.T) {
	in := answeringRun()
	in.Verdicts = &results.Verdicts{Verdicts: append(synth.Verdicts().Verdicts[:1:1], results.Verdict{ID: "Z9", Claim: "from the future", Outcome: "perhaps"},
		results.Verdict{ID: "A11", Claim: "c", Outcome: results.NotHere, Reason: "no siblings"})}
	got := summaryText(t, in, Options{Only: true})
	for _, want := range []string{"  A7 ", "  Z9 ", "  A11 ", "no siblings", "3 claims: 1 perhaps, 1 holds, 1 not here"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q:\n%s", want, got)
		}
	}
	for _, no := range []string{"Pad to", "as reported"} {
		if strings.Contains(got, no) {
			t.Errorf("says %q, which nobody asked for:\n%s", no, got)
		}
	}
}

// The claims that several warnings affect are named once, below the last of them.
func TestSummaryNamesAffectedClaimsOnce(t *testing.T) {
	in := answeringRun()
	in.Machine.Warnings = []card.Warning{
		{Text: "the first.", Affects: []string{"B1", "C6", "none of this run"}},
		{Text: "another.", Affects: []string{"D7"}},
		{Text: "the second", Affects: []string{"B1", "C6"}},
		{Text: "of no claim."},
	}
	got := summaryText(t, in, Options{})
	want := `  ! The first.
  ! The second. These 2 warnings affect: B1, C6.
  ! Another. Affected: D7.
`
	if !strings.Contains(got, want) || strings.Count(got, "B1, C6") != 1 || strings.Count(got, "ffected") != 1 {
		t.Errorf("got\n%s\nwant in it\n%s", got, want)
	}
}

func TestSummaryEmpty(t *testing.T) {
	if got := summaryText(t, ofVerdicts(nil), Options{}); !strings.HasSuffix(got, "\n0 claims\n") {
		t.Errorf("got %q", got)
	}
}

func TestColour(t *testing.T) {
	env := func(pairs ...string) func(string) string {
		return func(key string) string {
			for i := 0; i < len(pairs); i += 2 {
				if pairs[i] == key {
					return pairs[i+1]
				}
			}
			return ""
		}
	}
	for _, c := range []struct {
		terminal bool
		env      func(string) string
		want     bool
	}{{true, env(), true}, {false, env(), false}, {true, env("NO_COLOR", "1"), false}, {true, env("TERM", "dumb"), false}} {
		if got := Colour(c.terminal, c.env); got != c.want {
			t.Errorf("%t: got %t", c.terminal, got)
		}
	}
	plain, coloured := summaryText(t, answeringRun(), Options{}), summaryText(t, answeringRun(), Options{Colour: true})
	if strings.Contains(plain, "\x1b") || !strings.Contains(coloured, "\x1b[31mB1\x1b[0m") {
		t.Errorf("got:\n%q", coloured)
	}
}

func TestExport(t *testing.T) {
	in := answeringRun()
	in.Verdicts.Verdicts[0].Title = "=cmd()|x"
	for name, write := range map[string]func(*bytes.Buffer) error{
		"verdicts.csv": func(b *bytes.Buffer) error { return CSV(b, []view.Input{in, in}) },
		"verdicts.md":  func(b *bytes.Buffer) error { return Markdown(b, []view.Input{in, in}) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		golden.Compare(t, name, b.Bytes())
	}
}

// Files of benchmarks and runs of the lab have no table in common, in whatever order they
// are given; the error names one of each.
func TestExportRefusesAMixture(t *testing.T) {
	files, run := view.Input{Folder: "mine.txt", Log: &results.Log{}}, answeringRun()
	run.Folder = "run7"
	for _, runs := range [][]view.Input{{files, run}, {run, files}} {
		for _, write := range []func(io.Writer, []view.Input) error{CSV, Markdown} {
			if err := write(io.Discard, runs); err == nil || !strings.Contains(err.Error(), "mine.txt holds") || !strings.Contains(err.Error(), "run7 is a run") {
				t.Errorf("%v, want an error that names mine.txt and run7", err)
			}
		}
	}
}

// A change is its ratio, an unchanged benchmark says so beside it, and a note stands where
// there is no ratio.
func TestChangeText(t *testing.T) {
	for want, c := range map[string]view.OwnChange{
		"1.20x":                   {Ratio: "1.20x", Changed: true},
		"1.01x (no change shown)": {Ratio: "1.01x"},
		"(no change shown)":       {},
		"too few samples":         {Note: "too few samples"},
		"1.30x":                   {Ratio: "1.30x", Note: "too few samples", Changed: true},
	} {
		if got := changeText(c); got != want {
			t.Errorf("%+v: %q, want %q", c, got, want)
		}
	}
}

// An exported number has six digits, and an unknown one is empty.
func TestSignificant(t *testing.T) {
	v := 1.2345678
	if a, b := significant(&v), significant(nil); a != "1.23457" || b != "" {
		t.Errorf("%q and %q, want 1.23457 and nothing", a, b)
	}
}
