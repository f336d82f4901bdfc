package figure

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"gonum.org/v1/plot"

	"cachelab/internal/format"
	"cachelab/results/report/view"
)

// migrationMoves are the two visits, and how the curves are called.
var migrationMoves = [][2]string{{"first", "first visit"}, {"return", "return"}}

// migrationFigure draws what a migration costs per line beyond the same system
// call without a move, against the size of the working set.
func migrationFigure(in *drawing) (Figure, bool) {
	all := having(where(in.samples, "Migration"), "op", "set", "move", "place")
	points := len(axisValues(all, "set")) <= few
	said := &hits{}
	var panels []*plot.Plot
	var every []*series
	desc := ""
	for _, place := range axisValues(all, "place", placeOrder...) {
		for _, op := range axisValues(all, "op", "dirty", "clean") {
			part := migrationSeries(all, op, place)
			if len(part) == 0 {
				continue
			}
			for _, s := range part {
				s.hits = said
				if top := highest(s.Points); op == "dirty" && top.N > 0 {
					desc += fmt.Sprintf(" Dirty, to %s, %s: at most %s ns a line, at %s.", view.MoveText(place), s.Name, format.Ratio(top.Mid), format.Bytes(int(top.X)))
				}
			}
			panels = append(panels, migrationPanel(in, op, place, part, points))
			every = append(every, part...)
		}
	}
	if len(panels) == 0 {
		return Figure{}, false
	}
	shareY(panels)
	f := Figure{
		Name: "migration", Effect: "Migration", Title: cmp.Or(view.FindingOf(in.Input, "move"), "Migration: extra time per line after a move, by working set"),
		Caption: "Time per line after the thread was moved to another CPU, minus the time after the same system call without a move, in the same pass. Zero: the move costs nothing. " +
			"The thread had written dirty lines before the move, and only read clean ones. Strokes reach from the 5th to the 95th percentile of the passes.",
		Desc: "Extra nanoseconds per line against working-set size, dirty and clean, first visit and return." + desc,
	}
	sh := sheet{hits: said, Title: f.Title, Subtitle: in.subtitle(all) + hollowNote(every), Panels: panels, Columns: min(2, len(panels)), Legend: legendOf(every), PanelHeight: 230}
	if points {
		sh.Subtitle, sh.PanelHeight = sh.Subtitle+sparseNote, sparseHeight
	}
	f.SVG = sh.draw(f.Name, f.Desc)
	return f, true
}

// migrationSeries are the visits of one panel.
func migrationSeries(all []sample, op, place string) []*series {
	control := where(all, "Migration", "op", op, "place", place, "move", "none")
	var part []*series
	for i, move := range migrationMoves {
		s := extraOver(where(all, "Migration", "op", op, "place", place, "move", move[0]), control)
		if len(s.Points) == 0 {
			continue
		}
		s.Name, s.Look, s.Line = move[1], looks[i], true
		s.Unit, s.XText = "ns a line", func(x float64) string { return format.Bytes(int(x)) }
		part = append(part, s)
	}
	return part
}

func migrationPanel(in *drawing, op, place string, part []*series, points bool) *plot.Plot {
	p := newPlot(op+" lines, to "+view.MoveText(place), "working set", "extra time, ns per line")
	frame(p, part, byteTicks{})
	var ys []float64
	for _, s := range part {
		for _, q := range s.Points {
			ys = append(ys, q.Mid)
		}
	}
	if lo, hi, ok := extent(ys, false); ok { // strokes end at the edge: sets in memory vary by ten times a cost
		linearAxis(&p.Y, min(1.5*lo, 0), 1.5*hi)
	}
	marks := part
	if points {
		marks = sideBySide(p, part, func(x float64) string { return format.Bytes(int(x)) })
	}
	p.Add(grid{!points, true}, zero{})
	if !points {
		for _, l := range cacheLines(in.Machine) {
			p.Add(l)
		}
	}
	for _, s := range marks {
		p.Add(s)
	}
	return p
}

// extraOver summarises moved less control, paired pass by pass: the drift
// between passes is in both and cancels. A pass that has only one is left out.
func extraOver(moved, control []sample) *series {
	s := &series{}
	for _, v := range axisValues(moved, "set") {
		x, ok := format.ParseAxisBytes(v)
		if !ok {
			continue
		}
		at := func(all []sample) map[int][]float64 {
			by := map[int][]float64{}
			for _, q := range all {
				if t, ok := q.values[unitTime]; ok && q.axes["set"] == v {
					by[q.pass] = append(by[q.pass], t)
				}
			}
			return by
		}
		base := at(control)
		var extra []float64
		times := at(moved)
		for _, pass := range slices.Sorted(maps.Keys(times)) {
			if len(base[pass]) > 0 {
				extra = append(extra, spreadOf(times[pass]).Mid-spreadOf(base[pass]).Mid)
			}
		}
		if sp := spreadOf(extra); sp.N > 0 {
			s.Points = append(s.Points, point{x, sp})
		}
	}
	return s
}

func highest(points []point) point {
	var top point
	for _, q := range points {
		if top.N == 0 || q.Mid > top.Mid {
			top = q
		}
	}
	return top
}

// shareY gives panels one y range, so that they can be compared by eye.
func shareY(panels []*plot.Plot) {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, p := range panels {
		lo, hi = min(lo, p.Y.Min), max(hi, p.Y.Max)
	}
	for _, p := range panels {
		p.Y.Min, p.Y.Max = lo, hi
	}
}
