package report

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"

	"cachelab/results"
)

// The columns of the forest plot, in points.
const (
	forestRow   = 28  // two lines of a claim
	forestLabel = 300 // claim
	forestTail  = 150 // ratio and n
)

// equivalence is the default band in which two arms count as equal, as factors
// of the ratio (CATALOGUE.md).
var equivalence = band{0.95, 1.05}

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
		Caption: "Each mark is the median ratio of a claim's two arms, taken pass by pass; its stroke is the 95% interval. To the right of 1 the effect goes the taught way. " +
			"The short upright is the threshold that the whole interval must pass for the claim to hold; the grey band, 0.95 to 1.05, is where two arms count as equal.",
		Desc: "Ratio with 95% interval for each claim on a logarithmic axis. ",
	}
	for _, r := range rows {
		f.Desc += fmt.Sprintf("%s: %s, %s. ", r.ID, r.Verdict, ratioText(r.Ratio))
	}
	f.SVG = drawForest(f, fmt.Sprintf("%s; %s", in.name(), TallyText(in.Verdicts.Verdicts)), rows)
	return f, true
}

// forestRows are the verdicts that have a ratio, grouped by outcome.
func forestRows(v []results.Verdict) []results.Verdict {
	var rows []results.Verdict
	for _, g := range grouped(v) {
		for _, x := range g.Verdicts {
			if x.Ratio != nil && drawable(*x.Ratio) {
				rows = append(rows, x)
			}
		}
	}
	return rows
}

func drawForest(f Figure, sub string, rows []results.Verdict) []byte {
	sh := sheet{Title: f.Title, Subtitle: sub}
	seen := map[results.Outcome]bool{}
	values := []float64{0.9, 1.2} // the band is always in view
	for _, r := range rows {
		values = append(values, r.Ratio.Median)
		if bounded(*r.Ratio) {
			values = append(values, r.Ratio.Lo, r.Ratio.Hi)
		}
		if r.Threshold != nil && *r.Threshold > 0 {
			values = append(values, *r.Threshold)
		}
		if !seen[r.Verdict] {
			seen[r.Verdict] = true
			sh.Legend = append(sh.Legend, legendEntry{string(r.Verdict), lookOf(outcomeLooks, r.Verdict, 0), true})
		}
	}
	sh.Legend = append(sh.Legend, legendEntry{"threshold", look{ink, tickGlyph{}}, false})
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
	p.Add(&equivalence, grid{Vertical: true}, &upright{X: 1, Style: draw.LineStyle{Color: mute, Width: 1}}, forest(rows))
	middle := draw.Crop(all, margin+forestLabel, -margin-forestTail, margin, -head)
	data := drawPanel(middle, p)
	_, ty := p.Transforms(&data)
	for i, r := range rows {
		y := ty(-float64(i))
		num := textStyle(9.5, false, ink)
		num.YAlign = draw.YCenter
		drawClaim(all, y, r)
		x := vg.Length(figureWidth - margin - forestTail + 8)
		all.FillText(num, vg.Point{X: x, Y: y}, ratioText(r.Ratio))
		n := textStyle(9.5, false, mute)
		n.YAlign, n.XAlign = draw.YCenter, draw.XRight
		all.FillText(n, vg.Point{X: figureWidth - margin, Y: y}, fmt.Sprintf("n=%d", r.Samples))
	}
	return finishSVG(canvas, f.Name, f.Title, f.Desc)
}

// drawClaim writes the id and the sentence of a claim in the first column, the
// sentence on two lines at most, both centred on y.
func drawClaim(c draw.Canvas, y vg.Length, v results.Verdict) {
	id, text := textStyle(10, true, ink), textStyle(9, false, ink)
	id.YAlign, text.YAlign = draw.YCenter, draw.YCenter
	c.FillText(id, vg.Point{X: margin, Y: y}, fit(id, v.ID, 40))
	lines := fitLines(text, v.Claim, forestLabel-52, 2)
	for i, l := range lines {
		at := y + vg.Length(float64(len(lines)-1)/2-float64(i))*11
		c.FillText(text, vg.Point{X: margin + 42, Y: at}, l)
	}
}

// forest draws the rows' marks; row i stands at y = -i.
type forest []results.Verdict

// Plot implements plot.Plotter.
func (f forest) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	for i, r := range f {
		y, l := ty(-float64(i)), lookOf(outcomeLooks, r.Verdict, 0)
		if r.Threshold != nil && *r.Threshold > 0 {
			x := tx(*r.Threshold)
			c.StrokeLine2(draw.LineStyle{Color: ink, Width: 1.6}, x, y-6, x, y+6)
		}
		if bounded(*r.Ratio) {
			c.StrokeLine2(l.stroke(2.2), tx(r.Ratio.Lo), y, tx(r.Ratio.Hi), y)
		}
		c.DrawGlyphNoClip(l.glyph(4), vg.Point{X: tx(r.Ratio.Median), Y: y})
	}
}
