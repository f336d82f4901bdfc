package text

import (
	"bytes"
	"strings"
	"testing"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
	"cachelab/cachelines/card"
	"cachelab/results"
	"cachelab/results/report/internal/synth"
	"cachelab/results/report/view"
)

// answered are the answers in one text.
func answered(t *testing.T, in view.Input) string {
	t.Helper()
	var b strings.Builder
	for _, a := range view.Answers(in) {
		if a.Question == "" || a.Text == "" {
			t.Errorf("half an answer: %+v", a)
		}
		b.WriteString(a.Question + " " + a.Text + "\n")
	}
	return b.String()
}

// compared2 is a verdict with its two arms, in seconds.
func compared2(id, slow, fast string, a, b float64) results.Verdict {
	return results.Verdict{ID: id, Title: "title of " + id, Outcome: results.Holds, Ratio: &results.Interval{Median: a / b, Lo: 0.9 * a / b, Hi: 1.1 * a / b}, Unit: "sec/op", Samples: 9, Placement: "same L3",
		Arms: []results.ArmSummary{{Benchmark: "Benchmark" + slow + "-2", Center: results.Interval{Median: a}, Samples: 9}, {Benchmark: "Benchmark" + fast + "-2", Center: results.Interval{Median: b}, Samples: 9}}}
}

func TestAnswers(t *testing.T) {
	in := view.Input{Machine: synth.Machine(), Verdicts: synth.Verdicts()}
	in.Verdicts.Verdicts = append(in.Verdicts.Verdicts,
		compared2("X1", "Counters/op=atomic/layout=packed/place=l3/workers=2", "Counters/op=atomic/layout=pad64/place=l3/workers=2", 8e-9, 2e-9),
		compared2("X2", "Counters/op=plain/layout=packed/place=l3/workers=2", "Counters/op=plain/layout=pad64/place=l3/workers=2", 0.9e-9, 0.3e-9),
		compared2("X3", "Migration/op=dirty/set=512kib/move=first/place=l3/workers=1", "Migration/op=dirty/set=512kib/move=none/place=l3/workers=1", 25e-9, 5e-9),
		// Neither of these answers anything.
		compared2("X4", "Counters/op=atomic/layout=packed/place=l3/workers=4", "Counters/op=atomic/layout=pad64/place=l3/workers=4", 77e-9, 7e-9),
		compared2("X5", "Migration/op=clean/set=512kib/move=first/place=l3/workers=1", "Migration/op=clean/set=512kib/move=none/place=l3/workers=1", 77e-9, 7e-9))
	got := answered(t, in)
	for _, want := range []string{
		"A line is 64 bytes (measured, confidence 0.99), and nobody claims another.",
		"Pad to 64:",
		"Atomic adds of two workers on one line take 4.00 [3.60, 4.40] times as long as on a line each: 8 ns an add instead of 2 (same L3, n=9).",
		"Plain increments on one line take 3.00 [2.70, 3.30] times as long as on a line each: 0.9 ns an increment instead of 0.3",
		// 20 ns a line more, and 512 KiB are 8192 lines of 64 bytes.
		"After a move to a CPU of the same L3 each line that the thread had written before takes 25 ns, and 5 ns without a move: 164 µs more for a set of 512 KiB",
		"12 claims: 7 hold, 1 weaker, 1 no effect, 1 contradicted, 1 undecided, 1 not here.",
		"Contradicted: B1, the traversal order of a matrix decides its speed (ratio 0.82, taught >1.2).",
		"L1d claims 32 KiB, measured 32 KiB [31, 33], which agrees",
		"L3 claims 32 MiB, measured 4 MiB [3, 6], which differs.",
		"guest under KVM",
		"3 distances by turns",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing:\n%s", want, got)
		}
	}
	if strings.Contains(got, "77") {
		t.Errorf("a verdict about something else answers:\n%s", got)
	}
	var b bytes.Buffer
	if err := Answers(&b, in); err != nil {
		t.Fatal(err)
	}
	for l := range strings.Lines(b.String()) {
		if len([]rune(l)) > summaryWidth+1 {
			t.Errorf("wider than %d columns: %q", summaryWidth, l)
		}
	}
	if strings.Contains(b.String(), view.ClaimsQuestion) {
		t.Error("the terminal's answers repeat the verdicts above them")
	}
}

// Of what was not measured nothing is said.
func TestAnswersOfLittle(t *testing.T) {
	if got := view.Answers(view.Input{}); len(got) != 0 {
		t.Errorf("of nothing: %+v", got)
	}
	m := &card.Machine{Caches: []card.Cache{{Level: 1, Type: topology.Data, SizeBytes: opt.Some(32 << 10)}}}
	got := answered(t, view.Input{Machine: m, Verdicts: &results.Verdicts{}})
	for _, no := range []string{"measured 0", "0 ns", "agrees", "guest"} {
		if strings.Contains(got, no) {
			t.Errorf("says %q of a machine that was not measured:\n%s", no, got)
		}
	}
}
