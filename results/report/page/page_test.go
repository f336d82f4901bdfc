package page

import (
	"html"
	"strings"
	"testing"

	"cachelab/cachelines/card"
	"cachelab/internal/golden"
	"cachelab/results"
	"cachelab/results/benchlog"
	"cachelab/results/report/figure"
	"cachelab/results/report/internal/synth"
	"cachelab/results/report/view"
)

// stubs replaces the pictures, which have golden files of their own.
func stubs(figures []figure.Figure) []figure.Figure {
	var out []figure.Figure
	for _, f := range figures {
		f.SVG = []byte("<svg></svg>\n")
		out = append(out, f)
	}
	return out
}

func TestPageGolden(t *testing.T) {
	in := synth.Input(t)
	page, err := RenderRun(in, stubs(figure.OfRun(in)))
	if err != nil {
		t.Fatal(err)
	}
	golden.Compare(t, "report.html", page)
	runs := synth.Inputs(t)
	page, err = RenderComparison(runs, stubs(figure.OfComparison(runs)))
	if err != nil {
		t.Fatal(err)
	}
	golden.Compare(t, "comparison.html", page)
}

func TestPageStructure(t *testing.T) {
	in := synth.Input(t)
	for name, draw := range map[string]func() ([]byte, error){
		"run":        func() ([]byte, error) { return RenderRun(in, figure.OfRun(in)) },
		"empty":      func() ([]byte, error) { return RenderRun(view.Input{}, nil) },
		"comparison": func() ([]byte, error) { r := synth.Inputs(t); return RenderComparison(r, figure.OfComparison(r)) },
	} {
		t.Run(name, func(t *testing.T) {
			page, err := draw()
			if err != nil {
				t.Fatal(err)
			}
			checked(t, page)
		})
	}
}

// Whatever a file says, it stays text.
func TestPageEscapes(t *testing.T) {
	const evil = `<script>alert(1)</script>"><img src=x onerror=alert(2)>' onclick='x`
	in := synth.Input(t)
	in.Name, in.Command, in.Notes = evil, evil, []string{evil}
	in.Machine.CPU.Name, in.Machine.CPU.Hypervisor, in.Machine.OS = evil, evil, evil
	in.Machine.Warnings = []card.Warning{{Text: evil}}
	in.Machine.Caches[0].Source, in.Machine.Links[0].Reported, in.Machine.Links[0].Classes[0].Class = evil, evil, evil
	in.Machine.Line.Reported[0].Source, in.Machine.Line.Fetch.Reason, in.Machine.Line.Fetch.Methods[0].Name = evil, evil, evil
	in.Machine.Volatile.Commit = evil
	in.Log.Warnings = []benchlog.Warning{{File: evil, Text: evil}}
	in.Log.Config[0].Value = evil
	for i := range in.Log.Samples {
		in.Log.Samples[i].Name = strings.ReplaceAll(in.Log.Samples[i].Name, "place=os", "place="+evil)
	}
	for i := range in.Verdicts.Verdicts {
		v := &in.Verdicts.Verdicts[i]
		v.ID, v.Claim, v.Source, v.Placement, v.Reason = evil, evil, evil, evil, evil
	}
	in.Verdicts.Verdicts[0].Outcome = evil
	in.Verdicts.Verdicts[0].Classes[0].Class = evil
	page, err := RenderRun(in, figure.OfRun(in))
	if err != nil {
		t.Fatal(err)
	}
	checked(t, page)
	if n := strings.Count(string(page), "&lt;script&gt;alert(1)"); n < 20 {
		t.Errorf("the text stands %d times on the page; it was put into more places", n)
	}
	page, err = RenderComparison([]view.Input{in, synth.Input(t)}, figure.OfComparison([]view.Input{in, synth.Input(t)}))
	if err != nil {
		t.Fatal(err)
	}
	checked(t, page)
}

// One sample has no interval, in the table as in the figure.
func TestPageSingleSample(t *testing.T) {
	in := view.Input{Verdicts: &results.Verdicts{Passes: 1, Verdicts: []results.Verdict{
		{ID: "A7", Outcome: results.Undecided, Ratio: &results.Interval{Median: 4, Lo: 4, Hi: 4}, Samples: 1}}}}
	page, err := RenderRun(in, figure.OfRun(in))
	if err != nil {
		t.Fatal(err)
	}
	if s := string(page); strings.Contains(s, `class="interval"`) || !strings.Contains(s, `class="median"`) || strings.Contains(s, "4.00 [") {
		t.Error("an interval of one sample is drawn, or its median is not")
	}
}

// The first screen has the answers, then the warnings; the claims come after the
// figures.
func TestOrderOfThePage(t *testing.T) {
	in := withArms(synth.Input(t))
	page, err := RenderRun(in, figure.OfRun(in))
	if err != nil {
		t.Fatal(err)
	}
	last := -1
	for _, part := range []string{`id="answer-pad"`, `id="answer-sharing"`, `id="answer-move"`, `id="answer-caches"`, `id="warnings"`, `id="surprises"`, `id="figures"`, `id="claims"`, `id="machine"`, `id="read"`} {
		at := strings.Index(string(page), part)
		if at <= last {
			t.Errorf("%s is at byte %d, not after the part before it", part, at)
		}
		last = at
	}
}

// withArms adds verdicts whose benchmarks answer the questions of the first
// screen.
func withArms(in view.Input) view.Input {
	threshold := 1.2
	add := func(id, slow, fast string, a, b float64) {
		in.Verdicts.Verdicts = append(in.Verdicts.Verdicts, results.Verdict{ID: id, Title: "title of " + id, Outcome: results.Holds, Threshold: &threshold, Unit: "sec/op", Samples: 9, Placement: "same L3",
			Ratio: &results.Interval{Median: a / b, Lo: 0.9 * a / b, Hi: 1.1 * a / b}, Benchmarks: []string{"Benchmark" + slow, "Benchmark" + fast},
			Arms: []results.ArmSummary{{Benchmark: "Benchmark" + slow, Center: results.Interval{Median: a}, Samples: 9}, {Benchmark: "Benchmark" + fast, Center: results.Interval{Median: b}, Samples: 9}}})
	}
	add("X1", "Counters/op=atomic/layout=packed/place=l3/workers=2-2", "Counters/op=atomic/layout=pad64/place=l3/workers=2-2", 8e-9, 2e-9)
	add("X3", "Migration/op=dirty/set=512kib/move=first/place=l3/workers=1-2", "Migration/op=dirty/set=512kib/move=none/place=l3/workers=1-2", 25e-9, 5e-9)
	return in
}

// A claim says all that is needed to check and to repeat it, and what the judge
// applied: its own band, not the default.
func TestClaimSaysAll(t *testing.T) {
	in := withArms(synth.Input(t))
	for i := range in.Verdicts.Verdicts {
		if v := &in.Verdicts.Verdicts[i]; v.ID == "X1" {
			v.Band, v.Reason = &results.Range{Lo: 0.8, Hi: 1.25}, "why"
			v.Teacher, v.Reference = &results.Work{Title: "a talk"}, &results.Reference{Value: "9x", By: results.Work{Title: "a blog"}}
		}
	}
	in.Root = "/home/a b/cachelab"
	in.Claims = map[string]view.ClaimInfo{"X1": {Lesson: "counters", About: "False sharing", Mechanism: "One. Two.", Where: "bench/counters_test.go:9"}}
	page, err := RenderRun(in, figure.OfRun(in))
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(page), `<summary id="X1">`)
	claim, _, _ := strings.Cut(after, "</details>")
	for _, want := range []string{"Counters/op=atomic/layout=packed/place=l3/workers=2", "8 ns", "n=9", "4.00 [3.60, 4.40]", "0.8 to 1.25", "One. Two.", "why",
		"go -C &#39;/home/a b/cachelab&#39; run ./scripts/lab -only X1", "bench/counters_test.go:9", "a talk", "9x: a blog", `href="#figure-counters"`} {
		if !strings.Contains(claim, want) {
			t.Errorf("claim X1 does not say %q:\n%s", want, claim)
		}
	}
}

// The only script is the one that the policy names by its hash.
func TestScriptIsTheOneOfThePolicy(t *testing.T) {
	page, err := RenderRun(view.Input{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(page), "<script>")
	script, _, _ := strings.Cut(after, "</script>")
	if policy := "script-src '" + hashOf(script) + "'"; !strings.Contains(html.UnescapeString(string(page)), policy) {
		t.Errorf("the policy does not allow the page's script, whose hash is %s", hashOf(script))
	}
}

// A ratio of 1,400 is an arrow at the edge, and the band stays visible.
func TestBarOfALargeRatio(t *testing.T) {
	v := results.Verdict{Ratio: &results.Interval{Median: 1400, Lo: 1300, Hi: 1500}}
	b := newBar(view.Claim{Verdict: v, Band: view.Band{Lo: 1 / 1.05, Hi: 1.05}})
	if !b.Over || b.Mid != barWidth || b.BandWidth < 3 {
		t.Errorf("got %+v", b)
	}
	v.Ratio.Median = 0.01
	if b := newBar(view.Claim{Verdict: v, Band: view.Band{Lo: 0.5, Hi: 2}}); !b.Under || b.Mid != 0 {
		t.Errorf("got %+v", b)
	}
}

func TestKnownMachine(t *testing.T) {
	in, other := synth.Input(t), synth.Input(t)
	other.Verdicts = synth.Verdicts()
	other.Verdicts.Verdicts[0].Outcome = results.Contradicted
	in.Known = &other
	page, err := RenderRun(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := "Compared with a known machine: 1 verdict differs (7 claims were judged in both runs)"; !strings.Contains(string(page), want) {
		t.Errorf("the page does not say %q", want)
	}
	checked(t, page)
}

func checked(t *testing.T, page []byte) {
	t.Helper()
	synth.CheckPage(t, page)
}
