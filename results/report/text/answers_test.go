package text

import (
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
		if a.Key == "" || a.Question == "" || a.Label == "" || a.Number == "" || a.Short == "" {
			t.Errorf("half an answer: %+v", a)
		}
		b.WriteString(a.Number + ": " + a.Short + " " + a.More + "\n")
	}
	return b.String()
}

// compared2 is a verdict with its two arms, in seconds.
func compared2(id, slow, fast string, a, b float64) results.Verdict {
	threshold := 1.2
	return results.Verdict{ID: id, Title: "title of " + id, Outcome: results.Holds, Threshold: &threshold, Ratio: &results.Interval{Median: a / b, Lo: 0.9 * a / b, Hi: 1.1 * a / b}, Unit: "sec/op", Samples: 9, Placement: "same L3",
		Arms: []results.ArmSummary{{Benchmark: "Benchmark" + slow + "-2", Center: results.Interval{Median: a}, Samples: 9}, {Benchmark: "Benchmark" + fast + "-2", Center: results.Interval{Median: b}, Samples: 9}}}
}

// answeringRun has verdicts for every answer, and some that answer nothing.
func answeringRun() view.Input {
	in := view.Input{Machine: synth.Machine(), Verdicts: synth.Verdicts()}
	in.Verdicts.Verdicts = append(in.Verdicts.Verdicts,
		compared2("X1", "Counters/op=atomic/layout=packed/place=l3/workers=2", "Counters/op=atomic/layout=pad64/place=l3/workers=2", 8e-9, 2e-9),
		compared2("X2", "Counters/op=plain/layout=packed/place=l3/workers=2", "Counters/op=plain/layout=pad64/place=l3/workers=2", 0.9e-9, 0.3e-9),
		compared2("X3", "Migration/op=dirty/set=512kib/move=first/place=l3/workers=1", "Migration/op=dirty/set=512kib/move=none/place=l3/workers=1", 25e-9, 5e-9),
		compared2("X4", "Counters/op=atomic/layout=packed/place=l3/workers=4", "Counters/op=atomic/layout=pad64/place=l3/workers=4", 77e-9, 7e-9),
		compared2("X5", "Migration/op=clean/set=512kib/move=first/place=l3/workers=1", "Migration/op=clean/set=512kib/move=none/place=l3/workers=1", 77e-9, 7e-9))
	return in
}

func TestAnswers(t *testing.T) {
	got := answered(t, answeringRun())
	for _, want := range []string{
		"64 bytes: Pad to 64 bytes: in steady state two writers on neighbouring lines do not slow each other down",
		"A cache line is 64 bytes: measured, and the system reports the same.",
		"4.00x: An atomic add takes 8 ns when two workers share a line, and 2 ns on a line each: 4.00x [3.60, 4.40] (n=9, same L3).",
		"A plain increment takes 0.9 ns instead of 0.3: 3.00x [2.70, 3.30] (n=9, same L3).",
		// 20 ns a line more, and 512 KiB are 8192 lines of 64 bytes.
		"164 µs: Moving a thread to a CPU of the same L3 costs 164 µs more, if it had written 512 KiB.",
		"each line that the thread had written takes 25 ns, and 5 ns without a move",
		"2 of 3: L1d and L2 are as reported. L3 is reported as 32 MiB and measured as about 4 MiB [3, 6].",
		"This is a guest under KVM",
		"seen at 3 distances",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing:\n%s", want, got)
		}
	}
	if strings.Contains(got, "77") {
		t.Errorf("a verdict about something else answers:\n%s", got)
	}
}

// Of what was not measured nothing is said.
func TestAnswersOfLittle(t *testing.T) {
	if got := view.Answers(view.Input{}); len(got) != 0 {
		t.Errorf("of nothing: %+v", got)
	}
	m := &card.Machine{Caches: []card.Cache{{Level: 1, Type: topology.Data, SizeBytes: opt.Some(32 << 10)}}}
	if got := answered(t, view.Input{Machine: m, Verdicts: &results.Verdicts{}}); got != "" {
		t.Errorf("of a machine that was not measured:\n%s", got)
	}
}
