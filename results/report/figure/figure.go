// Package figure draws the figures of a report as SVG, with gonum/plot.
package figure

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image/color"
	"math"
	"regexp"
	"strings"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"

	"cachelab/internal/format"
	"cachelab/results/report/view"
)

// Figure is one picture, drawn.
type Figure struct {
	Name    string // file name without .svg
	Title   string // what it found
	Effect  string // the benchmarks that it draws, "Counters"; empty: none in particular
	Long    bool   // it is longer than a screen
	Caption string // how to read it, plain text of a few sentences
	Desc    string // what a reader who cannot see it should know
	SVG     []byte // one <svg> element with <title> and <desc>, no XML prolog
}

// File is the figure as a file of its own.
func (f Figure) File() []byte {
	return append([]byte(`<?xml version="1.0" encoding="UTF-8"?>`+"\n"), f.SVG...)
}

// OfRun draws every figure for which the input has data, in the order of the
// page: what sharing and moving cost, then the machine, then all claims.
func OfRun(in view.Input) []Figure {
	d := newDrawing(in)
	var out []Figure
	for _, draw := range []func(*drawing) (Figure, bool){
		countersFigure, migrationFigure, latencyFigure, distanceFigure, linksFigure, matrixFigure, forestFigure,
	} {
		if f, ok := draw(d); ok {
			out = append(out, f)
		}
	}
	return out
}

// figureWidth is the width of a figure in points. A page column of 60 em shows
// it at about its own size, so that its 9-point labels stay 9 points.
const figureWidth = 760

// sheet is a figure while it is drawn: a title, a second line, a legend, and
// panels in rows of Columns.
type sheet struct {
	hits *hits // what the marks say where a pointer is over them; may be nil

	Title, Subtitle string
	Legend          []legendEntry
	Panels          []*plot.Plot
	Columns         int       // panels a row; 0 is 1
	PanelHeight     vg.Length // of each row; 0 is 260
}

// legendEntry is one sample in the legend. Line shows a stroke behind the glyph.
type legendEntry struct {
	Name string
	Look look
	Line bool
}

// The sizes of text, in points. The smallest is 7 points when a page of A4
// shrinks a figure to 0.7 of its width.
const (
	smallText = 10.5
	plainText = 11
	panelText = 11.5
	titleText = 14
)

func textStyle(size float64, bold bool, c color.Color) text.Style {
	f := font.Font{Typeface: "Liberation", Variant: "Sans", Size: vg.Length(size)}
	if bold {
		f.Weight = xfont.WeightBold
	}
	return text.Style{Color: c, Font: f, Handler: plot.DefaultTextHandler, XAlign: draw.XLeft, YAlign: draw.YBottom}
}

// newPlot returns an empty panel in the house style.
func newPlot(title, x, y string) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = paper
	p.Title.Text = title
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.LineStyle = draw.LineStyle{Color: mute, Width: 0.8}
		a.Tick.LineStyle = draw.LineStyle{Color: mute, Width: 0.8}
		a.Tick.Length = 4
		a.Padding = 0
		style := textStyle(smallText, false, ink)
		a.Tick.Label = style
	}
	p.X.Tick.Label.XAlign, p.X.Tick.Label.YAlign = draw.XCenter, draw.YTop
	p.Y.Tick.Label.XAlign, p.Y.Tick.Label.YAlign = draw.XRight, draw.YCenter
	p.X.Label.Text, p.Y.Label.Text = x, y
	return p
}

// The vertical space of a sheet, in points.
const (
	margin       = 14
	titleHeight  = 20
	subHeight    = 16
	legendHeight = 17 // one row
	gap          = 18 // between rows and columns of panels

	panelTitleHeight = 21
	axisLabelHeight  = 18
)

// headHeight is what title, second line and legend take.
func headHeight(legend [][]legendEntry) vg.Length {
	return vg.Length(margin + titleHeight + subHeight + 8 + legendHeight*len(legend) + 12)
}

// draw lays the sheet out and returns the finished picture.
func (s *sheet) draw(name, desc string) []byte {
	rows := s.legendRows()
	head := headHeight(rows)
	cols := max(s.Columns, 1)
	height := s.PanelHeight
	if height == 0 {
		height = 260
	}
	lines := (len(s.Panels) + cols - 1) / cols
	total := head + vg.Length(lines)*(height+gap) + margin - gap

	canvas := vgsvg.NewWith(vgsvg.UseWH(figureWidth, total))
	all := draw.New(canvas)
	all.FillPolygon(paper, []vg.Point{{X: 0, Y: 0}, {X: figureWidth, Y: 0}, {X: figureWidth, Y: total}, {X: 0, Y: total}})
	s.drawHead(all, rows)

	body := draw.Crop(all, margin, -margin, margin, -head)
	width := (body.Max.X - body.Min.X - gap*vg.Length(cols-1)) / vg.Length(cols)
	for i, p := range s.Panels {
		left := vg.Length(i%cols) * (width + gap)
		top := vg.Length(i/cols) * (height + gap)
		tile := draw.Crop(body, left, 0, 0, -top)
		tile.Max.X, tile.Min.Y = tile.Min.X+width, tile.Max.Y-height
		drawPanel(tile, p)
	}
	return finishSVG(canvas, name, s.Title, desc, s.hits)
}

// drawPanel draws one panel and returns the canvas of its data. Title and axis
// labels are set here, centred on the data: gonum/plot reserves room for a
// label as if every axis were linear, which leaves a hole above a log axis.
func drawPanel(c draw.Canvas, p *plot.Plot) draw.Canvas {
	title, x, y := p.Title.Text, p.X.Label.Text, p.Y.Label.Text
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = "", "", ""
	inner := c
	if title != "" {
		inner.Max.Y -= panelTitleHeight
	}
	if x != "" {
		inner.Min.Y += axisLabelHeight
	}
	if y != "" {
		inner.Min.X += axisLabelHeight
	}
	data := p.DataCanvas(inner)
	sty := textStyle(plainText, false, ink)
	sty.XAlign = draw.XCenter
	if x != "" {
		c.FillText(sty, vg.Point{X: data.Center().X, Y: c.Min.Y + 2}, x)
	}
	if y != "" {
		turned := sty
		turned.Rotation, turned.YAlign = math.Pi/2, draw.YTop
		c.FillText(turned, vg.Point{X: c.Min.X, Y: data.Center().Y}, y)
	}
	if title != "" {
		head := textStyle(panelText, true, ink)
		head.XAlign, head.YAlign = draw.XCenter, draw.YTop
		c.FillText(head, vg.Point{X: data.Center().X, Y: c.Max.Y}, fit(head, title, c.Max.X-c.Min.X))
	}
	p.Draw(inner)
	return data
}

func (s *sheet) drawHead(c draw.Canvas, rows [][]legendEntry) {
	at := vg.Point{X: margin, Y: c.Max.Y - margin}
	title := textStyle(titleText, true, ink)
	title.YAlign = draw.YTop
	c.FillText(title, at, fit(title, s.Title, figureWidth-2*margin))
	at.Y -= titleHeight
	sub := textStyle(plainText, false, mute)
	sub.YAlign = draw.YTop
	c.FillText(sub, at, fit(sub, s.Subtitle, figureWidth-2*margin))
	at.Y -= subHeight + 8
	for _, row := range rows {
		drawLegend(c, at, row)
		at.Y -= legendHeight
	}
}

const (
	legendKey = 24 // width of a sample with the space behind it, points
	legendGap = 16 // between entries
)

func legendStyle() text.Style {
	sty := textStyle(plainText, false, ink)
	sty.YAlign = draw.YCenter
	return sty
}

// legendRows breaks the legend into rows that fit.
func (s *sheet) legendRows() [][]legendEntry {
	var rows [][]legendEntry
	used := vg.Length(0)
	sty := legendStyle()
	for _, e := range s.Legend {
		w := legendKey + sty.Width(e.Name) + legendGap
		if len(rows) == 0 || used+w > figureWidth-2*margin {
			rows, used = append(rows, nil), 0
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], e)
		used += w
	}
	return rows
}

// drawLegend draws one row of entries from at to the right.
func drawLegend(c draw.Canvas, at vg.Point, row []legendEntry) {
	sty := legendStyle()
	y := at.Y - legendHeight/2
	for _, e := range row {
		if e.Line {
			c.StrokeLine2(e.Look.stroke(1.5), at.X, y, at.X+18, y)
		}
		c.DrawGlyphNoClip(e.Look.glyph(3.4), vg.Point{X: at.X + 9, Y: y})
		c.FillText(sty, vg.Point{X: at.X + legendKey, Y: y}, e.Name)
		at.X += legendKey + sty.Width(e.Name) + legendGap
	}
}

// fit shortens s to the width of w points.
func fit(sty text.Style, s string, w vg.Length) string {
	s = format.OneLine(s)
	for n := len([]rune(s)); n > 1 && sty.Width(s) > w; n-- {
		s = format.Shorten(s, n-1)
	}
	return s
}

// legendOf lists the series of a figure once each, in order.
func legendOf(all []*series) []legendEntry {
	var out []legendEntry
	seen := map[string]bool{}
	for _, s := range all {
		if !seen[s.Name] {
			seen[s.Name] = true
			out = append(out, legendEntry{s.Name, s.Look, s.Line})
		}
	}
	return out
}

// The SVG writer of gonum/plot names one font, which most readers have not.
// Liberation Sans has the metrics of Arial and Helvetica by design, so naming
// them too keeps every width that was computed here.
const fontStack = "Liberation Sans,Arial,Helvetica,sans-serif"

var (
	svgHead = regexp.MustCompile(`(?s)^.*?<svg[^>]*>\n?`)
	svgFont = regexp.MustCompile(`font-family:Liberation Sans;font-variant:[a-z-]*;`)
)

// finishSVG makes what the writer gives an element that can stand inside a
// page: no prolog, a view box that scales, a title and a description that
// screen readers announce, and fonts that exist.
func finishSVG(canvas *vgsvg.Canvas, name, title, desc string, marks *hits) []byte {
	var raw bytes.Buffer
	if _, err := canvas.WriteTo(&raw); err != nil {
		panic(err) // a bytes.Buffer does not fail
	}
	w, h := canvas.Size()
	var head strings.Builder
	fmt.Fprintf(&head, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" role="img" aria-labelledby="%[5]s-title %[5]s-desc">`+"\n",
		w.Points(), h.Points(), w.Points(), h.Points(), name)
	fmt.Fprintf(&head, "<title id=\"%s-title\">%s</title>\n<desc id=\"%s-desc\">%s</desc>\n", name, xmlText(title), name, xmlText(desc))
	body := svgHead.ReplaceAll(raw.Bytes(), nil)
	body = bytes.Map(xmlRune, body)
	body = svgFont.ReplaceAll(body, []byte("font-family:"+fontStack+";"))
	body = bytes.Replace(body, []byte("</svg>"), append(marks.svg(h.Points()), "</svg>"...), 1)
	return append([]byte(head.String()), body...)
}

// xmlRune drops what XML 1.0 does not allow (section 2.2) from text that came
// from a file, for example the name of a benchmark.
func xmlRune(r rune) rune {
	switch {
	case r == '\t', r == '\n', r >= 0x20 && r < 0xD800, r >= 0xE000 && r < 0xFFFD, r >= 0x10000:
		return r
	}
	return -1
}

func xmlText(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(format.OneLine(s))); err != nil {
		panic(err) // a strings.Builder does not fail
	}
	return b.String()
}
