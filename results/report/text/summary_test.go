package text

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"cachelab/internal/golden"
	"cachelab/results"
	"cachelab/results/report/internal/synth"
)

func verdictText(t *testing.T, v []results.Verdict) string {
	t.Helper()
	var b bytes.Buffer
	if err := Verdicts(&b, v); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestVerdictsGolden(t *testing.T) {
	got := verdictText(t, synth.Verdicts().Verdicts)
	golden.Compare(t, "verdicts.txt", []byte(got))
	for _, l := range strings.Split(got, "\n") {
		if n := utf8.RuneCountInString(l); n > summaryWidth {
			t.Errorf("%d columns: %q", n, l)
		}
	}
}

// No verdict vanishes: not one without a ratio, not one of another version.
func TestVerdictsShowsEveryClaim(t *testing.T) {
	v := append(synth.Verdicts().Verdicts, results.Verdict{ID: "Z9", Claim: "from the future", Outcome: "perhaps"})
	got := verdictText(t, v)
	for _, x := range v {
		if !strings.Contains(got, "\n  "+x.ID+" ") {
			t.Errorf("%s is not in the summary:\n%s", x.ID, got)
		}
	}
	for _, want := range []string{"8 claims: 2 hold, 1 weaker", "NOT HERE", "no two CPUs claim to be siblings", "PERHAPS", "9 more passes"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q missing:\n%s", want, got)
		}
	}
	if strings.Contains(got, "0.00 [0") || strings.Contains(got, "NaN") {
		t.Errorf("an absent ratio is printed:\n%s", got)
	}
}

// What a reader did not expect stands last, above the prompt, and one reason
// that many claims share is said once.
func TestVerdictsOrder(t *testing.T) {
	v := append(synth.Verdicts().Verdicts, results.Verdict{ID: "A12", Claim: "only one sibling executes", Outcome: results.NotHere, Reason: synth.Verdicts().Verdicts[6].Reason})
	got := verdictText(t, v)
	last := -1
	for _, head := range []string{"NOT HERE", "HOLDS", "UNDECIDED", "WEAKER", "NO EFFECT", "CONTRADICTED", "8 claims:"} {
		at := strings.Index(got, "\n"+head)
		if at <= last {
			t.Errorf("%s stands at %d, not behind the group before it:\n%s", head, at, got)
		}
		last = at
	}
	if n := strings.Count(got, "no two CPUs claim to be siblings"); n != 1 {
		t.Errorf("one reason is said %d times:\n%s", n, got)
	}
	if strings.Contains(got, "…") {
		t.Errorf("a sentence is cut:\n%s", got)
	}
}

func TestVerdictsEmpty(t *testing.T) {
	if got := verdictText(t, nil); got != "0 claims\n" {
		t.Errorf("got %q", got)
	}
}

// One pass has a ratio and no interval; none may be invented.
func TestSingleSampleHasNoInterval(t *testing.T) {
	v := results.Verdict{ID: "A7", Outcome: results.Undecided, Ratio: &results.Interval{Median: 4, Lo: 4, Hi: 4}, Samples: 1}
	if got := verdictText(t, []results.Verdict{v}); strings.Contains(got, "4.00 [") || !strings.Contains(got, "4.00") {
		t.Errorf("got:\n%s", got)
	}
}
