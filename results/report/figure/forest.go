package figure

import (
	"fmt"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"

	"cachelab/internal/format"
	"cachelab/results"
	"cachelab/results/report/view"
)

// The columns and rows of the forest plot, in points.
const (
	forestRow   = 17  // a claim in one line
	forestLabel = 322 // id and title
	forestTail  = 138 // ratio and n
)

// Equivalence is the default band in which two arms count as equal, as factors
// of the ratio.
var Equivalence = band{0.95, 1.05}

// forestFigure draws the ratio of each claim with its 95% interval.
func forestFigure(in *drawing) (Figure, bool) {
	if in.Verdicts == nil {
		return Figure{}, false
	}
	rows := forestRows(in.Verdicts.Verdicts)
	if len(rows) == 0 {
		return Figure{}, false
	}
	f := Figure{
		Name:  "verdicts",
		Title: "The claims: slow arm over fast arm",
		Caption: "Each mark is the median ratio of a claim's two arms, taken pass by pass; its stroke is the 95% interval. " +
			"The short upright is the threshold that the whole interval must pass for the claim to hold: to the right of 1 the effect goes the taught way. " +
			"Claims without an upright say that two arms are equal: they hold within the grey band, 0.95 to 1.05, and are contradicted on either side of it. What surprises stands first.",
		Desc: "Ratio with 95% interval for each claim on a logarithmic axis. ",
	}
	for _, r := range rows {
		if r.head {
			continue
		}
		f.Desc += fmt.Sprintf("%s: %s, %s. ", r.ID, r.Verdict.Outcome, view.RatioText(r.Ratio))
	}
	f.SVG = drawForest(f, fmt.Sprintf("%s; %s", in.MachineName(), view.TallyText(in.Verdicts.Verdicts)), rows)
	return f, true
}

// forestLine is a row of the plot: a claim, or the head of those of one outcome.
type forestLine struct {
	results.Verdict
	head bool
	text string // of a head
}

// forestRows are the verdicts that have a ratio, what surprises first, each
// group under its outcome.
func forestRows(v []results.Verdict) []forestLine {
	var rows []forestLine
	for _, g := range view.BySurprise(v) {
		drawn := slices.DeleteFunc(slices.Clone(g.Verdicts), func(x results.Verdict) bool { return x.Ratio == nil || !view.Drawable(*x.Ratio) })
		if len(drawn) == 0 {
			continue
		}
		head := format.OneLine(string(g.Outcome))
		if what := view.Headings[g.Outcome]; what != "" {
			head += ": " + what
		}
		rows = append(rows, forestLine{Verdict: results.Verdict{Outcome: g.Outcome}, head: true, text: head})
		for _, x := range drawn {
			rows = append(rows, forestLine{Verdict: x})
		}
	}
	return rows
}

func drawForest(f Figure, sub string, rows []forestLine) []byte {
	sh := sheet{Title: f.Title, Subtitle: sub, Legend: []legendEntry{{"threshold of the claim", look{ink, tickGlyph{}}, false}}}
	values := []float64{0.9, 1.2} // the band is always in view
	for _, r := range rows {
		if r.head {
			continue
		}
		values = append(values, r.Ratio.Median)
		if view.Bounded(*r.Ratio) {
			values = append(values, r.Ratio.Lo, r.Ratio.Hi)
		}
		if r.Threshold != nil && *r.Threshold > 0 {
			values = append(values, *r.Threshold)
		}
	}
	legend := sh.legendRows()
	head := headHeight(legend)
	const axisHeight = 44
	total := head + vg.Length(len(rows)*forestRow+axisHeight) + margin
	canvas := vgsvg.NewWith(vgsvg.UseWH(figureWidth, total))
	all := draw.New(canvas)
	all.FillPolygon(paper, []vg.Point{{X: 0, Y: 0}, {X: figureWidth, Y: 0}, {X: figureWidth, Y: total}, {X: 0, Y: total}})
	sh.drawHead(all, legend)

	p := newPlot("", "ratio, slow arm over fast arm", "")
	lo, hi, _ := extent(values, true)
	logAxis(&p.X, lo, hi, 1.12, decadeTicks{})
	p.Y.Min, p.Y.Max = 0.4-float64(len(rows)), 0.6
	p.HideY()
	p.Add(&Equivalence, grid{Vertical: true}, &upright{X: 1, Style: draw.LineStyle{Color: mute, Width: 1}}, forest(rows))
	middle := draw.Crop(all, margin+forestLabel, -margin-forestTail, margin, -head)
	data := drawPanel(middle, p)
	_, ty := p.Transforms(&data)
	for i, r := range rows {
		y := ty(-float64(i))
		if r.head {
			drawForestHead(all, y-2, r)
			continue
		}
		num := textStyle(9.5, false, ink)
		num.YAlign = draw.YCenter
		drawClaim(all, y, r.Verdict)
		x := vg.Length(figureWidth - margin - forestTail + 8)
		all.FillText(num, vg.Point{X: x, Y: y}, view.RatioText(r.Ratio))
		n := textStyle(9.5, false, mute)
		n.YAlign, n.XAlign = draw.YCenter, draw.XRight
		all.FillText(n, vg.Point{X: figureWidth - margin, Y: y}, fmt.Sprintf("n=%d", r.Samples))
	}
	return finishSVG(canvas, f.Name, f.Title, f.Desc)
}

// drawForestHead names an outcome beside its mark, which is thus no riddle.
func drawForestHead(c draw.Canvas, y vg.Length, r forestLine) {
	sty := textStyle(9.5, true, mute)
	sty.YAlign = draw.YCenter
	c.DrawGlyphNoClip(lookOf(outcomeLooks, r.Verdict.Outcome, 0).glyph(4), vg.Point{X: margin + 4, Y: y})
	c.FillText(sty, vg.Point{X: margin + claimIndent, Y: y}, r.text)
}

// claimIndent is where titles start, behind the ids.
const claimIndent = 36

// drawClaim writes the id and the title of a claim in the first column, in one
// line centred on y.
func drawClaim(c draw.Canvas, y vg.Length, v results.Verdict) {
	id, text := textStyle(9.5, true, ink), textStyle(9.5, false, ink)
	id.YAlign, text.YAlign = draw.YCenter, draw.YCenter
	c.FillText(id, vg.Point{X: margin, Y: y}, fit(id, v.ID, claimIndent-2))
	c.FillText(text, vg.Point{X: margin + claimIndent, Y: y}, fit(text, view.TitleOf(v), forestLabel-claimIndent-8))
}

// forest draws the rows' marks; row i stands at y = -i.
type forest []forestLine

// Plot implements plot.Plotter.
func (f forest) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	for i, r := range f {
		if r.head {
			continue
		}
		y, l := ty(-float64(i)), lookOf(outcomeLooks, r.Verdict.Outcome, 0)
		if r.Threshold != nil && *r.Threshold > 0 {
			x := tx(*r.Threshold)
			c.StrokeLine2(draw.LineStyle{Color: ink, Width: 1.6}, x, y-5, x, y+5)
		}
		if view.Bounded(*r.Ratio) {
			c.StrokeLine2(l.stroke(2.2), tx(r.Ratio.Lo), y, tx(r.Ratio.Hi), y)
		}
		c.DrawGlyphNoClip(l.glyph(4), vg.Point{X: tx(r.Ratio.Median), Y: y})
	}
}
