package figure

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg/draw"

	"cachelab/affinity/topology"
	"cachelab/cachelines/card"
	"cachelab/internal/format"
	"cachelab/results/report/view"
)

// distancePanel is a panel of the distance figure: benchmarks with one meaning
// of the x axis.
type distancePanel struct {
	title, x, y string
	line        string      // which measured line size belongs to it; empty: none
	ops         [][2]string // axis value, name in the legend
}

// distancePanels are two sweeps over the distance of two words, and two over
// the offset of a pair of neighbouring words within their line.
var distancePanels = []distancePanel{
	{"Second load, after a load at distance 0", "distance of the two loads, bytes", "second load, ns", "fetch", [][2]string{{"touch", "second load"}}},
	{"Two writers", "distance of the two words, bytes", "one write, ns", "interference", [][2]string{
		{"writers.even", "writers, first on an even line"}, {"writers.odd", "writers, first on an odd line"}}},
	{"Two loads of neighbouring words", "offset of the second word, bytes", "a pair of loads, ns", "", [][2]string{{"cross", "pair of loads"}}},
	{"A counter next to a writer's word", "offset of the writer's word, bytes", "one increment, ns", "", [][2]string{{"beside", "counter next to a writer"}}},
}

// distanceFigure draws the raw sweeps from which the two line sizes come, with
// the sizes that were found.
func distanceFigure(in *drawing) (Figure, bool) {
	all := having(where(in.samples, "Distance"), "op", "dist")
	points := len(axisValues(all, "dist")) <= few
	said := &hits{}
	var panels []*plot.Plot
	var every []*series
	for _, d := range distancePanels {
		p, part := d.draw(in, all, len(every), points, said)
		if len(part) > 0 {
			panels, every = append(panels, p), append(every, part...)
		}
	}
	if len(panels) == 0 {
		return Figure{}, false
	}
	f := Figure{
		Name: "distance", Effect: "Distance", Title: distanceTitle(in),
		Caption: "Look for two steps: the second load takes longer once it is on another line than the first, and two writers take less time once they share no line. " +
			"Strokes reach from the 5th to the 95th percentile. A dashed line is the size that the detector found.",
	}
	f.Desc = fmt.Sprintf("Time in nanoseconds against distance in bytes, %d curves. Fetch line: %s. Interference line: %s.",
		len(every), lineText(in.lineSize("fetch")), lineText(in.lineSize("interference")))
	sh := sheet{hits: said, Title: f.Title, Subtitle: in.subtitle(all) + hollowNote(every), Panels: panels, Columns: min(len(panels), 2), Legend: legendOf(every), PanelHeight: 220}
	if points {
		sh.Subtitle, sh.PanelHeight = sh.Subtitle+sparseNote, sparseHeight
	}
	f.SVG = sh.draw(f.Name, f.Desc)
	return f, true
}

// draw makes one panel with its series, which are the from-th of the figure.
func (d distancePanel) draw(in *drawing, all []sample, from int, points bool, said *hits) (*plot.Plot, []*series) {
	var part []*series
	for _, op := range d.ops {
		s := curve(where(all, "Distance", "op", op[0]), "dist")
		if len(s.Points) == 0 {
			continue
		}
		s.Name, s.Look, s.Line = op[1], looks[(from+len(part))%len(looks)], true
		s.XText, s.hits = func(x float64) string { return format.Digits(x) + " bytes" }, said
		part = append(part, s)
	}
	if len(part) == 0 {
		return nil, nil
	}
	p := newPlot(d.title, d.x, d.y)
	frame(p, part, byteTicks{Bare: true})
	marks := part
	if points {
		marks = sideBySide(p, part, format.Digits)
	}
	p.Add(grid{!points, true})
	if line := in.lineSize(d.line); line > 0 && !points {
		p.Add(&upright{X: float64(line), Label: fmt.Sprintf("measured %d", line), Style: draw.LineStyle{Color: ink, Width: 1, Dashes: dashes}})
	}
	for _, s := range marks {
		p.Add(s)
	}
	return p, part
}

// distanceTitle says which sizes were found.
func distanceTitle(in *drawing) string {
	fetch, apart := in.lineSize("fetch"), in.lineSize("interference")
	switch {
	case fetch > 0 && apart > 0:
		return fmt.Sprintf("Line size: a miss loads %d bytes, and two writers need %d", fetch, apart)
	case fetch > 0:
		return fmt.Sprintf("Line size: a miss loads %d bytes", fetch)
	case apart > 0:
		return fmt.Sprintf("Line size: two writers need %d bytes", apart)
	}
	return "Line size: time against distance"
}

// curve summarises samples along a numeric axis.
func curve(part []sample, axis string) *series {
	s := &series{}
	for _, v := range axisValues(part, axis) {
		x, ok := format.ParseAxisBytes(v)
		if !ok {
			continue
		}
		var here []sample
		for _, q := range part {
			if q.axes[axis] == v {
				here = append(here, q)
			}
		}
		if sp := spreadOf(valuesOf(here, unitTime)); sp.N > 0 {
			s.Points = append(s.Points, point{x, sp})
		}
	}
	return s
}

// frame sets both axes round curves: x a log axis of sizes, y linear from zero.
func frame(p *plot.Plot, all []*series, ticks plot.Ticker) {
	var xs, ys []float64
	for _, s := range all {
		ys = append(ys, s.values()...)
		for _, q := range s.Points {
			xs = append(xs, q.X)
		}
	}
	xlo, xhi, _ := extent(xs, true)
	logAxis(&p.X, xlo, xhi, 1.12, ticks)
	ylo, yhi, _ := extent(ys, false)
	linearAxis(&p.Y, ylo, yhi)
}

// lineSize is the measured line size, 0 where it is not certain.
func (in *drawing) lineSize(which string) int {
	if in.Machine == nil {
		return 0
	}
	l := map[string]*card.LineSize{"fetch": in.Machine.Line.Fetch, "interference": in.Machine.Line.Interference}[which]
	if l == nil {
		return 0
	}
	return l.Bytes.Or(0)
}

func lineText(n int) string {
	if n == 0 {
		return view.NotMeasured + " or not certain"
	}
	return fmt.Sprintf("%d bytes", n)
}

// cacheLines are vertical lines at the reported sizes of the data caches, one a
// size. Neighbouring labels go on different rows.
func cacheLines(m *card.Machine) []*upright {
	if m == nil {
		return nil
	}
	var out []*upright
	down := -1
	for _, g := range view.GroupCaches(m.Caches) {
		size, ok := g.SizeBytes.Get()
		if !ok || g.Type == topology.Instruction {
			continue
		}
		down = (down + 1) % 2
		out = append(out, &upright{X: float64(size), Down: down, Label: g.Label() + " reported",
			Style: draw.LineStyle{Color: mute, Width: 0.8, Dashes: dashes}})
	}
	return out
}
