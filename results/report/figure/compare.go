package figure

import (
	"cmp"
	"fmt"

	"gonum.org/v1/plot"

	"cachelab/internal/format"
	"cachelab/results/report/view"
)

// OfComparison draws what can be laid over each other: the ratios, and
// the two curves against size.
func OfComparison(runs []view.Input) []Figure {
	var out []Figure
	together := view.Together(runs)
	if f, ok := OfRatios(runs, "Ratios by run: "+view.DifferText(together, len(runs))); ok {
		out = append(out, f)
	}
	names := view.RunNames(runs)
	var drawings []*drawing
	for _, r := range runs {
		drawings = append(drawings, newDrawing(r))
	}
	for _, o := range []overlay{
		{"compare-migration", "Migration of dirty lines, first visit", "extra time, ns per line", migrationCurve,
			"Time per line after a move to the nearest CPU of each machine, minus that of the same call without a move.", false},
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
	said := &hits{}
	for _, s := range every {
		s.hits, s.XText = said, func(x float64) string { return format.Bytes(int(x)) }
	}
	f := Figure{Name: o.name, Title: o.title, Caption: o.caption + " Strokes reach from the 5th to the 95th percentile."}
	f.Desc = fmt.Sprintf("%s, one curve for each of %s.", o.caption, format.Count(len(every), "machine"))
	sh := sheet{hits: said, Title: f.Title, Subtitle: format.Count(len(every), "run") + hollowNote(every), Panels: []*plot.Plot{p}, Legend: legendOf(every), PanelHeight: 320}
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

// OfRatios draws the ratio of each claim, one mark a run, under a title that says what they
// show. ok is false where no claim has a ratio.
func OfRatios(runs []view.Input, title string) (f Figure, ok bool) {
	names := view.RunNames(runs)
	f = Figure{
		Name: "compare-ratios", Title: title, Long: true,
		Caption: "Median ratio of each claim with its 95% interval, one mark a run. Ratios can be compared between machines, nanoseconds cannot. Grey is the band that counts as no effect.",
		Desc:    "Ratio with 95% interval for each claim and run. ",
	}
	var rows []forestRow
	for _, c := range view.Together(runs) {
		first := true
		for i, v := range c.Verdicts {
			if v == nil || v.Ratio == nil || !view.Drawable(*v.Ratio) {
				continue
			}
			row := forestRow{Verdict: *v, Band: runs[i].BandOf(*v), Look: looks[i%len(looks)],
				Says: fmt.Sprintf("%s, %s: %s, ratio %s", v.ID, names[i], v.Outcome, view.RatioText(v.Ratio))}
			if first {
				row.ID, row.Title, row.Rule = c.ID, cmp.Or(c.Title, format.OneLine(c.Sentence)), len(rows) > 0
				first = false
			}
			rows = append(rows, row)
			f.Desc += fmt.Sprintf("%s, %s: %s, %s. ", v.ID, names[i], v.Outcome, view.RatioText(v.Ratio))
		}
	}
	if len(rows) == 0 {
		return Figure{}, false
	}
	var legend []legendEntry
	for i, n := range names {
		legend = append(legend, legendEntry{n, looks[i%len(looks)], true})
	}
	f.SVG = drawForest(f, format.Count(len(runs), "run"), legend, rows)
	return f, true
}
