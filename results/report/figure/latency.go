package figure

import (
	"fmt"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
	"cachelab/cachelines/card"
	"cachelab/internal/format"
	"cachelab/results/report/view"
)

// latencyFigure draws the latency ladder: time of one dependent load against
// the size of the set, a curve for each page size and kind of chain.
func latencyFigure(in *drawing) (Figure, bool) {
	all := having(where(in.samples, "Latency"), "set", "pages")
	said := &hits{}
	every := latencySeries(all)
	sub, strokes := in.subtitle(all), "from the 5th to the 95th percentile of the samples"
	if card := cardLadder(in.Machine); mostPoints(every) < leastALevel*(len(dataLevels(in.Machine))+1) && len(card) > 0 {
		every, sub, strokes = card, in.MachineName()+"; measured for the machine card", "over the middle half of the samples"
	}
	sub += hollowNote(every)
	var ys []float64
	for _, s := range every {
		s.hits, s.XText = said, func(x float64) string { return format.Bytes(int(x)) }
		ys = append(ys, s.values()...)
	}
	lo, hi, ok := extent(ys, true)
	if !ok {
		return Figure{}, false
	}
	p := newPlot("", "working set", "one dependent load, ns")
	frame(p, every, byteTicks{})
	logAxis(&p.Y, lo, hi, 1.25, decadeTicks{})
	p.Y.Max *= 1.6 // the names of vertical lines are there
	marks, height := every, vg.Length(340)
	if sparse(every) {
		marks = sideBySide(p, every, func(x float64) string { return format.Bytes(int(x)) })
		sub, height = sub+sparseNote, sparseHeight
		p.Add(grid{Horizontal: true})
	} else {
		p.Add(sizeIntervals(dataLevels(in.Machine)), grid{true, true})
		for _, l := range levelLines(in.Machine) {
			p.Add(l)
		}
	}
	for _, s := range marks {
		p.Add(s)
	}
	shown, hidden := plateausOf(in.Machine, every)
	if !sparse(every) {
		p.Add(plateaus(shown))
	}
	f := Figure{
		Name: "latency", Effect: "Latency", Title: latencyTitle(in.Machine, shown, every),
		Caption: "Each step up is a level that the working set has outgrown. Lines mark the measured size of each level, and grey the interval of that size; dashed lines mark a reported size that the measurement does not confirm. " +
			"A series with fewer sizes than the others is drawn as points. Strokes reach " + strokes + ". Both axes are logarithmic." + hiddenText(hidden),
	}
	f.Desc = fmt.Sprintf("Nanoseconds of one dependent load against working-set size, %s, both axes logarithmic.", format.Count(len(every), "curve"))
	for _, s := range every {
		first, last := s.Points[0], s.Points[len(s.Points)-1]
		f.Desc += fmt.Sprintf(" %s: from %s ns at %s to %s ns at %s.", s.Name, format.Ratio(first.Mid), format.Bytes(int(first.X)), format.Ratio(last.Mid), format.Bytes(int(last.X)))
	}
	sh := sheet{hits: said, Title: f.Title, Subtitle: sub, Panels: []*plot.Plot{p}, Legend: legendOf(every), PanelHeight: height}
	f.SVG = sh.draw(f.Name, f.Desc)
	return f, true
}

// latencySeries are the curves of a run. A curve that has far fewer sizes than
// another is points: a line between them would show what nobody measured, and
// cross the other curve where no sample did.
func latencySeries(all []sample) []*series {
	var every []*series
	most := 0
	for _, op := range append(axisValues(all, "op"), "") {
		for _, pages := range axisValues(all, "pages", "huge", "4k") {
			s := curve(where(all, "Latency", "op", op, "pages", pages), "set")
			if len(s.Points) == 0 {
				continue
			}
			s.Name, s.Look = pagesText(pages), looks[len(every)%len(looks)]
			if op != "" {
				s.Name += ", " + op
			}
			most = max(most, len(s.Points))
			every = append(every, s)
		}
	}
	for _, s := range every {
		s.Line = 3*len(s.Points) > 2*most
	}
	return every
}

// leastALevel is how many sizes a curve needs for each level and for memory: the ends of a
// plateau and one between. With fewer, lines would join points across whole levels.
const leastALevel = 3

// mostPoints is the number of points of the longest curve.
func mostPoints(all []*series) (n int) {
	for _, s := range all {
		n = max(n, len(s.Points))
	}
	return n
}

// dataLevels are the data caches that were measured, small to large.
func dataLevels(m *card.Machine) []card.Cache {
	if m == nil {
		return nil
	}
	var out []card.Cache
	for _, g := range view.GroupCaches(m.Caches) {
		if g.Type != topology.Instruction && g.Measured != nil && g.Measured.LatencyNS > 0 {
			out = append(out, g.Cache)
		}
	}
	return out
}

// memoryNS is the latency of memory, if the card has it.
func memoryNS(m *card.Machine) opt.Value[float64] {
	if m == nil || m.Memory == nil {
		return opt.Value[float64]{}
	}
	return m.Memory.LatencyNS
}

// latencyTitle gives the plateaus that points show in one line, and memory: by the card,
// else by the largest set if it has enough samples.
func latencyTitle(m *card.Machine, shown []plateau, every []*series) string {
	var parts []string
	for _, l := range shown {
		parts = append(parts, fmt.Sprintf("L%d %s", l.level, format.Digits(l.ns)))
	}
	if ns, ok := memoryNS(m).Get(); ok {
		parts = append(parts, "memory "+format.Digits(ns))
	} else if s := every[0]; len(s.Points) > 0 {
		if last := s.Points[len(s.Points)-1]; !last.few() {
			parts = append(parts, fmt.Sprintf("%s %s", format.Bytes(int(last.X)), format.Digits(last.Mid)))
		}
	}
	if len(parts) == 0 {
		return "One dependent load, by working set"
	}
	return "One dependent load takes, in ns: " + strings.Join(parts, ", ")
}

// levelLines are vertical lines at the measured sizes of the data caches, with
// a dashed one where the reported size is another.
func levelLines(m *card.Machine) []*upright {
	var out []*upright
	for i, c := range dataLevels(m) {
		size, known := c.Measured.SizeBytes.Get()
		reported, said := c.SizeBytes.Get()
		if known {
			out = append(out, &upright{X: float64(size), Down: i % 2, Label: fmt.Sprintf("L%d %s", c.Level, format.Bytes(size)), Style: draw.LineStyle{Color: ink, Width: 1}})
		}
		if said && (!known || reported > 2*size || 2*reported < size) {
			out = append(out, &upright{X: float64(reported), Down: 2, Label: fmt.Sprintf("L%d reported %s", c.Level, format.Bytes(reported)), Style: draw.LineStyle{Color: mute, Width: 0.8, Dashes: dashes}})
		}
	}
	return out
}

// cardLadder is the latency ladder of the machine card. It stands in where a
// run has measured too few sizes for a curve of its own, as a quick one does.
func cardLadder(m *card.Machine) []*series {
	if m == nil {
		return nil
	}
	var out []*series
	for _, c := range m.Ladder {
		s := &series{Look: looks[len(out)%len(looks)], Line: true, Name: pagesText(c.Pages)}
		if n, ok := c.PageBytes.Get(); ok {
			s.Name = format.Bytes(n) + " pages"
		}
		if c.Order == "page" {
			s.Name += ", random inside a page only"
		}
		for _, q := range c.Points {
			if q.SizeBytes > 0 && q.NS > 0 {
				s.Points = append(s.Points, point{float64(q.SizeBytes), spread{q.LoNS, q.NS, q.HiNS, q.Samples}})
			}
		}
		if len(s.Points) > few {
			out = append(out, s)
		}
	}
	return out
}

func pagesText(pages string) string {
	switch pages {
	case "4k":
		return "4 KiB pages"
	case "huge":
		return "huge pages"
	}
	return pages + " pages"
}
