package figure

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"

	"cachelab/cachelines/card"
	"cachelab/internal/format"
)

// latencyFigure draws the latency ladder: time of one dependent load against
// the size of the set, a curve for each page size and kind of chain.
func latencyFigure(in *drawing) (Figure, bool) {
	all := having(where(in.samples, "Latency"), "set", "pages")
	p := newPlot("", "working set", "one dependent load, ns")
	var every []*series
	for _, op := range append(axisValues(all, "op"), "") {
		for _, pages := range axisValues(all, "pages", "huge", "4k") {
			s := curve(where(all, "Latency", "op", op, "pages", pages), "set")
			if len(s.Points) == 0 {
				continue
			}
			s.Name, s.Look, s.Line = pagesText(pages), looks[len(every)%len(looks)], true
			if op != "" {
				s.Name += ", " + op
			}
			every = append(every, s)
		}
	}
	sub, strokes := in.subtitle(all), "from the 5th to the 95th percentile of the samples"
	if card := cardLadder(in.Machine); sparse(every) && len(card) > 0 {
		every, sub, strokes = card, in.MachineName()+"; measured for the machine card", "over the middle half of the samples"
	}
	if len(every) == 0 {
		return Figure{}, false
	}
	frame(p, every, byteTicks{})
	var ys []float64
	for _, s := range every {
		ys = append(ys, s.values()...)
	}
	lo, hi, ok := extent(ys, true)
	if !ok {
		return Figure{}, false
	}
	logAxis(&p.Y, lo, hi, 1.25, decadeTicks{})
	p.Y.Max *= 1.3 // the names of vertical lines stand there
	marks, height := every, vg.Length(340)
	if sparse(every) {
		marks = sideBySide(p, every, func(x float64) string { return format.Bytes(int(x)) })
		sub, height = sub+sparseNote, sparseHeight
		p.Add(grid{Horizontal: true})
	} else {
		p.Add(grid{true, true})
		for _, l := range cacheLines(in.Machine) {
			p.Add(l)
		}
	}
	for _, s := range marks {
		p.Add(s)
	}
	f := Figure{
		Name:  "latency",
		Title: "The latency ladder: time of a load against the working set",
		Caption: "Each step up is a level that the working set has outgrown; the vertical lines are where the claimed sizes would put the steps. " +
			"The distance between the curves of 4 KiB and huge pages is the price of address translation, not of the caches. Strokes reach " + strokes + "; both axes are logarithmic.",
	}
	f.Desc = fmt.Sprintf("Nanoseconds of one dependent load against working-set size, %s, both axes logarithmic.", format.Count(len(every), "curve"))
	for _, s := range every {
		first, last := s.Points[0], s.Points[len(s.Points)-1]
		f.Desc += fmt.Sprintf(" %s: from %s ns at %s to %s ns at %s.", s.Name, format.Ratio(first.Mid), format.Bytes(int(first.X)), format.Ratio(last.Mid), format.Bytes(int(last.X)))
	}
	sh := sheet{Title: f.Title, Subtitle: sub, Panels: []*plot.Plot{p}, Legend: legendOf(every), PanelHeight: height}
	f.SVG = sh.draw(f.Name, f.Desc)
	return f, true
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
