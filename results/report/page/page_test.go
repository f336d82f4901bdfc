package page

import (
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
			synth.CheckPage(t, page)
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
	synth.CheckPage(t, page)
	if n := strings.Count(string(page), "&lt;script&gt;alert(1)"); n < 20 {
		t.Errorf("the text stands %d times on the page; it was put into more places", n)
	}
	page, err = RenderComparison([]view.Input{in, synth.Input(t)}, figure.OfComparison([]view.Input{in, synth.Input(t)}))
	if err != nil {
		t.Fatal(err)
	}
	synth.CheckPage(t, page)
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

func TestWarningsComeFirst(t *testing.T) {
	in := synth.Input(t)
	page, err := RenderRun(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	warning, table := strings.Index(string(page), "timing finds 3 to 6 MiB"), strings.Index(string(page), "<table")
	if warning < 0 || warning > table {
		t.Errorf("warning at byte %d, first table at %d", warning, table)
	}
}
