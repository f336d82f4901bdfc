package view

import (
	"math"
	"strings"
	"testing"

	"cachelab/affinity/opt"
	"cachelab/cachelines/card"
	"cachelab/results"
)

// A measured size that is not certain does not accuse a claim.
func TestSizesAgree(t *testing.T) {
	some := opt.Some[int]
	for _, c := range []struct {
		claimed, lo, hi int
		confidence      float64
		want            bool
	}{
		{48 << 10, 42 << 10, 46 << 10, 0.9, true}, // within a tenth of the interval
		{32 << 20, 3 << 20, 6 << 20, 0.9, false},
	} {
		if got := sizesAgree(c.claimed, c.lo, &card.MeasuredCache{SizeLo: some(c.lo), SizeHi: some(c.hi), Confidence: c.confidence}); got != c.want {
			t.Errorf("%+v: got %t", c, got)
		}
	}
}

// Where fewer passes are left than an interval takes, the answer is no number.
func TestAnswersOfTooFewPasses(t *testing.T) {
	verdict := func(samples int, benchmarks ...string) results.Verdict {
		v := results.Verdict{ID: "X1", Outcome: results.Undecided, Unit: "sec/op", Samples: samples, Ratio: &results.Interval{Median: 0.02, Lo: 0, Hi: math.Inf(1)}}
		if samples >= 6 {
			v.Ratio.Lo, v.Ratio.Hi = 0.01, 3
		}
		for _, name := range benchmarks {
			v.Arms = append(v.Arms, results.ArmSummary{Benchmark: name, Center: results.Interval{Median: 5e-9}})
		}
		return v
	}
	for samples, want := range map[int]bool{1: true, 5: true, 6: false} {
		in := Input{Verdicts: &results.Verdicts{Verdicts: []results.Verdict{
			verdict(samples, "BenchmarkCounters/op=atomic/layout=packed/place=l3/workers=2-2", "BenchmarkCounters/op=atomic/layout=pad64/place=l3/workers=2-2"),
			verdict(samples, "BenchmarkMigration/op=dirty/set=512kib/move=first/place=l3/workers=1-2", "BenchmarkMigration/op=dirty/set=512kib/move=none/place=l3/workers=1-2"),
		}}}
		answers := Answers(in)
		if len(answers) != 2 {
			t.Fatalf("%d answers", len(answers))
		}
		for _, a := range answers {
			if got := a.Number == "cannot tell" && !strings.Contains(a.Short, "0.02") && len(a.Bars) == 0; got != want {
				t.Errorf("%d passes: %q, %q", samples, a.Number, a.Short)
			}
		}
	}
}
