package report

import (
	"bytes"
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"

	"cachelab/cachelines"
	"cachelab/results"
)

//go:embed page.tmpl
var pageSource string

//go:embed style.css
var styleSource string

var pages = template.Must(template.New("page").Funcs(template.FuncMap{
	"style":   func() template.CSS { return template.CSS(styleSource) },
	"picture": func(f Figure) template.HTML { return template.HTML(f.SVG) }, // drawn here, its texts escaped
	"ratio":   func(r results.Interval) string { return ratioText(&r) },
	"ns":      nsCell,
	"percent": percent,
	"fixed":   fixed,
	"slug":    func(o results.Outcome) string { return slug(string(o)) },
}).Parse(pageSource))

// page is what page.tmpl shows of one run.
type page struct {
	Name     string
	Tally    []group // the six verdicts with their claims
	TallyRow string
	Passes   int
	Samples  int
	Command  string
	Warnings []string
	Answers  []Answer
	Rows     []row
	Scale    []scaleMark
	Classes  []classRow
	Figures  []Figure
	Machine  *machineView
	Facts    []fact
	PassRows []passRow
	Config   []fact
	Meanings []meaning
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

func renderPage(in Input, figures []Figure) ([]byte, error) {
	p := page{
		Name: in.name(), Passes: in.passes(), Command: clean(in.Command), Figures: figures, Meanings: outcomes,
		Warnings: warningsOf(in), Answers: Answers(in),
	}
	if in.Log != nil {
		p.Samples = len(in.Log.Samples)
		for _, c := range in.Log.Config {
			p.Config = append(p.Config, fact{clean(c.Key), clean(string(c.Value))})
		}
	}
	if in.Verdicts != nil {
		p.Tally, p.TallyRow = grouped(in.Verdicts.Verdicts), TallyText(in.Verdicts.Verdicts)
		p.Rows, p.Scale = rowsOf(in.Verdicts.Verdicts)
		p.Classes = classRows(in.Verdicts.Verdicts)
	}
	if in.Machine != nil {
		p.Machine = viewMachine(in.Machine)
		p.Facts = volatileFacts(in.Machine.Volatile)
		p.PassRows = passRows(in.Machine.Volatile)
	}
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, "run", p); err != nil {
		return nil, fmt.Errorf("drawing the report: %w", err)
	}
	return b.Bytes(), nil
}

// warningsOf lists what a reader must know first: what is missing, what the
// files themselves raise, what the machine card warns of.
func warningsOf(in Input) []string {
	var out []string
	if in.Machine == nil {
		out = append(out, "This run has no machine card (machine.json): the machine was not measured, and what it is rests on the benchmark file alone.")
	}
	if in.Verdicts == nil {
		out = append(out, "This run has no verdicts (verdicts.json): it was not judged, or was interrupted before it could be.")
	}
	if in.Log == nil {
		out = append(out, "This run has no results (run.txt): there is nothing to draw.")
	} else if in.Log.Passes == 1 {
		out = append(out, "This run has one pass only: it shows no interval, and decides nothing.")
	}
	for _, n := range in.Notes {
		out = append(out, clean(n))
	}
	if in.Machine != nil {
		for _, w := range in.Machine.Warnings {
			out = append(out, clean(w))
		}
	}
	if in.Log != nil {
		for _, w := range in.Log.Warnings {
			out = append(out, clean(w))
		}
	}
	return out
}

// rowsOf turns verdicts into rows, grouped by outcome, and gives the scale of
// their bars.
func rowsOf(v []results.Verdict) ([]row, []scaleMark) {
	lo, hi := 0.8, 1.5 // the least range of the scale: 1 and the band are in it
	for _, x := range v {
		if x.Ratio == nil || !drawable(*x.Ratio) {
			continue
		}
		lo, hi = min(lo, x.Ratio.Median), max(hi, x.Ratio.Median)
		if bounded(*x.Ratio) {
			lo, hi = min(lo, x.Ratio.Lo), max(hi, x.Ratio.Hi)
		}
		if x.Threshold != nil && *x.Threshold > 0 {
			lo, hi = min(lo, *x.Threshold), max(hi, *x.Threshold)
		}
	}
	lo, hi = lo/1.08, hi*1.08
	at := func(r float64) float64 { return round1(barWidth * math.Log(r/lo) / math.Log(hi/lo)) }
	var rows []row
	for _, g := range bySurprise(v) {
		for _, x := range g.Verdicts {
			rows = append(rows, rowOf(x, at))
		}
	}
	var marks []scaleMark
	for _, m := range []float64{0.1, 0.5, 1, 2, 5, 10, 20, 50, 100, 1000} {
		if m > lo && m < hi && (len(marks) == 0 || at(m)-marks[len(marks)-1].X > 18) {
			marks = append(marks, scaleMark{at(m), digits(m)})
		}
	}
	return rows, marks
}

func rowOf(x results.Verdict, at func(float64) float64) row {
	r := row{Verdict: x, Slug: slug(string(x.Verdict)), Ratio: ratioText(x.Ratio), P: pText(cmp.Or(x.PHolm, x.P)), Reason: reasonText(x)}
	r.Holds = strings.Replace(taughtText(x), ">", "over ", 1)
	if x.Ratio == nil || !drawable(*x.Ratio) {
		return r
	}
	b := &bar{Mid: at(x.Ratio.Median), One: at(1), BandLo: at(equivalence.Lo), BandWidth: round1(at(equivalence.Hi) - at(equivalence.Lo))}
	b.Text = "ratio " + ratioText(x.Ratio)
	if bounded(*x.Ratio) {
		b.HasInterval, b.Lo, b.Hi = true, at(x.Ratio.Lo), at(x.Ratio.Hi)
		b.Width = round1(max(b.Hi-b.Lo, 1))
	}
	if x.Threshold != nil && *x.Threshold > 0 {
		b.HasThreshold, b.Threshold = true, at(*x.Threshold)
		b.Text += ", threshold " + digits(*x.Threshold)
	}
	r.Bar = b
	return r
}

func round1(v float64) float64 { return math.Round(10*v) / 10 }

// slug makes words fit for an attribute.
func slug(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(clean(s)))
}

func classRows(v []results.Verdict) []classRow {
	var out []classRow
	for _, x := range v {
		if len(x.Classes) < 2 { // nothing to set beside the verdict
			continue
		}
		for i, c := range x.Classes {
			out = append(out, classRow{ID: clean(x.ID), First: i == 0, Span: len(x.Classes), ClassVerdict: c, Kept: c.Class == x.Placement})
		}
	}
	return out
}

func passRows(v *cachelines.Volatile) []passRow {
	if v == nil {
		return nil
	}
	var out []passRow
	for _, p := range v.Passes {
		r := passRow{Pass: fmt.Sprint(p.Pass), Seed: fmt.Sprint(p.Seed), Seconds: fixed(p.Seconds), Steal: "?", Throttled: "?", Load: "?"}
		if x, ok := p.StealShare.Get(); ok {
			r.Steal = percent(x)
		}
		if x, ok := p.Throttled.Get(); ok {
			r.Throttled = digits(x) + " s"
		}
		if x, ok := p.Load1.Get(); ok {
			r.Load = fixed(x)
		}
		out = append(out, r)
	}
	return out
}

// machineView is the machine card as tables.
type machineView struct {
	Name, Counts, System string
	Caches               []cacheView
	Translation          []translationRow // empty: not measured
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
	cachelines.Link
	Name, Span, Samples string
}

func viewMachine(m *cachelines.Machine) *machineView {
	v := &machineView{Name: machineName(m), Counts: countsText(m), Claimed: claimedLines(m.Line.Claimed), Advice: PadAdvice(m)}
	v.System = strings.Trim(clean(m.OS)+"/"+clean(m.CPU.Arch)+", "+clean(m.Go), ", /")
	if m.GOMAXPROCS > 0 {
		v.System += fmt.Sprintf(", GOMAXPROCS %d", m.GOMAXPROCS)
	}
	for _, g := range groupCaches(m.Caches) {
		c := cacheView{Label: g.label(), Size: optBytes(g.SizeBytes), Line: optInt(g.LineBytes, "?"), Ways: optInt(g.Ways, "?"), Shared: g.sharing(), Source: clean(g.Source), Measured: notMeasured}
		if g.Measured != nil {
			m := g.Measured
			c.Measured, c.MeasuredWays, c.Confidence = measuredSize(m), optInt(m.Ways, ""), fmt.Sprintf("%.2f", m.Confidence)
			c.Latency, c.Cycles = nsCell(m.LatencyNS), cyclesCell(m)
		}
		v.Caches = append(v.Caches, c)
	}
	v.Translation = translationRows(m.Translation)
	for _, l := range []struct {
		name string
		size *cachelines.LineSize
	}{{"fetch: what comes in together", m.Line.Fetch}, {"interference: what must be kept apart", m.Line.Interference}} {
		cells := append(lineCells(l.size), "", "")
		view := lineView{Name: l.name, Size: cells[0], Confidence: strings.TrimPrefix(cells[1], "sure "), Methods: cells[2]}
		if l.size != nil {
			view.Reason = clean(l.size.Reason)
		}
		v.Lines = append(v.Lines, view)
	}
	for _, g := range groupLinks(m.Links) {
		l := linkView{Link: g.Link, Name: g.name, Span: spanCell(g.CASP10NS, g.CASP90NS)}
		if g.Link.Samples > 0 {
			l.Samples = fmt.Sprint(g.Link.Samples)
		}
		l.Classes = slices.Clone(l.Classes)
		slices.SortStableFunc(l.Classes, func(a, b cachelines.LinkClass) int { return cmp.Compare(b.Share, a.Share) })
		v.Links = append(v.Links, l)
	}
	v.LinksLeft = len(m.Links) - len(v.Links)
	return v
}
