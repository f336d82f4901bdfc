package report

import (
	"fmt"

	"gonum.org/v1/plot"
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
	p.Add(grid{true, true})
	for _, l := range cacheLines(in.Machine) {
		p.Add(l)
	}
	for _, s := range every {
		p.Add(s)
	}
	f := Figure{
		Name:  "latency",
		Title: "The latency ladder: time of a load against the working set",
		Caption: "Each step up is a level that the working set has outgrown; the vertical lines are where the claimed sizes would put the steps. " +
			"The distance between the curves of 4 KiB and huge pages is the price of address translation, not of the caches. Both axes are logarithmic.",
	}
	f.Desc = fmt.Sprintf("Nanoseconds of one dependent load against working-set size, %s, both axes logarithmic.", counted(len(every), "curve"))
	for _, s := range every {
		first, last := s.Points[0], s.Points[len(s.Points)-1]
		f.Desc += fmt.Sprintf(" %s: from %s ns at %s to %s ns at %s.", s.Name, fixed(first.Mid), bytesText(int(first.X)), fixed(last.Mid), bytesText(int(last.X)))
	}
	sh := sheet{Title: f.Title, Subtitle: in.subtitle(all), Panels: []*plot.Plot{p}, Legend: legendOf(every), PanelHeight: 340}
	f.SVG = sh.draw(f.Name, f.Desc)
	return f, true
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
