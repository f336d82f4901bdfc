package figure

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot"

	"cachelab/internal/format"
	"cachelab/results/report/view"
)

// The orders of the axes of the counters benchmarks: from what shares all to
// what shares nothing, and from cheap to dear.
var (
	layoutOrder = []string{"shared", "packed", "pad64", "pad128", "local"}
	opOrder     = []string{"plain", "store", "atomic", "cas", "mutex"}
	placeOrder  = []string{"core", "l2", "l3", "package", "far", "spread", "solo", "os"}
)

// onlyRegister reports whether a benchmark is the loop over a register: a local
// counter needs no atomic operation, so its benchmarks run the plain loop under
// every op, and say nothing of those operations.
func onlyRegister(s sample) bool {
	return s.axes["layout"] == "local" && s.axes["op"] != "plain" && s.axes["op"] != "store"
}

// countersFigure draws time per operation for each operation and layout, one
// panel for each placement and number of workers.
func countersFigure(in *drawing) (Figure, bool) {
	all := slices.DeleteFunc(having(where(in.samples, "Counters"), "op", "layout", "place", "workers"), onlyRegister)
	ops := axisValues(all, "op", opOrder...)
	layouts := axisValues(all, "layout", layoutOrder...)
	lo, hi, ok := extent(valuesOf(all, unitTime), true)
	if !ok || len(ops) == 0 || len(layouts) == 0 {
		return Figure{}, false
	}
	said := &hits{}
	var panels []*plot.Plot
	var every []*series
	for _, place := range axisValues(all, "place", placeOrder...) {
		for _, workers := range axisValues(where(all, "Counters", "place", place), "workers") {
			p := newPlot(panelTitle(place, workers), "", "time per operation, ns")
			logAxis(&p.Y, lo, hi, 1.25, decadeTicks{})
			p.Y.Max *= 1.5 // the values are above the marks
			drawn := counterPanel(p, where(all, "Counters", "place", place, "workers", workers))
			for _, s := range drawn {
				s.hits = said
				p.Add(s)
			}
			panels, every = append(panels, p), append(every, drawn...)
		}
	}
	f := Figure{
		Name: "counters", Effect: "Counters", Title: cmp.Or(view.FindingOf(in.Input, "sharing"), "Counters: time per operation, by layout"),
		Caption: strings.TrimSpace("Median time of one operation of one worker. Strokes reach from the 5th to the 95th percentile. The axis is logarithmic: equal distances are equal ratios. " + in.PadFinding()),
		Desc:    countersDesc(all),
	}
	sh := sheet{hits: said, Title: f.Title, Subtitle: in.subtitle(all) + hollowNote(every), Panels: panels, PanelHeight: 175, Legend: legendInOrder(every, layouts)}
	f.SVG = sh.draw(f.Name, f.Desc)
	return f, true
}

// counterPanel is the series of one panel: the operations side by side, and at
// each its layouts.
func counterPanel(p *plot.Plot, part []sample) []*series {
	ops, layouts := axisValues(part, "op", opOrder...), axisValues(part, "layout", layoutOrder...)
	p.X.Min, p.X.Max = -0.5, float64(len(ops))-0.5
	p.X.Tick.Marker, p.X.Tick.Length = nominal(ops), 0
	p.Add(grid{Horizontal: true})
	room := min(besides, 0.9*(figureWidth-2*margin-60)/float64(len(ops)*len(layouts)))
	var out []*series
	for i, layout := range layouts {
		s := &series{Name: layoutText(layout), Look: lookOf(layoutLooks, layout, i), Values: true, Above: true, Text: shortTime, Shift: abreast(i, len(layouts), room)}
		s.XText = func(x float64) string { return ops[int(x)] }
		for x, op := range ops {
			if sp := spreadOf(valuesOf(where(part, "Counters", "op", op, "layout", layout), unitTime)); sp.N > 0 {
				s.Points = append(s.Points, point{float64(x), sp})
			}
		}
		if len(s.Points) > 0 {
			out = append(out, s)
		}
	}
	return out
}

// shortTime writes a time in a panel that is full of them: two digits below 1.
func shortTime(ns float64) string {
	if ns < 1 {
		return strconv.FormatFloat(ns, 'f', 2, 64)
	}
	return format.Digits(ns)
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
		return "padded to 64"
	case "pad128":
		return "padded to 128"
	case "local":
		return "local (a register)"
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
