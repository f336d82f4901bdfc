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

// OfComparison draws what can be laid over each other: the ratios, and
// the two curves against size.
func OfComparison(runs []view.Input) []Figure {
	var out []Figure
	if f, ok := compareRatios(runs); ok {
		out = append(out, f)
	}
	names := view.RunNames(runs)
	var drawings []*drawing
	for _, r := range runs {
		drawings = append(drawings, newDrawing(r))
	}
	for _, o := range []overlay{
		{"compare-migration", "Migration of dirty lines, first visit", "extra time, ns per line", migrationCurve,
			"Time per line after a move to the nearest CPU of each machine, less that of the same call without a move.", false},
		{"compare-latency", "Latency ladders", "one dependent load, ns", latencyCurve,
			"Time of one dependent load over one random cycle, on the largest pages that each run has.", true},
	} {
		if f, ok := o.draw(names, drawings); ok {
			out = append(out, f)
		}
	}
	return out
}

// overlay is a figure with one curve a machine.
type overlay struct {
	name, title, y string
	curve          func(*drawing) *series
	caption        string
	logY           bool
}

func (o overlay) draw(names []string, runs []*drawing) (Figure, bool) {
	var every []*series
	for i, d := range runs {
		s := o.curve(d)
		if len(s.Points) == 0 {
			continue
		}
		s.Name, s.Look, s.Line = names[i], looks[i%len(looks)], true
		every = append(every, s)
	}
	if len(every) < 2 { // one curve is no comparison
		return Figure{}, false
	}
	p := newPlot("", "working set", o.y)
	frame(p, every, byteTicks{})
	if o.logY {
		var ys []float64
		for _, s := range every {
			ys = append(ys, s.values()...)
		}
		if lo, hi, ok := extent(ys, true); ok {
			logAxis(&p.Y, lo, hi, 1.25, decadeTicks{})
		}
	}
	p.Add(grid{true, true}, zero{})
	for _, s := range every {
		p.Add(s)
	}
	f := Figure{Name: o.name, Title: o.title, Caption: o.caption + " Strokes reach from the 5th to the 95th percentile."}
	f.Desc = fmt.Sprintf("%s, one curve for each of %s.", o.caption, format.Count(len(every), "machine"))
	sh := sheet{Title: f.Title, Subtitle: format.Count(len(every), "run"), Panels: []*plot.Plot{p}, Legend: legendOf(every), PanelHeight: 320}
	f.SVG = sh.draw(f.Name, f.Desc)
	return f, true
}

func migrationCurve(d *drawing) *series {
	all := where(d.samples, "Migration", "op", "dirty")
	for _, place := range axisValues(all, "place", placeOrder...) {
		s := extraOver(where(all, "Migration", "place", place, "move", "first"), where(all, "Migration", "place", place, "move", "none"))
		if len(s.Points) > 0 {
			return s
		}
	}
	return &series{}
}

func latencyCurve(d *drawing) *series {
	all := where(d.samples, "Latency")
	for _, pages := range axisValues(all, "pages", "huge", "4k") {
		for _, op := range append([]string{"random", ""}, axisValues(all, "op")...) {
			if s := curve(where(all, "Latency", "pages", pages, "op", op), "set"); len(s.Points) > 0 {
				return s
			}
		}
	}
	return &series{}
}

// compareRatios draws the ratio of each claim, one mark a machine.
func compareRatios(runs []view.Input) (Figure, bool) {
	type mark struct {
		results.Verdict
		run   int
		first bool // of its claim
	}
	var marks []mark
	values := []float64{0.9, 1.2}
	for _, c := range view.ClaimOrder(runs) {
		first := true
		for i, r := range runs {
			v := r.VerdictOf(c.ID)
			if v == nil || v.Ratio == nil || !view.Drawable(*v.Ratio) {
				continue
			}
			marks = append(marks, mark{*v, i, first})
			marks[len(marks)-1].Title = c.Title
			first = false
			values = append(values, v.Ratio.Median)
			if view.Bounded(*v.Ratio) {
				values = append(values, v.Ratio.Lo, v.Ratio.Hi)
			}
		}
	}
	if len(marks) == 0 {
		return Figure{}, false
	}
	f := Figure{
		Name: "compare-ratios", Title: "The claims on each machine: slow arm over fast arm",
		Caption: "Median ratio with its 95% interval, one mark a machine. Ratios can be compared between machines; nanoseconds cannot. The grey band, 0.95 to 1.05, is where two arms count as equal.",
		Desc:    "Ratio with 95% interval for each claim and machine. ",
	}
	sh := sheet{Title: f.Title, Subtitle: format.Count(len(runs), "run")}
	for i, n := range view.RunNames(runs) {
		sh.Legend = append(sh.Legend, legendEntry{n, looks[i%len(looks)], true})
	}
	legend := sh.legendRows()
	const row = forestRow
	head := headHeight(legend)
	total := head + vg.Length(len(marks)*row+44) + margin
	canvas := vgsvg.NewWith(vgsvg.UseWH(figureWidth, total))
	all := draw.New(canvas)
	all.FillPolygon(paper, []vg.Point{{X: 0, Y: 0}, {X: figureWidth, Y: 0}, {X: figureWidth, Y: total}, {X: 0, Y: total}})
	sh.drawHead(all, legend)

	p := newPlot("", "ratio, slow arm over fast arm", "")
	lo, hi, _ := extent(values, true)
	logAxis(&p.X, lo, hi, 1.12, decadeTicks{})
	p.Y.Min, p.Y.Max = 0.4-float64(len(marks)), 0.6
	p.HideY()
	p.Add(&Equivalence, grid{Vertical: true}, &upright{X: 1, Style: draw.LineStyle{Color: mute, Width: 1}})
	data := drawPanel(draw.Crop(all, margin+forestLabel, -margin-forestTail, margin, -head), p)
	tx, ty := p.Transforms(&data)
	for i, m := range marks {
		y, l := ty(-float64(i)), looks[m.run%len(looks)]
		if m.first && i > 0 {
			all.StrokeLine2(draw.LineStyle{Color: faint, Width: 0.6}, margin, y+row/2, figureWidth-margin, y+row/2)
		}
		if m.first {
			drawClaim(all, y, m.Verdict)
		}
		if view.Bounded(*m.Ratio) {
			all.StrokeLine2(l.stroke(2.2), tx(m.Ratio.Lo), y, tx(m.Ratio.Hi), y)
		}
		all.DrawGlyphNoClip(l.glyph(4), vg.Point{X: tx(m.Ratio.Median), Y: y})
		num := textStyle(9.5, false, ink)
		num.YAlign = draw.YCenter
		all.FillText(num, vg.Point{X: figureWidth - margin - forestTail + 8, Y: y}, view.RatioText(m.Ratio))
		f.Desc += fmt.Sprintf("%s, %s: %s, %s. ", m.ID, view.RunNames(runs)[m.run], m.Verdict.Outcome, view.RatioText(m.Ratio))
	}
	f.SVG = finishSVG(canvas, f.Name, f.Title, f.Desc)
	return f, true
}
