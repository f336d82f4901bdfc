package figure

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"cachelab/cachelines/card"
	"cachelab/internal/format"
)

// onPlateau is up to which factor a point may differ from a level's latency and still show
// it. The step to the next level is a factor of two at least on every machine recorded.
const onPlateau = 1.25

// labelGap keeps a label off the axis, in points.
const labelGap = 4

// plateau is the latency of a level, with the sizes at which points of a curve show it.
type plateau struct {
	level    int
	ns       float64
	cycles   string  // empty: the clock is not known
	from, to float64 // the smallest and the largest of those sizes
	top      float64 // the highest of those points, ns
}

// plateausOf are the measured levels that points of the curves show, and those that none
// shows: a quick run may jump from one level to the next but one.
func plateausOf(m *card.Machine, every []*series) (shown, hidden []plateau) {
	begin := 0.0
	for _, c := range dataLevels(m) {
		size, known := c.Measured.SizeBytes.Get()
		if !known {
			continue
		}
		l := plateau{level: c.Level, ns: c.Measured.LatencyNS, from: math.Inf(1)}
		if cycles, ok := c.Measured.Cycles.Get(); ok {
			l.cycles = format.Digits(math.Round(cycles)) + " cycles"
		}
		for _, s := range every {
			for _, q := range s.Points {
				if q.X > begin && q.X <= float64(size) && q.Mid < l.ns*onPlateau && l.ns < q.Mid*onPlateau {
					l.from, l.to, l.top = min(l.from, q.X), max(l.to, q.X), max(l.top, q.Mid)
				}
			}
		}
		if l.to > 0 {
			shown = append(shown, l)
		} else {
			hidden = append(hidden, l)
		}
		begin = float64(size)
	}
	return shown, hidden
}

// hiddenText says which levels a figure does not show, empty where it shows all.
func hiddenText(hidden []plateau) string {
	var s string
	for _, l := range hidden {
		s += fmt.Sprintf(" No point of this figure is at the latency of L%d, %s ns by the machine card.", l.level, format.Digits(l.ns))
	}
	return s
}

// plateaus writes the latency of each level, in ns and cycles, over the points that show it.
type plateaus []plateau

// Plot implements plot.Plotter.
func (all plateaus) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	for _, l := range all {
		if l.ns < p.Y.Min || l.ns > p.Y.Max {
			continue
		}
		text := format.Digits(l.ns) + " ns"
		if l.cycles != "" {
			text += ", " + l.cycles
		}
		sty := textStyle(smallText, true, ink)
		sty.XAlign, sty.YAlign = draw.XCenter, draw.YBottom
		middle := math.Sqrt(max(l.from, p.X.Min) * min(l.to, p.X.Max))
		c.FillText(sty, vg.Point{X: max(tx(middle), c.Min.X+sty.Width(text)/2+labelGap), Y: ty(l.top) + 9}, text)
	}
}

// sizeIntervals shades the interval of each level's size.
type sizeIntervals []card.Cache

// Plot implements plot.Plotter.
func (all sizeIntervals) Plot(c draw.Canvas, p *plot.Plot) {
	tx, _ := p.Transforms(&c)
	for _, l := range all {
		lo, okLo := l.Measured.SizeLo.Get()
		hi, okHi := l.Measured.SizeHi.Get()
		if !okLo || !okHi || lo <= 0 || hi <= lo {
			continue
		}
		from, to := max(tx(float64(lo)), c.Min.X), min(tx(float64(hi)), c.Max.X)
		if from < to {
			c.FillPolygon(shade, []vg.Point{{X: from, Y: c.Min.Y}, {X: to, Y: c.Min.Y}, {X: to, Y: c.Max.Y}, {X: from, Y: c.Max.Y}})
		}
	}
}
