package report

import (
	"encoding/xml"
	"strings"
	"testing"

	"cachelab/results"
)

// stubs replaces the pictures, which have golden files of their own.
func stubs(figures []Figure) []Figure {
	var out []Figure
	for _, f := range figures {
		f.SVG = []byte("<svg></svg>\n")
		out = append(out, f)
	}
	return out
}

func TestPageGolden(t *testing.T) {
	in := synthInput(t)
	page, err := renderPage(in, stubs(Figures(in)))
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "report.html", page)
	runs := synthRuns(t)
	page, err = renderComparison(runs, stubs(comparisonFigures(runs)))
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "comparison.html", page)
}

// checkPage walks a page: it nests, runs no script, loads nothing, has each id
// once and points only to ids that it has and to its own figures.
func checkPage(t *testing.T, page []byte) {
	t.Helper()
	ids, links, headings := map[string]int{}, []string{}, 0
	err := walk(page, true, func(e xml.StartElement) {
		switch e.Name.Local {
		case "script", "img", "iframe", "object", "embed", "link", "form", "base":
			t.Errorf("<%s> on the page", e.Name.Local)
		case "h1":
			headings++
		}
		for _, a := range e.Attr {
			name := strings.ToLower(a.Name.Local)
			switch {
			case strings.HasPrefix(name, "on"):
				t.Errorf("<%s %s=%q>", e.Name.Local, name, a.Value)
			case name == "id":
				ids[a.Value]++
			case name == "href" || name == "src":
				links = append(links, a.Value)
			case name == "aria-labelledby":
				for _, id := range strings.Fields(a.Value) {
					links = append(links, "#"+id)
				}
			}
		}
	})
	if err != nil {
		t.Errorf("the page does not nest: %v", err)
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("id %q stands %d times", id, n)
		}
	}
	for _, l := range links {
		id, inside := strings.CutPrefix(l, "#")
		if inside && ids[id] == 0 || !inside && !strings.HasPrefix(l, "figures/") {
			t.Errorf("link to %q", l)
		}
	}
	if headings != 1 {
		t.Errorf("%d level-1 headings", headings)
	}
}

func TestPageStructure(t *testing.T) {
	in := synthInput(t)
	for name, draw := range map[string]func() ([]byte, error){
		"run":        func() ([]byte, error) { return renderPage(in, Figures(in)) },
		"empty":      func() ([]byte, error) { return renderPage(Input{}, nil) },
		"comparison": func() ([]byte, error) { r := synthRuns(t); return renderComparison(r, comparisonFigures(r)) },
	} {
		t.Run(name, func(t *testing.T) {
			page, err := draw()
			if err != nil {
				t.Fatal(err)
			}
			checkPage(t, page)
		})
	}
}

// Whatever a file says, it stays text.
func TestPageEscapes(t *testing.T) {
	const evil = `<script>alert(1)</script>"><img src=x onerror=alert(2)>' onclick='x`
	in := synthInput(t)
	in.Name, in.Command, in.Notes = evil, evil, []string{evil}
	in.Machine.CPU.Name, in.Machine.CPU.Hypervisor, in.Machine.OS = evil, evil, evil
	in.Machine.Warnings = []string{evil}
	in.Machine.Caches[0].Source, in.Machine.Links[0].Claimed, in.Machine.Links[0].Classes[0].Class = evil, evil, evil
	in.Machine.Line.Claimed[0].Source, in.Machine.Line.Fetch.Reason, in.Machine.Line.Fetch.Methods[0].Name = evil, evil, evil
	in.Machine.Volatile.Commit = evil
	in.Log.Warnings = []string{evil}
	in.Log.Config[0].Value = []byte(evil)
	for i := range in.Log.Samples {
		in.Log.Samples[i].Name = strings.ReplaceAll(in.Log.Samples[i].Name, "place=os", "place="+evil)
	}
	for i := range in.Verdicts.Verdicts {
		v := &in.Verdicts.Verdicts[i]
		v.ID, v.Claim, v.Source, v.Placement, v.Reason = evil, evil, evil, evil, evil
	}
	in.Verdicts.Verdicts[0].Verdict = evil
	in.Verdicts.Verdicts[0].Classes[0].Class = evil
	page, err := renderPage(in, Figures(in))
	if err != nil {
		t.Fatal(err)
	}
	checkPage(t, page)
	if n := strings.Count(string(page), "&lt;script&gt;alert(1)"); n < 20 {
		t.Errorf("the text stands %d times on the page; it was put into more places", n)
	}
	page, err = renderComparison([]Input{in, synthInput(t)}, comparisonFigures([]Input{in, synthInput(t)}))
	if err != nil {
		t.Fatal(err)
	}
	checkPage(t, page)
}

// One sample has no interval, in the table as in the figure.
func TestPageSingleSample(t *testing.T) {
	in := Input{Verdicts: &results.VerdictFile{Passes: 1, Verdicts: []results.Verdict{
		{ID: "A7", Verdict: results.Undecided, Ratio: &results.Interval{Median: 4, Lo: 4, Hi: 4}, Samples: 1}}}}
	page, err := renderPage(in, Figures(in))
	if err != nil {
		t.Fatal(err)
	}
	if s := string(page); strings.Contains(s, `class="interval"`) || !strings.Contains(s, `class="median"`) || strings.Contains(s, "4.00 [") {
		t.Error("an interval of one sample is drawn, or its median is not")
	}
}

func TestWarningsComeFirst(t *testing.T) {
	in := synthInput(t)
	page, err := renderPage(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	warning, table := strings.Index(string(page), "timing finds 3 to 6 MiB"), strings.Index(string(page), "<table")
	if warning < 0 || warning > table {
		t.Errorf("warning at byte %d, first table at %d", warning, table)
	}
}
