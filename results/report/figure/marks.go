package figure

import (
	"cmp"
	"math"

	"cachelab/internal/format"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// diamond and downward are the two shapes that draw has not.
type diamond struct{}

// DrawGlyph implements draw.GlyphDrawer.
func (diamond) DrawGlyph(c *draw.Canvas, sty draw.GlyphStyle, at vg.Point) {
	fillShape(c, sty, at, []vg.Point{{X: 0, Y: 1.25}, {X: 1, Y: 0}, {X: 0, Y: -1.25}, {X: -1, Y: 0}})
}

type downward struct{}

// DrawGlyph implements draw.GlyphDrawer.
func (downward) DrawGlyph(c *draw.Canvas, sty draw.GlyphStyle, at vg.Point) {
	fillShape(c, sty, at, []vg.Point{{X: -1, Y: 0.75}, {X: 1, Y: 0.75}, {X: 0, Y: -1}})
}

func fillShape(c *draw.Canvas, sty draw.GlyphStyle, at vg.Point, corners []vg.Point) {
	c.SetColor(sty.Color)
	var p vg.Path
	for i, q := range corners {
		q = vg.Point{X: at.X + q.X*sty.Radius, Y: at.Y + q.Y*sty.Radius}
		if i == 0 {
			p.Move(q)
		} else {
			p.Line(q)
		}
	}
	p.Close()
	c.Fill(p)
}

func (l look) glyph(radius vg.Length) draw.GlyphStyle {
	return draw.GlyphStyle{Color: l.color, Radius: radius, Shape: l.shape}
}

func (l look) stroke(width vg.Length) draw.LineStyle {
	return draw.LineStyle{Color: l.color, Width: width}
}

// point is one place of a series: where on the x axis, and what was measured
// there.
type point struct {
	X float64
	spread
}

// series draws points with their spread, joined by a line where Line is set.
type series struct {
	Name   string
	Look   look
	Points []point
	Line   bool
	Values bool                 // writes each median beside its mark
	Above  bool                 // writes it above the mark instead
	Text   func(float64) string // writes a value; nil is format.Digits
	Unit   string               // of the values, for what a mark says
	XText  func(float64) string // names a place on the x axis; nil: it has none
	hits   *hits                // where the marks say their values; nil: nowhere
	Shift  vg.Length            // moves it on paper, so that neighbours do not hide each other
}

// Plot implements plot.Plotter.
func (s *series) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	at := func(x, y float64) vg.Point {
		y = min(max(y, p.Y.Min), p.Y.Max) // an end off the axis stops at its edge
		return vg.Point{X: tx(x) + s.Shift, Y: ty(y)}
	}
	for _, q := range s.Points {
		if q.N > 1 && q.Hi > q.Lo {
			lo, hi := at(q.X, q.Lo), at(q.X, q.Hi)
			c.StrokeLine2(s.Look.stroke(1), lo.X, lo.Y, hi.X, hi.Y)
		}
	}
	if s.Line {
		var line []vg.Point
		for _, q := range s.Points {
			line = append(line, at(q.X, q.Mid))
		}
		c.StrokeLines(s.Look.stroke(1.5), line)
	}
	for _, q := range s.Points {
		if q.Mid >= p.Y.Min && q.Mid <= p.Y.Max { // a time of 0 has no place on a log axis
			c.DrawGlyphNoClip(s.Look.glyph(3), at(q.X, q.Mid))
			if q.few() {
				c.DrawGlyphNoClip(look{color: paper, shape: s.Look.shape}.glyph(1.7), at(q.X, q.Mid))
			}
			s.label(c, q, at(q.X, q.Mid))
		}
	}
}

// label writes the value of a mark where the series asks for it, and what the
// mark says under a pointer.
func (s *series) label(c draw.Canvas, q point, at vg.Point) {
	if s.Values {
		sty := textStyle(smallText, false, ink)
		sty.YAlign = draw.YCenter
		where := vg.Point{X: at.X + 7, Y: at.Y}
		if s.Above {
			sty.XAlign, sty.YAlign, where = draw.XCenter, draw.YBottom, vg.Point{X: at.X, Y: at.Y + 5}
		}
		text := format.Digits
		if s.Text != nil {
			text = s.Text
		}
		c.FillText(sty, where, text(q.Mid))
	}
	name := s.Name
	if s.XText != nil {
		name += ", " + s.XText(q.X)
	}
	reach := "5th to 95th percentile"
	if q.few() {
		reach = "range"
	}
	s.hits.dot(at, "%s: %s %s (%s %s to %s, n=%d)", name, format.Digits(q.Mid), cmp.Or(s.Unit, "ns"), reach, format.Digits(q.Lo), format.Digits(q.Hi), q.N)
}

// values returns every number that the series draws, for the range of an axis.
func (s *series) values() []float64 {
	var v []float64
	for _, q := range s.Points {
		v = append(v, q.Lo, q.Mid, q.Hi)
	}
	return v
}

// dots draws many small points of one look as one path, which keeps a picture
// of thousands of samples small.
type dots struct {
	Look   look
	XY     [][2]float64
	Radius vg.Length
}

// Plot implements plot.Plotter.
func (d *dots) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	var path vg.Path
	for _, q := range d.XY {
		at := vg.Point{X: tx(q[0]), Y: ty(q[1])}
		if !c.Contains(at) {
			continue
		}
		path.Move(vg.Point{X: at.X - d.Radius, Y: at.Y})
		path.Line(vg.Point{X: at.X, Y: at.Y + d.Radius})
		path.Line(vg.Point{X: at.X + d.Radius, Y: at.Y})
		path.Line(vg.Point{X: at.X, Y: at.Y - d.Radius})
		path.Close()
	}
	if len(path) > 0 {
		c.SetColor(d.Look.color)
		c.Fill(path)
	}
}

// upright is a vertical line at X with its name at the top of the plot.
type upright struct {
	X     float64
	Label string
	Style draw.LineStyle
	Down  int // rows that the label is moved down, where lines stand close
}

var dashes = []vg.Length{4, 3}

// Plot implements plot.Plotter.
func (u *upright) Plot(c draw.Canvas, p *plot.Plot) {
	if u.X < p.X.Min || u.X > p.X.Max {
		return
	}
	tx, _ := p.Transforms(&c)
	x := tx(u.X)
	c.StrokeLine2(u.Style, x, c.Min.Y, x, c.Max.Y)
	if u.Label == "" {
		return
	}
	sty := textStyle(smallText, false, u.Style.Color)
	sty.YAlign = draw.YTop
	w := sty.Width(u.Label)
	at := vg.Point{X: x + 3, Y: c.Max.Y - 1 - vg.Length(u.Down)*11}
	if at.X+w > c.Max.X { // no room on the right of the line
		at.X = x - 3 - w
	}
	c.FillText(sty, at, u.Label)
}

// grid draws a faint line at each labelled tick.
type grid struct{ Vertical, Horizontal bool }

// Plot implements plot.Plotter.
func (g grid) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	sty := draw.LineStyle{Color: faint, Width: 0.6}
	inside := func(a plot.Axis, v float64) bool { return v >= a.Min && v <= a.Max && !math.IsNaN(v) }
	if g.Vertical {
		for _, t := range p.X.Tick.Marker.Ticks(p.X.Min, p.X.Max) {
			if t.Label != "" && inside(p.X, t.Value) {
				c.StrokeLine2(sty, tx(t.Value), c.Min.Y, tx(t.Value), c.Max.Y)
			}
		}
	}
	if g.Horizontal {
		for _, t := range p.Y.Tick.Marker.Ticks(p.Y.Min, p.Y.Max) {
			if t.Label != "" && inside(p.Y, t.Value) {
				c.StrokeLine2(sty, c.Min.X, ty(t.Value), c.Max.X, ty(t.Value))
			}
		}
	}
}

// zero draws the line of y = 0 where the axis goes below it.
type zero struct{}

// Plot implements plot.Plotter.
func (zero) Plot(c draw.Canvas, p *plot.Plot) {
	if p.Y.Min >= 0 || p.Y.Max <= 0 {
		return
	}
	_, ty := p.Transforms(&c)
	c.StrokeLine2(draw.LineStyle{Color: mute, Width: 1}, c.Min.X, ty(0), c.Max.X, ty(0))
}

// tickGlyph is a short upright, for the legend of a threshold.
type tickGlyph struct{}

// DrawGlyph implements draw.GlyphDrawer.
func (tickGlyph) DrawGlyph(c *draw.Canvas, sty draw.GlyphStyle, at vg.Point) {
	c.StrokeLine2(draw.LineStyle{Color: sty.Color, Width: 1.6}, at.X, at.Y-6, at.X, at.Y+6)
}
