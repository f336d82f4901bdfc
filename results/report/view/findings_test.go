package view

import (
	"regexp"
	"strings"
	"testing"

	"cachelab/affinity/opt"
	"cachelab/cachelines/card"
	"cachelab/results"
)

// judged is a verdict on two benchmarks that take 10 and 5 ns.
func judged(o results.Outcome, samples int, threshold float64, slow, fast string, ratio results.Interval) results.Verdict {
	v := results.Verdict{ID: "X1", Outcome: o, Unit: "sec/op", Samples: samples, Ratio: &ratio, Arms: []results.ArmSummary{
		{Benchmark: "Benchmark" + slow + "-2", Center: results.Interval{Median: 10e-9}}, {Benchmark: "Benchmark" + fast + "-2", Center: results.Interval{Median: 5e-9}}}}
	if threshold > 0 {
		v.Threshold = &threshold
	}
	return v
}

// The number of an answer and its finding say no more than the verdict: no median ratio
// where it is undecided, and no cost where there is no effect.
func TestFindingsSayNoMoreThanTheVerdict(t *testing.T) {
	counters := []string{"Counters/op=atomic/layout=packed/place=l3/workers=2", "Counters/op=atomic/layout=pad64/place=l3/workers=2"}
	migration := []string{"Migration/op=dirty/set=512kib/move=first/place=l3/workers=1", "Migration/op=dirty/set=512kib/move=none/place=l3/workers=1"}
	wide, narrow := results.Interval{Median: 2.01, Lo: 0.7, Hi: 5}, results.Interval{Median: 1.01, Lo: 0.99, Hi: 1.02}
	for _, c := range []struct {
		name, key       string
		verdict         results.Verdict
		number, finding string
	}{
		{"few", "sharing", judged(results.Undecided, 3, 1.2, counters[0], counters[1], wide), "cannot tell", "False sharing: this run cannot tell"},
		{"few", "move", judged(results.Undecided, 3, 1.2, migration[0], migration[1], wide), "cannot tell", "Migration: this run cannot tell"},
		{"undecided", "sharing", judged(results.Undecided, 9, 1.2, counters[0], counters[1], wide), "0.70 to 5.00x",
			"False sharing: undecided (0.70 to 5.00x), 10 ns per atomic add on one line, 5 on a line each"},
		{"undecided", "move", judged(results.Undecided, 9, 1.2, migration[0], migration[1], wide), "0.70 to 5.00x",
			"Migration: undecided (0.70 to 5.00x), 10 ns for each dirty line of 512 KiB after a move, 5 without"},
		{"no effect", "sharing", judged(results.NoEffect, 9, 1.2, counters[0], counters[1], narrow), "1.01x",
			"False sharing: no effect, 10 ns per atomic add on one line, 5 on a line each"},
		{"no effect", "move", judged(results.NoEffect, 9, 1.2, migration[0], migration[1], narrow), "1.01x",
			"Migration: no effect, 10 ns for each dirty line of 512 KiB after a move, 5 without"},
		{"holds", "sharing", judged(results.Holds, 9, 1.2, counters[0], counters[1], results.Interval{Median: 2, Lo: 1.9, Hi: 2.1}), "2.00x",
			"False sharing: 10 ns per atomic add on one line, 5 on a line each, 2.00x"},
		// 5 ns more for each of 8192 lines.
		{"weaker", "move", judged(results.Weaker, 9, 1.2, migration[0], migration[1], results.Interval{Median: 2, Lo: 1.1, Hi: 2.1}), "41 µs",
			"Migration: 10 ns for each dirty line of 512 KiB after a move, 5 without, 2.00x"},
	} {
		in := Input{Machine: &card.Machine{Line: card.Line{Fetch: &card.LineSize{Bytes: opt.Some(64)}}}, Verdicts: &results.Verdicts{Verdicts: []results.Verdict{c.verdict}}}
		answers := Answers(in)
		if len(answers) != 1 {
			t.Fatalf("%s, %s: %d answers", c.name, c.key, len(answers))
		}
		if a := answers[0]; a.Key != c.key || a.Number != c.number || a.Finding != c.finding || FindingOf(in, c.key) != c.finding {
			t.Errorf("%s, %s:\n%q, want %q\n%q, want %q", c.name, c.key, a.Number, c.number, a.Finding, c.finding)
		}
	}
}

// What is said of the two pads is the verdict, and the advice of the machine card is
// doubted where the verdict contradicts it.
func TestPadFindingIsTheVerdict(t *testing.T) {
	const slow, fast = "Distance/op=writers.even/dist=64/place=l3", "Distance/op=writers.even/dist=128/place=l3"
	equal, more := results.Interval{Median: 1, Lo: 0.99, Hi: 1.01}, results.Interval{Median: 1.3, Lo: 1.2, Hi: 1.4}
	number := regexp.MustCompile(`[0-9]x`)
	for _, c := range []struct {
		verdict  results.Verdict
		want     string
		doubt64  bool // the card's advice to pad to 64 bytes
		doubt128 bool
	}{
		{judged(results.Holds, 9, 0, slow, fast, equal), "Padding to 64 bytes is as good as", false, true},
		{judged(results.OtherWay, 9, 0, slow, fast, more), "Padding to 64 bytes is slower than", true, false},
		{judged(results.Undecided, 9, 0, slow, fast, more), "is undecided", false, false},
		{judged(results.Undecided, 3, 0, slow, fast, more), "cannot tell", false, false},
	} {
		in := Input{Machine: &card.Machine{}, Verdicts: &results.Verdicts{Verdicts: []results.Verdict{c.verdict}}}
		got := in.PadFinding()
		if !strings.Contains(got, c.want) || number.MatchString(got) != (c.want != "cannot tell") {
			t.Errorf("%s: %q, want %q in it", c.verdict.Outcome, got, c.want)
		}
		for pad, want := range map[int]bool{64: c.doubt64, 128: c.doubt128} {
			in.Machine.Line.PadBytes = pad
			a, _ := padAnswer(in)
			if strings.Contains(a.Short, "says otherwise") != want {
				t.Errorf("%s, pad %d: doubted %t, want %t: %s", c.verdict.Outcome, pad, !want, want, a.Short)
			}
		}
	}
	if got := (Input{}).PadFinding(); got != "" {
		t.Errorf("without a verdict: %q", got)
	}
}

// The bars of the pad's tile show the price of a shared line only where it is decided.
func TestPadBarsAreDecided(t *testing.T) {
	const slow, fast = "Counters/op=atomic/layout=packed/place=l3/workers=2", "Counters/op=atomic/layout=pad64/place=l3/workers=2"
	for o, want := range map[results.Outcome]int{results.Holds: 3, results.Undecided: 2} {
		in := Input{Machine: &card.Machine{Line: card.Line{PadBytes: 64, Interference: &card.LineSize{NextLine: &card.NextLine{SamePair: 1, AcrossPair: 1}}}},
			Verdicts: &results.Verdicts{Verdicts: []results.Verdict{judged(o, 9, 1.2, slow, fast, results.Interval{Median: 2, Lo: 0.9, Hi: 3})}}}
		if a, _ := padAnswer(in); len(a.Bars) != want {
			t.Errorf("%s: %d bars, want %d", o, len(a.Bars), want)
		}
	}
}

// Claims that several warnings affect are named once, and claims that the run did not
// judge are not named: page and terminal show these groups.
func TestWarningGroups(t *testing.T) {
	in := Input{Machine: &card.Machine{Warnings: []card.Warning{
		{Text: "the first.", Affects: []string{"B1", "C6", "none of this run"}}, {Text: "another.", Affects: []string{"D7"}}, {Text: "the second", Affects: []string{"B1", "C6"}},
	}}, Log: &results.Log{}, Verdicts: &results.Verdicts{Verdicts: []results.Verdict{{ID: "B1"}, {ID: "C6"}, {ID: "D7"}}}}
	got := WarningGroups(in)
	if len(got) != 2 || strings.Join(got[0].Texts, " ") != "The first. The second." || strings.Join(got[0].Claims, " ") != "B1 C6" ||
		got[0].Affected() != "These 2 warnings affect" || strings.Join(got[1].Claims, " ") != "D7" || got[1].Affected() != "Affected" {
		t.Errorf("got %+v", got)
	}
}

// A warning is a sentence. A file and the name of a source keep their letters.
func TestWarningsAreSentences(t *testing.T) {
	in := Input{Machine: &card.Machine{Caches: []card.Cache{{Source: "sysfs"}}, Sources: []card.SourceReport{{Source: "cpuid 0x80000006 EDX"}}}}
	for text, want := range map[string]string{
		"the load was 1.2": "The load was 1.2.", "Ends.": "Ends.", "sysfs reports 32 MiB": "sysfs reports 32 MiB.", "cpuid 0x80000006 EDX reports": "cpuid 0x80000006 EDX reports.",
		"run.txt:3: no value": "run.txt:3: no value.",
	} {
		if got := in.sentence(text); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
