package figure

import (
	"regexp"
	"strings"
	"testing"

	"cachelab/affinity/opt"
	"cachelab/cachelines/card"
	"cachelab/results"
	"cachelab/results/benchlog"
	"cachelab/results/report/internal/synth"
	"cachelab/results/report/view"
)

// asUndecided is the synthetic run with undecided verdicts on its figures' benchmarks.
func asUndecided(t *testing.T, samples int) view.Input {
	t.Helper()
	in := synth.Input(t)
	threshold := 1.2
	for _, names := range [][2]string{
		{"Counters/op=atomic/layout=packed/place=l3/workers=2", "Counters/op=atomic/layout=pad64/place=l3/workers=2"},
		{"Migration/op=dirty/set=512kib/move=first/place=l3/workers=1", "Migration/op=dirty/set=512kib/move=none/place=l3/workers=1"},
		{"Distance/op=writers.even/dist=64/place=l3", "Distance/op=writers.even/dist=128/place=l3"},
	} {
		in.Verdicts.Verdicts = append(in.Verdicts.Verdicts, results.Verdict{ID: "X1", Outcome: results.Undecided, Threshold: &threshold, Unit: "sec/op", Samples: samples, Ratio: &results.Interval{Median: 3.89, Lo: 0.9, Hi: 6},
			Arms: []results.ArmSummary{{Benchmark: "Benchmark" + names[0] + "-2", Center: results.Interval{Median: 8e-9}}, {Benchmark: "Benchmark" + names[1] + "-2", Center: results.Interval{Median: 2e-9}}}})
	}
	return in
}

// No title or caption states what the verdicts do not: a ratio, or which pad is better.
func TestFiguresSayNoMoreThanVerdicts(t *testing.T) {
	finding := regexp.MustCompile(`[0-9]x|as good as|same time|slower than|faster|instead of|more for each|costs`)
	unjudged := synth.Input(t)
	unjudged.Verdicts = nil
	few := asUndecided(t, 3)
	for name, in := range map[string]view.Input{"three passes": few, "not judged": unjudged} {
		for _, f := range OfRun(in) {
			if s := f.Title + " " + strings.ReplaceAll(f.Caption, "the move costs nothing", ""); finding.MatchString(s) {
				t.Errorf("%s, %s: %q states %q", name, f.Name, s, finding.FindString(s))
			}
		}
	}
	// From six passes on the interval is stated, and the median is not.
	for _, f := range OfRun(asUndecided(t, 9)) {
		if s := f.Title + f.Caption; f.Name == "counters" || f.Name == "migration" {
			if !strings.Contains(s, "undecided (0.90 to 6.00x)") || strings.Contains(f.Title, "3.89") {
				t.Errorf("%s: %q", f.Name, s)
			}
		}
	}
}

// The titles of the figures of counters and of migrations are the findings of the tiles.
func TestTitlesAreTheTiles(t *testing.T) {
	in := asUndecided(t, 9)
	for i := range in.Verdicts.Verdicts {
		if v := &in.Verdicts.Verdicts[i]; v.ID == "X1" {
			v.Outcome, v.Ratio.Lo = results.Holds, 3
		}
	}
	seen := 0
	for _, f := range OfRun(in) {
		if key := map[string]string{"counters": "sharing", "migration": "move"}[f.Name]; key != "" {
			seen++
			if want := view.FindingOf(in, key); f.Title != want || !strings.Contains(want, "3.89x") {
				t.Errorf("%s: %q, want %q", f.Name, f.Title, want)
			}
		}
	}
	if seen != 2 {
		t.Errorf("%d figures, want 2", seen)
	}
}

// A level is labelled where a point shows its latency. One that the curve jumps over has no
// label, is not in the title, and the caption says so.
func TestPlateausThatNoPointShows(t *testing.T) {
	m := synth.Machine() // L1 to 32 KiB 1.09 ns, L2 to 1 MiB 3.81 ns, L3 to 4 MiB 16.2 ns
	p := func(size int, ns float64) point { return point{float64(size), spread{ns, ns, ns, 9}} }
	jump := []*series{{Points: []point{p(16<<10, 1.1), p(24<<10, 1.1), p(256<<10, 3.9), p(512<<10, 4.1), p(2<<20, 40), p(8<<20, 100)}}}
	shown, hidden := plateausOf(m, jump)
	if len(shown) != 2 || shown[0].level != 1 || shown[1].level != 2 || len(hidden) != 1 || hidden[0].level != 3 {
		t.Fatalf("shown %+v, hidden %+v: want L1 and L2, and L3", shown, hidden)
	}
	if got := shown[1]; got.from != 256<<10 || got.to != 512<<10 {
		t.Errorf("L2 is shown from %v to %v", got.from, got.to)
	}
	if got := latencyTitle(m, shown, jump); got != "One dependent load takes, in ns: L1 1.09, L2 3.81, 8 MiB 100" {
		t.Errorf("title %q", got)
	}
	if got := hiddenText(hidden); got != " No point of this figure is at the latency of L3, 16.2 ns by the machine card." {
		t.Errorf("caption %q", got)
	}
	steps := []*series{{Points: append(jump[0].Points, p(3<<20, 15))}}
	if shown, hidden := plateausOf(m, steps); len(shown) != 3 || len(hidden) != 0 {
		t.Errorf("shown %+v, hidden %+v: want all", shown, hidden)
	}
	// A size that is not known bounds no level.
	m.Caches = []card.Cache{m.Caches[6]}
	m.Caches[0].Measured.SizeBytes = opt.Value[int]{}
	if shown, hidden := plateausOf(m, steps); len(shown)+len(hidden) != 0 {
		t.Errorf("shown %+v, hidden %+v of a level without a size", shown, hidden)
	}
}

// A run with a few sizes only is drawn with the curve of the machine card: a line between its
// points would cross levels that nobody measured.
func TestFewSizesAreDrawnFromTheCard(t *testing.T) {
	m := synth.Machine()
	curve := card.LadderCurve{Pages: "huge", Order: "all"}
	for size := 16 << 10; size <= 64<<20; size *= 2 {
		curve.Points = append(curve.Points, card.LadderStep{SizeBytes: size, NS: 4, LoNS: 4, HiNS: 4, Samples: 9})
	}
	m.Ladder = append(m.Ladder, curve)
	of := func(sizes ...string) string {
		var text strings.Builder
		for _, size := range sizes {
			text.WriteString("BenchmarkLatency/op=random/set=" + size + "/pages=huge 100 4 ns/op\n")
		}
		log, err := benchlog.Read(strings.NewReader(text.String()), "run.txt")
		if err != nil {
			t.Fatal(err)
		}
		f, ok := latencyFigure(newDrawing(view.Input{Machine: m, Log: log}))
		if !ok {
			t.Fatal("no figure")
		}
		return string(f.SVG)
	}
	const said = "measured for the machine card"
	if !strings.Contains(of("24kib", "512kib", "2mib", "64mib"), said) {
		t.Error("four sizes are joined by lines")
	}
	if strings.Contains(of("16kib", "20kib", "24kib", "128kib", "256kib", "512kib", "2mib", "3mib", "4mib", "16mib", "32mib", "64mib"), said) {
		t.Error("a run with three sizes of each level is not drawn with them")
	}
}
