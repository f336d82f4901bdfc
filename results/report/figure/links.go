package figure

import (
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"cachelab/internal/format"
	"cachelab/results"
	"cachelab/results/report/view"
)

// changedClass and otherClass are the classes of samples that have none.
const (
	changedClass = "changed inside a sample"
	otherClass   = "in no class"
)

// linkBins is the number of bars of the distribution, over the whole axis.
const linkBins = 56

// linksFigure draws the link latency beside each sample of the run, in the
// order of the run and as a distribution.
func linksFigure(in *drawing) (Figure, bool) {
	var used []sample
	for _, s := range in.samples {
		if v, ok := s.values[unitLink]; ok && v > 0 && !math.IsInf(v, 0) {
			used = append(used, s)
		}
	}
	lo, hi, ok := extent(valuesOf(used, unitLink), true)
	if !ok {
		return Figure{}, false
	}
	classes, of := classify(used, view.LinkClasses(in.Machine))

	series := newPlot("In the order of the run", "sample", "core to core, one way, ns")
	logAxis(&series.Y, lo, hi, 1.2, decadeTicks{})
	series.X.Min, series.X.Max = -0.01*float64(len(used)), 1.01*float64(len(used))
	series.X.Tick.Marker = evenTicks{}
	series.Add(grid{Horizontal: true})
	hist := newPlot("All samples", "share of samples, %", "")
	logAxis(&hist.Y, lo, hi, 1.2, decadeTicks{})
	hist.Add(grid{Vertical: true, Horizontal: true})
	bars := &sideways{lo: series.Y.Min, hi: series.Y.Max}

	f := Figure{
		Name: "links",
		Caption: "Before and after each sample of two workers the time of one cache-line transfer between their CPUs was measured. " +
			"Each colour is a distance of the two CPUs. Samples at different distances are never compared with each other.",
		Desc: "Core-to-core latency of each sample in the order of the run, and its distribution.",
	}
	said := &hits{}
	bars.hits = said
	var legend []legendEntry
	looksOf := looksOfClasses(classes)
	for i, class := range classes {
		l := looksOf[i]
		d := &dots{Look: l, Radius: dotRadius(len(used))}
		var values []float64
		for j, s := range used {
			if of[j] == class {
				values = append(values, s.values[unitLink])
				d.XY = append(d.XY, [2]float64{float64(j), s.values[unitLink]})
			}
		}
		series.Add(d)
		bars.add(l, class, values, len(used))
		share := float64(len(values)) / float64(len(used))
		text := fmt.Sprintf("%s %s, median %s ns", format.Percent(share), class, format.Ratio(spreadOf(values).Mid))
		legend = append(legend, legendEntry{Name: text, Look: look{l.color, diamond{}}})
		f.Desc += " " + text + "."
	}
	hist.X.Min, hist.X.Max = 0, bars.top()*1.08
	hist.X.Tick.Marker = evenTicks{}
	hist.Add(bars)
	f.Title = linksTitle(classes, of, used)
	sh := sheet{hits: said, Title: f.Title, Subtitle: in.subtitle(used), Panels: []*plot.Plot{series, hist}, Columns: 2, Legend: legend}
	f.SVG = sh.draw(f.Name, f.Desc)
	return f, true
}

// linksTitle names the most frequent distance and its share.
func linksTitle(classes, of []string, used []sample) string {
	var most string
	share := map[string]int{}
	var values []float64
	for _, c := range of {
		share[c]++
	}
	for _, c := range classes {
		if most == "" || share[c] > share[most] {
			most = c
		}
	}
	for i, c := range of {
		if c == most {
			values = append(values, used[i].values[unitLink])
		}
	}
	text := fmt.Sprintf("%s, %s ns one way", most, format.Digits(spreadOf(values).Mid))
	if len(of) == share[most] {
		return "Core to core: always " + text
	}
	return fmt.Sprintf("Core to core: %s in %s of the samples", text, format.Percent(float64(share[most])/float64(len(of))))
}

// looksOfClasses gives each class its fixed look, and one without a name of its own a
// colour that no other class has.
func looksOfClasses(classes []string) []look {
	var taken []color.NRGBA
	for _, c := range classes {
		if l, ok := classLooks[c]; ok {
			taken = append(taken, l.color)
		}
	}
	var out []look
	for i, c := range classes {
		l := lookOf(classLooks, c, i)
		if _, fixed := classLooks[c]; !fixed {
			for turn := range looks {
				if !slices.Contains(taken, looks[turn].color) {
					l = looks[turn]
					break
				}
			}
			taken = append(taken, l.color)
		}
		out = append(out, l)
	}
	return out
}

// dotRadius keeps thousands of dots apart, and dozens visible.
func dotRadius(n int) vg.Length {
	if n > 500 {
		return 1.5
	}
	return 2.2
}

// classify gives each sample the name of its placement class, as the judge
// finds them, and lists the names that occur, near to far.
func classify(used []sample, links []results.LinkClass) (classes, of []string) {
	var ns []float64
	for _, s := range used {
		v := s.values[unitLink]
		if s.values[unitChanged] > 0 {
			v = 0 // of no class, and not to make one
		}
		ns = append(ns, v)
	}
	found, index := results.Placements(ns, links)
	for _, c := range found {
		if !slices.Contains(classes, c.Name) {
			classes = append(classes, c.Name)
		}
	}
	classes = append(classes, otherClass, changedClass)
	for i, s := range used {
		switch {
		case s.values[unitChanged] > 0:
			of = append(of, changedClass)
		case index[i] >= 0:
			of = append(of, found[index[i]].Name)
		default:
			of = append(of, otherClass)
		}
	}
	return slices.DeleteFunc(classes, func(c string) bool { return !slices.Contains(of, c) }), of
}

// sideways is a stacked histogram over the y axis.
type sideways struct {
	hits   *hits
	lo, hi float64
	layers []layer
}

type layer struct {
	name   string
	look   look
	shares [linkBins]float64 // percent of all samples
}

func (s *sideways) add(l look, name string, values []float64, of int) {
	var y layer
	y.look, y.name = l, name
	for _, v := range values {
		i := int((math.Log(v) - math.Log(s.lo)) / (math.Log(s.hi) - math.Log(s.lo)) * linkBins)
		y.shares[min(max(i, 0), linkBins-1)] += 100 / float64(of)
	}
	s.layers = append(s.layers, y)
}

// top is the longest bar, in percent.
func (s *sideways) top() float64 {
	var top float64
	for i := range linkBins {
		var sum float64
		for _, l := range s.layers {
			sum += l.shares[i]
		}
		top = max(top, sum)
	}
	return top
}

// Plot implements plot.Plotter.
func (s *sideways) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	step := math.Pow(s.hi/s.lo, 1.0/linkBins)
	for i := range linkBins {
		bottom := s.lo * math.Pow(step, float64(i))
		y0, y1 := ty(bottom)+0.3, ty(bottom*step)-0.3
		var from float64
		for _, l := range s.layers {
			if l.shares[i] == 0 {
				continue
			}
			x0, x1 := tx(from), tx(from+l.shares[i])
			c.FillPolygon(l.look.color, []vg.Point{{X: x0, Y: y0}, {X: x1, Y: y0}, {X: x1, Y: y1}, {X: x0, Y: y1}})
			from += l.shares[i]
			s.hits.box(vg.Point{X: (x0 + x1) / 2, Y: (y0 + y1) / 2}, max(x1-x0, 3), y1-y0, "%s, %s to %s ns: %s of the samples", l.name, format.Digits(bottom), format.Digits(bottom*step), format.Percent(l.shares[i]/100))
		}
	}
}
