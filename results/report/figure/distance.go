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

// distanceOps names the curves of the distance sweep, by panel.
var distanceOps = []struct {
	title, y, line string
	ops            [][2]string // axis value, name in the legend
}{
	{"What comes in together", "second load, ns", "fetch", [][2]string{{"touch", "second load at this distance"}, {"cross", "pair across this offset"}}},
	{"What must be kept apart", "one write or read, ns", "interference", [][2]string{
		{"writers.even", "two writers, first on an even line"}, {"writers.odd", "two writers, first on an odd line"}, {"beside", "plain counter beside a writer"}}},
}

// distanceFigure draws the raw sweeps behind the two line sizes, with the
// detected sizes.
func distanceFigure(in *drawing) (Figure, bool) {
	all := having(where(in.samples, "Distance"), "op", "dist")
	points := len(axisValues(all, "dist")) <= few
	var panels []*plot.Plot
	var every []*series
	for _, d := range distanceOps {
		var part []*series
		for _, op := range d.ops {
			s := curve(where(all, "Distance", "op", op[0]), "dist")
			if len(s.Points) == 0 {
				continue
			}
			s.Name, s.Look, s.Line = op[1], looks[len(every)%len(looks)], true
			part, every = append(part, s), append(every, s)
		}
		if len(part) == 0 {
			continue
		}
		p := newPlot(d.title, "distance, bytes", d.y)
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
		panels = append(panels, p)
	}
	if len(panels) == 0 {
		return Figure{}, false
	}
	f := Figure{
		Name:  "distance",
		Title: "The two line sizes: time against distance",
		Caption: "Left: the second load is cheap while it falls into the line that the first one brought in, so the curve rises at the fetch line; the pair costs two lines where an offset straddles a boundary. " +
			"Right: two writers slow each other down while they share a line; the curve falls where they no longer do. The even and the odd curve part where a machine fetches lines in pairs. " +
			"The dashed line is what the detector made of it. Distances that are no powers of two are measured on purpose: halving times at doubled strides mislead. Strokes reach from the 5th to the 95th percentile of the samples.",
	}
	f.Desc = fmt.Sprintf("Time in nanoseconds against distance in bytes, %d curves. Fetch line: %s. Interference line: %s.",
		len(every), lineText(in.lineSize("fetch")), lineText(in.lineSize("interference")))
	sh := sheet{Title: f.Title, Subtitle: in.subtitle(all), Panels: panels, Columns: len(panels), Legend: legendOf(every), PanelHeight: 280}
	if points {
		sh.Subtitle, sh.PanelHeight = sh.Subtitle+sparseNote, sparseHeight
		f.Caption = "Two writers slow each other down while they share a line, and no longer do where they are a line apart. The even and the odd line part where a machine fetches lines in pairs. Strokes reach from the 5th to the 95th percentile of the samples."
	}
	f.SVG = sh.draw(f.Name, f.Desc)
	return f, true
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
	l := in.Machine.Line.Fetch
	if which == "interference" {
		l = in.Machine.Line.Interference
	}
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

// cacheLines are vertical lines at the claimed sizes of the data caches, one a
// size. Labels of sizes within a factor of three go on different rows.
func cacheLines(m *card.Machine) []*upright {
	if m == nil {
		return nil
	}
	var out []*upright
	last, down := 0.0, 0
	for _, g := range view.GroupCaches(m.Caches) {
		size, ok := g.SizeBytes.Get()
		if !ok || g.Type == topology.Instruction {
			continue
		}
		if last > 0 && float64(size) < 3*last {
			down++
		} else {
			down = 0
		}
		last = float64(size)
		out = append(out, &upright{X: float64(size), Down: down, Label: g.Label() + " claimed",
			Style: draw.LineStyle{Color: mute, Width: 0.8, Dashes: dashes}})
	}
	return out
}
