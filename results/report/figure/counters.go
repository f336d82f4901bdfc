package figure

import (
	"fmt"
	"math"
	"slices"
	"strconv"

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
	title, finding := countersFinding(all)
	for _, a := range view.Answers(in.Input) { // the judge's numbers, where it has any
		if a.Key == "sharing" && len(a.Bars) == 2 {
			title = fmt.Sprintf("False sharing: %s instead of %s per atomic add, %s", a.Bars[0].Text, a.Bars[1].Text, a.Number)
		}
	}
	f := Figure{
		Name: "counters", Effect: "Counters", Title: title,
		Caption: "Median time of one operation of one worker. Strokes reach from the 5th to the 95th percentile. The axis is logarithmic: equal distances are equal ratios. " + finding,
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

// nearestPair is the placement that the headline is of: two pinned workers, as
// near as the run has them.
func nearestPair(all []sample) (place string, at func(layout string) spread) {
	for _, place := range axisValues(where(all, "Counters", "workers", "2"), "place", placeOrder...) {
		at := func(layout string) spread {
			return spreadOf(valuesOf(where(all, "Counters", "op", "atomic", "place", place, "workers", "2", "layout", layout), unitTime))
		}
		if place != "solo" && at("packed").N > 0 && at("pad64").N > 0 {
			return place, at
		}
	}
	return "", nil
}

// sameTime is up to which factor two medians of a figure are called equal. It is
// the judge's default band; a verdict may still find a difference.
const sameTime = 1.05

// countersFinding is the title and what the data say of the pads.
func countersFinding(all []sample) (title, finding string) {
	place, at := nearestPair(all)
	if place == "" {
		return "Counters: time per operation", ""
	}
	packed, pad := at("packed"), at("pad64")
	ratio := packed.Mid / pad.Mid
	switch {
	case ratio > sameTime:
		title = fmt.Sprintf("False sharing: %s ns instead of %s per atomic add, %sx", format.Digits(packed.Mid), format.Digits(pad.Mid), format.Ratio(ratio))
	case ratio < 1/sameTime:
		title = fmt.Sprintf("Counters on one line are not slower: %s ns per atomic add, %s when padded", format.Digits(packed.Mid), format.Digits(pad.Mid))
	default:
		title = fmt.Sprintf("No false sharing to see: %s ns per atomic add, %s when padded", format.Digits(packed.Mid), format.Digits(pad.Mid))
	}
	if wide := at("pad128"); wide.N > 0 {
		switch r := pad.Mid / wide.Mid; {
		case r > sameTime:
			finding = fmt.Sprintf("A pad of 128 bytes is faster than one of 64 (%s and %s ns).", format.Digits(wide.Mid), format.Digits(pad.Mid))
		case r < 1/sameTime:
			finding = fmt.Sprintf("A pad of 64 bytes is faster than one of 128 (%s and %s ns).", format.Digits(pad.Mid), format.Digits(wide.Mid))
		default:
			finding = "Pads of 64 and of 128 bytes take the same time."
		}
	}
	return title, finding
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
