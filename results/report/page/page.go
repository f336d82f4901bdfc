// Package page makes the self-contained HTML page of one run, and the page that
// compares several.
package page

import (
	"bytes"
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"

	"cachelab/cachelines/card"
	"cachelab/internal/format"
	"cachelab/results"
	"cachelab/results/report/figure"
	"cachelab/results/report/view"
)

//go:embed page.tmpl
var pageSource string

//go:embed style.css
var styleSource string

var pages = template.Must(template.New("page").Funcs(template.FuncMap{
	"style":   func() template.CSS { return template.CSS(styleSource) },
	"picture": func(f figure.Figure) template.HTML { return template.HTML(f.SVG) }, // drawn here, its texts escaped
	"ratio":   func(r results.Interval) string { return view.RatioText(&r) },
	"ns":      view.NsCell,
	"percent": format.Percent,
	"fixed":   format.Ratio,
	"slug":    func(o results.Outcome) string { return format.Slug(string(o)) },
}).Parse(pageSource))

// page is what page.tmpl shows of one run.
type page struct {
	Name     string
	Tally    []view.Group // the six verdicts with their claims
	TallyRow string
	Passes   int
	Samples  int
	Command  string
	Warnings []string
	Answers  []view.Answer
	Rows     []row
	Scale    []scaleMark
	Classes  []classRow
	Figures  []figure.Figure
	Machine  *machineView
	Facts    []view.Fact
	PassRows []passRow
	Config   []view.Fact
	Meanings []view.Meaning
}

// row is one claim in the table.
type row struct {
	results.Verdict
	Slug   string // for class and id attributes: "no-effect"
	Ratio  string
	Bar    *bar
	P      string
	Reason string
	Holds  string // the threshold in words
}

// bar is the ratio as a small picture, barWidth by 16 units, on the scale that
// all bars of the table share.
type bar struct {
	Lo, Mid, Hi, Width float64
	One                float64
	BandLo, BandWidth  float64
	Threshold          float64
	HasThreshold       bool
	HasInterval        bool
	Text               string
}

// barWidth is the width of a bar in its own units.
const barWidth = 150

// scaleMark is a labelled place on the bars' common scale.
type scaleMark struct {
	X     float64
	Label string
}

// classRow is the ratio of a claim in one placement class.
type classRow struct {
	ID    string
	First bool // the first class of its claim
	Span  int  // classes of the claim
	results.ClassVerdict
	Kept bool // the class that the verdict is of
}

type passRow struct {
	Pass, Seed, Seconds, Steal, Throttled, Load string
}

func RenderRun(in view.Input, figures []figure.Figure) ([]byte, error) {
	p := page{
		Name: in.MachineName(), Passes: in.Passes(), Command: format.OneLine(in.Command), Figures: figures, Meanings: view.Outcomes,
		Warnings: view.WarningsOf(in), Answers: view.Answers(in),
	}
	if in.Log != nil {
		p.Samples = len(in.Log.Samples)
		for _, c := range in.Log.Config {
			p.Config = append(p.Config, view.Fact{Name: format.OneLine(c.Key), Value: format.OneLine(string(c.Value))})
		}
	}
	if in.Verdicts != nil {
		p.Tally, p.TallyRow = view.Grouped(in.Verdicts.Verdicts), view.TallyText(in.Verdicts.Verdicts)
		p.Rows, p.Scale = rowsOf(in.Verdicts.Verdicts)
		p.Classes = classRows(in.Verdicts.Verdicts)
	}
	if in.Machine != nil {
		p.Machine = viewMachine(in.Machine)
		p.Facts = view.VolatileFacts(in.Machine.Volatile)
		p.PassRows = passRows(in.Machine.Volatile)
	}
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, "run", p); err != nil {
		return nil, fmt.Errorf("drawing the report: %w", err)
	}
	return b.Bytes(), nil
}

// rowsOf turns verdicts into rows, grouped by outcome, and gives the scale of
// their bars.
func rowsOf(v []results.Verdict) ([]row, []scaleMark) {
	lo, hi := 0.8, 1.5 // the least range of the scale: 1 and the band are in it
	for _, x := range v {
		if x.Ratio == nil || !view.Drawable(*x.Ratio) {
			continue
		}
		lo, hi = min(lo, x.Ratio.Median), max(hi, x.Ratio.Median)
		if view.Bounded(*x.Ratio) {
			lo, hi = min(lo, x.Ratio.Lo), max(hi, x.Ratio.Hi)
		}
		if x.Threshold != nil && *x.Threshold > 0 {
			lo, hi = min(lo, *x.Threshold), max(hi, *x.Threshold)
		}
	}
	lo, hi = lo/1.08, hi*1.08
	at := func(r float64) float64 { return round1(barWidth * math.Log(r/lo) / math.Log(hi/lo)) }
	var rows []row
	for _, g := range view.BySurprise(v) {
		for _, x := range g.Verdicts {
			rows = append(rows, rowOf(x, at))
		}
	}
	var marks []scaleMark
	for _, m := range []float64{0.1, 0.5, 1, 2, 5, 10, 20, 50, 100, 1000} {
		if m > lo && m < hi && (len(marks) == 0 || at(m)-marks[len(marks)-1].X > 18) {
			marks = append(marks, scaleMark{at(m), format.Digits(m)})
		}
	}
	return rows, marks
}

func rowOf(x results.Verdict, at func(float64) float64) row {
	r := row{Verdict: x, Slug: format.Slug(string(x.Outcome)), Ratio: view.RatioText(x.Ratio), P: view.PText(cmp.Or(x.PHolm, x.P)), Reason: view.ReasonText(x)}
	r.Holds = strings.Replace(view.TaughtText(x), ">", "over ", 1)
	if x.Ratio == nil || !view.Drawable(*x.Ratio) {
		return r
	}
	b := &bar{Mid: at(x.Ratio.Median), One: at(1), BandLo: at(figure.Equivalence.Lo), BandWidth: round1(at(figure.Equivalence.Hi) - at(figure.Equivalence.Lo))}
	b.Text = "ratio " + view.RatioText(x.Ratio)
	if view.Bounded(*x.Ratio) {
		b.HasInterval, b.Lo, b.Hi = true, at(x.Ratio.Lo), at(x.Ratio.Hi)
		b.Width = round1(max(b.Hi-b.Lo, 1))
	}
	if x.Threshold != nil && *x.Threshold > 0 {
		b.HasThreshold, b.Threshold = true, at(*x.Threshold)
		b.Text += ", threshold " + format.Digits(*x.Threshold)
	}
	r.Bar = b
	return r
}

func round1(v float64) float64 { return math.Round(10*v) / 10 }

func classRows(v []results.Verdict) []classRow {
	var out []classRow
	for _, x := range v {
		if len(x.Classes) < 2 { // nothing to set beside the verdict
			continue
		}
		for i, c := range x.Classes {
			out = append(out, classRow{ID: format.OneLine(x.ID), First: i == 0, Span: len(x.Classes), ClassVerdict: c, Kept: c.Class == x.Placement})
		}
	}
	return out
}

func passRows(v *card.Volatile) []passRow {
	if v == nil {
		return nil
	}
	var out []passRow
	for _, p := range v.Passes {
		r := passRow{Pass: fmt.Sprint(p.Pass), Seed: fmt.Sprint(p.Seed), Seconds: format.Ratio(p.Seconds), Steal: "?", Throttled: "?", Load: "?"}
		if x, ok := p.StealShare.Get(); ok {
			r.Steal = format.Percent(x)
		}
		if x, ok := p.Throttled.Get(); ok {
			r.Throttled = format.Digits(x) + " s"
		}
		if x, ok := p.Load1.Get(); ok {
			r.Load = format.Ratio(x)
		}
		out = append(out, r)
	}
	return out
}

// machineView is the machine card as tables.
type machineView struct {
	Name, Counts, System string
	Caches               []cacheView
	Translation          []view.TranslationRow // empty: not measured
	Claimed              string
	Lines                []lineView
	Advice               string
	Links                []linkView
	LinksLeft            int // links beyond those shown
}

type cacheView struct {
	Label, Size, Line, Ways, Shared, Source             string
	Measured, MeasuredWays, Latency, Cycles, Confidence string
}

type lineView struct{ Name, Size, Confidence, Methods, Reason string }

type linkView struct {
	card.Link
	Name, Span, Samples string
}

func viewMachine(m *card.Machine) *machineView {
	v := &machineView{Name: view.MachineName(m), Counts: view.CountsText(m), Claimed: view.ClaimedLines(m.Line.Reported), Advice: view.PadAdvice(m)}
	v.System = strings.Trim(format.OneLine(m.OS)+"/"+format.OneLine(m.CPU.Arch)+", "+format.OneLine(m.Go), ", /")
	if m.GOMAXPROCS > 0 {
		v.System += fmt.Sprintf(", GOMAXPROCS %d", m.GOMAXPROCS)
	}
	for _, g := range view.GroupCaches(m.Caches) {
		c := cacheView{Label: g.Label(), Size: view.OptBytes(g.SizeBytes), Line: view.OptInt(g.LineBytes, "?"), Ways: view.OptInt(g.Ways, "?"), Shared: g.Sharing(), Source: format.OneLine(g.Source), Measured: view.NotMeasured}
		if g.Measured != nil {
			m := g.Measured
			c.Measured, c.MeasuredWays, c.Confidence = view.MeasuredSize(m), view.OptInt(m.Ways, ""), fmt.Sprintf("%.2f", m.Confidence)
			c.Latency, c.Cycles = view.NsCell(m.LatencyNS), view.CyclesCell(m)
		}
		v.Caches = append(v.Caches, c)
	}
	v.Translation = view.TranslationRows(m.Translation)
	for _, l := range []struct {
		name string
		size *card.LineSize
	}{{"fetch: what comes in together", m.Line.Fetch}, {"interference: what must be kept apart", m.Line.Interference}} {
		cells := append(view.LineCells(l.size), "", "")
		line := lineView{Name: l.name, Size: cells[0], Confidence: strings.TrimPrefix(cells[1], "sure "), Methods: cells[2]}
		if l.size != nil {
			line.Reason = format.OneLine(l.size.Reason)
		}
		v.Lines = append(v.Lines, line)
	}
	for _, g := range view.GroupLinks(m.Links) {
		l := linkView{Link: g.Link, Name: g.Name, Span: view.SpanCell(g.CASP10, g.CASP90)}
		if g.Link.Samples > 0 {
			l.Samples = fmt.Sprint(g.Link.Samples)
		}
		l.Classes = slices.Clone(l.Classes)
		slices.SortStableFunc(l.Classes, func(a, b card.LinkClass) int { return cmp.Compare(b.Share, a.Share) })
		v.Links = append(v.Links, l)
	}
	v.LinksLeft = len(m.Links) - len(v.Links)
	return v
}
