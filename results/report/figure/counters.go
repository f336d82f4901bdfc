package figure

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot"

	"cachelab/internal/format"
	"cachelab/results/report/view"
)

// The orders of the axes of the counters benchmarks: from what shares all to
// what shares nothing, and from cheap to dear.
var (
	layoutOrder = []string{"shared", "packed", "pad64", "pad128", "local"}
	opOrder     = []string{"plain", "store", "atomic", "cas", "mutex"}
	placeOrder  = []string{"solo", "core", "l2", "l3", "package", "far", "spread", "os"}
)

// fewMarks is up to how many marks of a panel have room for their values.
const fewMarks = 6

// countersFigure draws time per operation for each operation and layout, one
// panel for each placement and number of workers.
func countersFigure(in *drawing) (Figure, bool) {
	all := having(where(in.samples, "Counters"), "op", "layout", "place", "workers")
	ops := axisValues(all, "op", opOrder...)
	layouts := axisValues(all, "layout", layoutOrder...)
	lo, hi, ok := extent(valuesOf(all, unitTime), true)
	if !ok || len(ops) == 0 || len(layouts) == 0 {
		return Figure{}, false
	}
	var panels []*plot.Plot
	var every []*series
	for _, place := range axisValues(all, "place", placeOrder...) {
		for _, workers := range axisValues(where(all, "Counters", "place", place), "workers") {
			part := where(all, "Counters", "place", place, "workers", workers)
			p := newPlot(panelTitle(place, workers), "", "time per operation, ns")
			logAxis(&p.Y, lo, hi, 1.25, decadeTicks{})
			ops, layouts := axisValues(part, "op", opOrder...), axisValues(part, "layout", layoutOrder...)
			p.X.Min, p.X.Max = -0.5, float64(len(ops))-0.5
			p.X.Tick.Marker = nominal(ops)
			values, room := len(ops)*len(layouts) <= fewMarks, 9.0
			if values {
				room = besides
			}
			p.X.Tick.Length = 0
			p.Add(grid{Horizontal: true})
			for i, layout := range layouts {
				s := &series{Name: layoutText(layout), Look: lookOf(layoutLooks, layout, i), Values: values, Shift: abreast(i, len(layouts), room)}
				for x, op := range ops {
					if sp := spreadOf(valuesOf(where(part, "Counters", "op", op, "layout", layout), unitTime)); sp.N > 0 {
						s.Points = append(s.Points, point{float64(x), sp})
					}
				}
				if len(s.Points) > 0 {
					p.Add(s)
					every = append(every, s)
				}
			}
			panels = append(panels, p)
		}
	}
	f := Figure{
		Name:  "counters",
		Title: "Counters: what sharing a line costs",
		Caption: "Each mark is the median time of one increment of one worker, its stroke reaches from the 5th to the 95th percentile of the samples; the axis is logarithmic, so equal distances are equal ratios. " +
			"Packed above pad64 is false sharing. Pad64 above pad128 would mean that this machine needs the wider pad. Local below both pads is a register's advantage, not a cache's. " +
			"Where a stroke is long, the CPUs changed their distance during the run: see the link figure.",
	}
	f.Desc = countersDesc(all)
	sh := sheet{Title: f.Title, Subtitle: in.subtitle(all), Panels: panels, Columns: min(2, len(panels)), Legend: legendInOrder(every, layouts)}
	f.SVG = sh.draw(f.Name, f.Desc)
	return f, true
}

// countersDesc puts the main comparison into words: atomics of two workers.
func countersDesc(all []sample) string {
	desc := "Median time per operation on a logarithmic axis, by operation and layout, one panel per placement."
	for _, place := range axisValues(all, "place", placeOrder...) {
		at := func(layout string) spread {
			return spreadOf(valuesOf(where(all, "Counters", "op", "atomic", "place", place, "workers", "2", "layout", layout), unitTime))
		}
		if packed, pad := at("packed"), at("pad64"); packed.N > 0 && pad.N > 0 {
			desc += fmt.Sprintf(" Atomic increments, 2 workers, %s: packed %s ns, pad64 %s ns.", view.PlaceText(place), format.Ratio(packed.Mid), format.Ratio(pad.Mid))
		}
	}
	return desc
}

func panelTitle(place, workers string) string {
	switch place {
	case "solo", "core", "l2", "l3", "package", "far":
		return view.PlaceText(place)
	case "spread":
		return workers + " workers, spread over the machine"
	case "os":
		return workers + " workers, not pinned"
	}
	return workers + " workers, " + place
}

func layoutText(layout string) string {
	switch layout {
	case "shared":
		return "shared (one word)"
	case "packed":
		return "packed (one line)"
	case "pad64":
		return "pad64"
	case "pad128":
		return "pad128"
	case "local":
		return "local (own variable)"
	}
	return layout
}

// legendInOrder lists the series' names in the order of values.
func legendInOrder(every []*series, layouts []string) []legendEntry {
	all := legendOf(every)
	slices.SortStableFunc(all, func(a, b legendEntry) int {
		rank := func(e legendEntry) int {
			return slices.IndexFunc(layouts, func(l string) bool { return layoutText(l) == e.Name })
		}
		return rank(a) - rank(b)
	})
	return all
}

// nominal marks the whole numbers of an axis with names.
type nominal []string

// Ticks implements plot.Ticker.
func (n nominal) Ticks(lo, hi float64) []plot.Tick {
	var ticks []plot.Tick
	for i, name := range n {
		if v := float64(i); v >= math.Floor(lo) && v <= hi {
			ticks = append(ticks, plot.Tick{Value: v, Label: name})
		}
	}
	return ticks
}
