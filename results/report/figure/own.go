package figure

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"

	"cachelab/internal/format"
	"cachelab/results/report/view"
)

// fewMarks is up to how many marks of a panel have room for their values.
const fewMarks = 6

// mostOwnMarks is how many rows a figure of a user's own benchmarks has at most:
// some three screens.
const mostOwnMarks = 100

// OfOwn draws the distribution of each benchmark of a user's own, a figure for
// each unit and a mark for each set.
func OfOwn(own view.Own) []Figure {
	var out []Figure
	for i, u := range own.Units {
		if f, ok := ownFigure(own, u, i); ok {
			out = append(out, f)
		}
	}
	return out
}

func ownFigure(own view.Own, u view.OwnUnit, number int) (Figure, bool) {
	rows := u.Rows[:min(len(u.Rows), mostOwnMarks)]
	said := &hits{}
	all := make([]*series, len(own.Sets))
	for i, name := range own.Sets {
		all[i] = &series{Name: name, Look: looks[i%len(looks)], Values: true, Above: true, Unit: " ", hits: said}
	}
	names := make(nominal, len(rows))
	var values []float64
	for k, r := range rows {
		names[k] = r.Name
		for i, c := range r.Cells {
			if c.N > 0 {
				s := c.Summary
				factor := 1.0
				if s.Unit == "sec/op" {
					factor = 1e9
				}
				q := point{float64(k), spread{s.P5 * factor, s.Center.Median * factor, s.P95 * factor, s.Samples}}
				all[i].Points = append(all[i].Points, q)
				values = append(values, q.Lo, q.Mid, q.Hi)
			}
		}
	}
	lo, hi, ok := extent(values, true)
	if !ok {
		return Figure{}, false
	}
	unit := u.Unit
	if unit == "time per operation" {
		unit += ", ns"
	}
	p := newPlot("", "benchmark", unit)
	logAxis(&p.Y, lo, hi, 1.4, decadeTicks{})
	p.X.Min, p.X.Max, p.X.Tick.Length = -0.5, float64(len(rows))-0.5, 0
	p.X.Tick.Marker = numbered(len(rows))
	p.Add(grid{Horizontal: true})
	for i, s := range all {
		s.Values = len(rows)*len(all) <= 2*fewMarks
		s.Shift = abreast(i, len(all), min(besides, 0.8*(figureWidth-100)/float64(len(rows)*len(all))))
		s.XText = func(x float64) string { return names[int(x)] }
		p.Add(s)
	}
	f := Figure{
		Name: fmt.Sprintf("benchmarks-%d", number+1), Title: format.Count(len(u.Rows)+u.Left, "benchmark") + ": " + u.Unit,
		Caption: "Each mark is a median, its stroke reaches from the 5th to the 95th percentile of the samples. The numbers below the axis are those of the table. The axis is logarithmic.",
		Desc:    fmt.Sprintf("%s of %s, median and spread.", u.Unit, format.Count(len(rows), "benchmark")),
	}
	if u.Finding != "" {
		f.Title = u.Unit + ": " + u.Finding
	}
	sh := sheet{hits: said, Title: f.Title, Subtitle: own.Title + hollowNote(all), Panels: []*plot.Plot{p}, PanelHeight: vg.Length(300), Legend: legendOf(all)}
	f.SVG = sh.draw(f.Name, f.Desc)
	return f, true
}

// numbered marks the rows of an axis with their numbers, as many as fit.
type numbered int

// Ticks implements plot.Ticker.
func (n numbered) Ticks(lo, hi float64) []plot.Tick {
	step := 1
	for int(n)/step > 24 { // labels that fit the width
		step *= 2
	}
	var ticks []plot.Tick
	for i := 0; i < int(n); i += step {
		ticks = append(ticks, plot.Tick{Value: float64(i), Label: fmt.Sprint(i + 1)})
	}
	return ticks
}
