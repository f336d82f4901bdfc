package figure

import (
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
	var panels []*plot.Plot
	var every []*series
	points := len(axisValues(all, "set")) <= few
	peak := ""
	for _, place := range axisValues(all, "place", placeOrder...) {
		for _, op := range axisValues(all, "op", "dirty", "clean") {
			control := where(all, "Migration", "op", op, "place", place, "move", "none")
			var part []*series
			for i, move := range migrationMoves {
				s := extraOver(where(all, "Migration", "op", op, "place", place, "move", move[0]), control)
				if len(s.Points) == 0 {
					continue
				}
				s.Name, s.Look, s.Line = move[1], looks[i], true
				part = append(part, s)
				if top := highest(s); op == "dirty" && top.N > 0 {
					peak += fmt.Sprintf(" Dirty, to %s, %s: at most %s ns a line, at %s.", view.MoveText(place), move[1], format.Ratio(top.Mid), format.Bytes(int(top.X)))
				}
			}
			if len(part) == 0 {
				continue
			}
			p := newPlot(op+" lines, to "+view.MoveText(place), "working set", "extra time, ns per line")
			frame(p, part, byteTicks{})
			marks := part
			if points {
				marks = sideBySide(p, part, func(x float64) string { return format.Bytes(int(x)) })
			}
			p.Add(grid{!points, true}, zero{})
			for _, l := range cacheLines(in.Machine) {
				if !points {
					p.Add(l)
				}
			}
			for _, s := range marks {
				p.Add(s)
			}
			panels = append(panels, p)
			every = append(every, part...)
		}
	}
	if len(panels) == 0 {
		return Figure{}, false
	}
	shareY(panels)
	f := Figure{
		Name:  "migration",
		Title: "Migration: what each line costs after a move",
		Caption: "Time per line after the thread was moved to another CPU, less the time per line after the same system call without a move in the same pass: zero is free; " +
			"strokes reach from the 5th to the 95th percentile of the passes. " +
			"Dirty lines must be fetched from the cache that wrote them. Clean lines stay behind as shared copies, so returning to them costs next to nothing. " +
			"Beyond the last level every line comes from memory with or without a move, and the difference vanishes.",
	}
	f.Desc = "Extra nanoseconds per line against working-set size, dirty and clean, first visit and return." + peak
	sh := sheet{Title: f.Title, Subtitle: in.subtitle(all), Panels: panels, Columns: min(2, len(panels)), Legend: legendOf(every)}
	if points {
		sh.Subtitle, sh.PanelHeight = sh.Subtitle+sparseNote, sparseHeight
	} else {
		f.Caption += " Vertical lines are the claimed cache sizes."
	}
	f.SVG = sh.draw(f.Name, f.Desc)
	return f, true
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

func highest(s *series) point {
	var top point
	for _, q := range s.Points {
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
