package figure

import (
	"fmt"

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
	forestHeight = 17  // of a row
	forestLabel  = 330 // id and title
	forestTail   = 150 // ratio and n
	claimIndent  = 38  // where titles start, after the ids
)

// The ratio axis ends where most ratios do, so that the band of 5% stays
// visible. A ratio beyond it, such as 1,400, is an arrow at the edge.
const (
	leastRatio = 0.2
	mostRatio  = 30
)

// forestRow is a row of the plot: a ratio with its interval, or a heading.
type forestRow struct {
	Heading string // of a group; the rest is then empty
	Verdict results.Verdict
	Band    view.Band // that the judge applied
	Look    look
	ID      string // empty where the claim is that of the row above
	Title   string
	Tail    string // behind the ratio
	Says    string // under a pointer
	Rule    bool   // a line above the row
}

// forestFigure draws the ratio of each claim with its 95% interval.
func forestFigure(in *drawing) (Figure, bool) {
	if in.Verdicts == nil {
		return Figure{}, false
	}
	f := Figure{
		Name: "verdicts", Long: true, Title: view.TallyText(in.Verdicts.Verdicts),
		Caption: "Each mark is the median ratio of a claim's slow benchmark over its fast one, taken pass by pass. Its stroke is the 95% interval. " +
			"The vertical line of a row is the threshold that the whole interval must pass. Grey is the band that counts as no effect. An arrow is a ratio outside the axis.",
		Desc: "Ratio with 95% interval for each claim on a logarithmic axis. ",
	}
	var rows []forestRow
	for _, g := range view.Groups(in.Verdicts.Verdicts) {
		head := false
		for _, v := range g.Verdicts {
			if v.Ratio == nil || !view.Drawable(*v.Ratio) {
				continue
			}
			l := lookOf(outcomeLooks, v.Outcome, 0)
			if !head {
				rows = append(rows, forestRow{Heading: g.Heading, Look: l})
				head = true
			}
			rows = append(rows, forestRow{Verdict: v, Band: in.BandOf(v), Look: l, ID: v.ID, Title: view.TitleOf(v), Tail: fmt.Sprintf("n=%d", v.Samples),
				Says: fmt.Sprintf("%s: %s, ratio %s, expected %s", v.ID, v.Outcome, view.RatioText(v.Ratio), view.Expected(v))})
			f.Desc += fmt.Sprintf("%s: %s, %s. ", v.ID, v.Outcome, view.RatioText(v.Ratio))
		}
	}
	if len(rows) == 0 {
		return Figure{}, false
	}
	legend := []legendEntry{{"threshold of the claim", look{ink, tickGlyph{}}, false}}
	f.SVG = drawForest(f, in.MachineName(), legend, rows)
	return f, true
}

// drawForest draws rows one below the other, with one ratio axis.
func drawForest(f Figure, sub string, entries []legendEntry, rows []forestRow) []byte {
	sh := sheet{Title: f.Title, Subtitle: sub, Legend: entries}
	legend := sh.legendRows()
	head := headHeight(legend)
	const axisHeight = 44
	total := head + vg.Length(len(rows)*forestHeight+axisHeight) + margin
	canvas := vgsvg.NewWith(vgsvg.UseWH(figureWidth, total))
	all := draw.New(canvas)
	all.FillPolygon(paper, []vg.Point{{X: 0, Y: 0}, {X: figureWidth, Y: 0}, {X: figureWidth, Y: total}, {X: 0, Y: total}})
	sh.drawHead(all, legend)

	p := newPlot("", "ratio, slow benchmark over fast", "")
	lo, hi := forestRange(rows)
	logAxis(&p.X, lo, hi, 1.12, decadeTicks{})
	p.Y.Min, p.Y.Max = 0.4-float64(len(rows)), 0.6
	p.HideY()
	said := &hits{}
	p.Add(bands(rows), grid{Vertical: true}, &upright{X: 1, Style: draw.LineStyle{Color: mute, Width: 1}}, forest{rows, said})
	data := drawPanel(draw.Crop(all, margin+forestLabel, -margin-forestTail, margin, -head), p)
	_, ty := p.Transforms(&data)
	for i, r := range rows {
		r.drawText(all, ty(-float64(i)))
	}
	return finishSVG(canvas, f.Name, f.Title, f.Desc, said)
}

// forestRange is the range of the axis.
func forestRange(rows []forestRow) (lo, hi float64) {
	values := []float64{0.9, 1.2} // the band is always in view
	for _, r := range rows {
		if r.Verdict.Ratio == nil {
			continue
		}
		values = append(values, r.Verdict.Ratio.Median)
		if t := r.Verdict.Threshold; t != nil && *t > 0 {
			values = append(values, *t)
		}
		if view.Bounded(*r.Verdict.Ratio) {
			values = append(values, r.Verdict.Ratio.Lo, r.Verdict.Ratio.Hi)
		}
	}
	lo, hi, _ = extent(values, true)
	return max(lo, leastRatio), min(hi, mostRatio)
}

// drawText writes what is left and right of the axis, centred on y.
func (r forestRow) drawText(c draw.Canvas, y vg.Length) {
	if r.Heading != "" {
		sty := textStyle(smallText, true, mute)
		sty.YAlign = draw.YCenter
		c.DrawGlyphNoClip(r.Look.glyph(4), vg.Point{X: margin + 4, Y: y - 2})
		c.FillText(sty, vg.Point{X: margin + claimIndent, Y: y - 2}, fit(sty, r.Heading, forestLabel-claimIndent-8))
		return
	}
	id, text := textStyle(smallText, true, ink), textStyle(smallText, false, ink)
	id.YAlign, text.YAlign = draw.YCenter, draw.YCenter
	if r.Rule {
		c.StrokeLine2(draw.LineStyle{Color: faint, Width: 0.6}, margin, y+forestHeight/2, figureWidth-margin, y+forestHeight/2)
	}
	c.FillText(id, vg.Point{X: margin, Y: y}, fit(id, r.ID, claimIndent-2))
	c.FillText(text, vg.Point{X: margin + claimIndent, Y: y}, fit(text, r.Title, forestLabel-claimIndent-8))
	c.FillText(text, vg.Point{X: figureWidth - margin - forestTail + 8, Y: y}, view.RatioText(r.Verdict.Ratio))
	tail := textStyle(smallText, false, mute)
	tail.YAlign, tail.XAlign = draw.YCenter, draw.XRight
	c.FillText(tail, vg.Point{X: figureWidth - margin, Y: y}, r.Tail)
}

// bands shades the band of each row.
type bands []forestRow

// Plot implements plot.Plotter.
func (b bands) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	for i, r := range b {
		if r.Heading != "" || r.Band.Lo <= 0 {
			continue
		}
		lo, hi := max(tx(r.Band.Lo), c.Min.X), min(tx(r.Band.Hi), c.Max.X)
		if lo < hi {
			top, bottom := ty(0.5-float64(i)), ty(-0.5-float64(i))
			c.FillPolygon(shade, []vg.Point{{X: lo, Y: bottom}, {X: hi, Y: bottom}, {X: hi, Y: top}, {X: lo, Y: top}})
		}
	}
}

// forest draws the rows' marks; row i is at y = -i.
type forest struct {
	rows []forestRow
	hits *hits
}

// Plot implements plot.Plotter.
func (f forest) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	for i, r := range f.rows {
		if r.Heading != "" {
			continue
		}
		y, ratio := ty(-float64(i)), *r.Verdict.Ratio
		at := func(v float64) vg.Length { return tx(min(max(v, p.X.Min), p.X.Max)) }
		if t := r.Verdict.Threshold; t != nil && *t > 0 && *t <= p.X.Max && *t >= p.X.Min {
			c.StrokeLine2(draw.LineStyle{Color: ink, Width: 1.6}, tx(*t), y-6, tx(*t), y+6)
		}
		if view.Bounded(ratio) {
			c.StrokeLine2(r.Look.stroke(2.2), at(ratio.Lo), y, at(ratio.Hi), y)
		}
		where := vg.Point{X: at(ratio.Median), Y: y}
		switch {
		case ratio.Median > p.X.Max:
			fillShape(&c, r.Look.glyph(5), where, []vg.Point{{X: 0, Y: 0}, {X: -1.6, Y: 1}, {X: -1.6, Y: -1}})
		case ratio.Median < p.X.Min:
			fillShape(&c, r.Look.glyph(5), where, []vg.Point{{X: 0, Y: 0}, {X: 1.6, Y: 1}, {X: 1.6, Y: -1}})
		default:
			c.DrawGlyphNoClip(r.Look.glyph(4), where)
		}
		f.hits.box(where, 16, forestHeight-1, "%s", format.OneLine(r.Says))
	}
}
