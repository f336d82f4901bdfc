package figure

import (
	"cmp"
	"fmt"
	"image/color"
	"maps"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"cachelab/cachelines/card"
	"cachelab/internal/format"
	"cachelab/internal/stats"
)

// leastLinks is the number of links from which a picture shows more than a row
// of numbers: all pairs of three CPUs.
const leastLinks = 3

// mostTitled is how many CPUs a matrix has at most for each cell to say its
// value; beyond it a file would grow by a megabyte.
const mostTitled = 64

// mostCells is the side of the drawn matrix. More CPUs share cells: at the
// width of a page a cell would be under four points, and the file a megabyte.
const mostCells = 192

// shades run from near to far, light to dark, one hue: also in grey they keep
// their order.
var shades = []color.NRGBA{
	{0xDE, 0xEB, 0xF7, 0xFF}, {0xB3, 0xD3, 0xE8, 0xFF}, {0x79, 0xB5, 0xD9, 0xFF},
	{0x42, 0x92, 0xC6, 0xFF}, {0x1A, 0x64, 0xA8, 0xFF}, {0x08, 0x30, 0x6B, 0xFF},
}

// matrixFigure draws the transfer latency of every measured pair of CPUs of a
// machine that has more than a few.
func matrixFigure(in *drawing) (Figure, bool) {
	if in.Machine == nil || len(in.Machine.Links) < leastLinks {
		return Figure{}, false
	}
	m := newMatrix(in.Machine.Links)
	lo, hi, ok := extent(m.values(), true)
	if !ok {
		return Figure{}, false
	}
	m.lo, m.step = math.Log(lo), math.Log(hi/lo)/float64(len(shades))
	p := newPlot("", "CPU", "CPU")
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, float64(len(m.cell)), 0, float64(len(m.cell))
	p.X.Tick.Marker, p.Y.Tick.Marker = cpuTicks{m, false}, cpuTicks{m, true}
	p.Add(m)
	f := Figure{
		Name:    "matrix",
		Title:   fmt.Sprintf("Core to core: %s to %s ns one way", format.Digits(lo), format.Digits(hi)),
		Caption: "Each cell is the median time in which a cache line moves between two CPUs by compare-and-swap. Darker is farther, and each shade is an equal factor. White pairs were not measured.",
		Desc:    fmt.Sprintf("Matrix of %s between %s, from %s to %s ns.", format.Count(len(in.Machine.Links), "link"), format.Count(len(m.cpus), "CPU"), format.Ratio(lo), format.Ratio(hi)),
	}
	if m.pool > 1 {
		f.Caption += fmt.Sprintf(" A cell is the median of %d by %d CPUs.", m.pool, m.pool)
	}
	m.hits = &hits{}
	sh := sheet{hits: m.hits, Title: f.Title, Subtitle: in.MachineName() + "; " + format.Count(len(in.Machine.Links), "pair") + ", measured for the machine card", Panels: []*plot.Plot{p}, PanelHeight: min(600, 120+vg.Length(60*len(m.cell)))}
	for i, c := range shades {
		if i == 0 || m.step > 0 {
			at := func(k int) string { return format.Digits(math.Exp(m.lo + float64(k)*m.step)) }
			sh.Legend = append(sh.Legend, legendEntry{at(i) + " to " + at(i+1) + " ns", look{c, draw.BoxGlyph{}}, false})
		}
	}
	f.SVG = sh.draw(f.Name, f.Desc)
	return f, true
}

// matrix is the links as a grid of cells over the CPUs that have any; cpus are
// ascending, pool of them a cell, and a cell without a link is NaN.
type matrix struct {
	hits     *hits
	cpus     []int
	pool     int
	cell     [][]float64
	lo, step float64 // logarithms: the first shade's begin, and the width of each
}

func newMatrix(links []card.Link) *matrix {
	m := &matrix{}
	seen := map[int]bool{}
	for _, l := range links {
		seen[l.From], seen[l.To] = true, true
	}
	m.cpus = slices.Sorted(maps.Keys(seen))
	at := map[int]int{}
	for i, id := range m.cpus {
		at[id] = i
	}
	m.pool = (len(m.cpus) + mostCells - 1) / mostCells
	n := (len(m.cpus) + m.pool - 1) / m.pool
	in := make([][][]float64, n)
	for i := range in {
		in[i] = make([][]float64, n)
	}
	for _, l := range links {
		if l.CASNS > 0 && !math.IsInf(l.CASNS, 0) {
			a, b := at[l.From]/m.pool, at[l.To]/m.pool
			in[min(a, b)][max(a, b)] = append(in[min(a, b)][max(a, b)], l.CASNS)
		}
	}
	m.cell = make([][]float64, n)
	for i := range m.cell {
		m.cell[i] = make([]float64, n)
		for j := range m.cell[i] {
			m.cell[i][j] = math.NaN()
			if v := in[min(i, j)][max(i, j)]; len(v) > 0 {
				slices.Sort(v)
				m.cell[i][j] = stats.Quantile(v, 0.5)
			}
		}
	}
	return m
}

func (m *matrix) values() []float64 { return slices.Concat(m.cell...) }

// shade is the shade of a value, -1 of none.
func (m *matrix) shade(v float64) int {
	switch {
	case math.IsNaN(v):
		return -1
	case m.step <= 0: // all links are alike
		return 0
	}
	return min(max(int((math.Log(v)-m.lo)/m.step), 0), len(shades)-1)
}

// Plot implements plot.Plotter. Cells of one shade that stand side by side are
// one rectangle, and those of a shade one path. The first CPU is at the top left.
func (m *matrix) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	paths := make([]vg.Path, len(shades))
	for i, row := range m.cell {
		top, bottom := ty(float64(len(m.cell)-i)), ty(float64(len(m.cell)-i-1))
		for j := 0; j < len(row); {
			shade, end := m.shade(row[j]), j+1
			for end < len(row) && m.shade(row[end]) == shade {
				end++
			}
			if shade >= 0 {
				l, r := tx(float64(j)), tx(float64(end))
				path := &paths[shade]
				path.Move(vg.Point{X: l, Y: bottom})
				path.Line(vg.Point{X: r, Y: bottom})
				path.Line(vg.Point{X: r, Y: top})
				path.Line(vg.Point{X: l, Y: top})
				path.Close()
			}
			j = end
		}
	}
	for i, path := range paths {
		if len(path) > 0 {
			c.SetColor(shades[i])
			c.Fill(path)
		}
	}
	if len(m.cell) > mostTitled {
		return
	}
	for i, row := range m.cell {
		for j, v := range row {
			if !math.IsNaN(v) {
				at := vg.Point{X: (tx(float64(j)) + tx(float64(j+1))) / 2, Y: (ty(float64(len(row)-i)) + ty(float64(len(row)-i-1))) / 2}
				m.hits.box(at, tx(1)-tx(0), ty(1)-ty(0), "CPUs %d and %d: %s ns", m.cpus[i*m.pool], m.cpus[j*m.pool], format.Digits(v))
			}
		}
	}
}

// cpuTicks marks the middle of some cells with the id of their first CPU.
type cpuTicks struct {
	m    *matrix
	down bool // from the top, as the rows are
}

// Ticks implements plot.Ticker.
func (t cpuTicks) Ticks(lo, hi float64) []plot.Tick {
	n := len(t.m.cell)
	step := 1
	for n/step > 16 { // labels that fit a side
		step *= 2
	}
	var ticks []plot.Tick
	for i := 0; i < n; i += step {
		v := float64(i) + 0.5
		if t.down {
			v = float64(n-i) - 0.5
		}
		ticks = append(ticks, plot.Tick{Value: v, Label: fmt.Sprint(t.m.cpus[i*t.m.pool])})
	}
	slices.SortFunc(ticks, func(a, b plot.Tick) int { return cmp.Compare(a.Value, b.Value) })
	return ticks
}
