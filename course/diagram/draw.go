package main

import (
	"cmp"
	"fmt"
	"html"
	"io"
	"slices"
	"strings"
	"time"

	"cachelab/internal/sched"
)

// The picture's measures, in pixels.
const (
	width     = 1180
	leftEdge  = 96 // of the time axis; row labels stand left of it
	rightEdge = width - 20
	runHeight = 34 // a goroutine on a P
	rowHeight = 19 // a thread, a place in a queue
	gap       = 3
	laneGap   = 18
	fontSize  = 12
)

// The colours of Okabe and Ito, "Color Universal Design" (2008), without black and
// yellow, in an order in which neighbours differ in lightness too. Spans are
// filled with a light tint, so that dark text on them is readable.
var inks = []string{"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"}
var tints = []string{"#B8D9EC", "#F6CDAF", "#B3E2D3", "#F0D6E3", "#F9E2B0", "#D3EBF9"}

const (
	ink       = "#222222"
	mute      = "#666666"
	grid      = "#E4E4E4"
	otherInk  = "#999999" // the runtime's own goroutines
	otherTint = "#F1F1F1"
	plainInk  = "#555555" // goroutines of the program without a name or a colour
	plainTint = "#D5D5D5"
)

// labels is what a picture says that the timeline does not hold.
type labels struct {
	title, facts, command string
	oneCPU                bool // the program had one CPU, on which its threads took turns
}

// picture draws one timeline.
type picture struct {
	*strings.Builder
	t      *sched.Timeline
	window sched.Span
	colour map[int64]int // of the goroutines drawn in colour
	oneCPU bool
}

// draw writes the timeline as an SVG. It draws the time from the creation of
// the first named goroutine to the end of the last.
func draw(w io.Writer, t *sched.Timeline, l labels) error {
	p := &picture{Builder: &strings.Builder{}, t: t, window: windowOf(t), colour: map[int64]int{}, oneCPU: l.oneCPU}
	for i, g := range shown(t) {
		p.colour[g.ID] = i % len(inks)
	}
	y := 30
	p.text(12, y, 17, "bold", ink, l.title)
	y += 20
	p.text(12, y, fontSize, "", mute, l.facts)
	y += 16
	marks := p.marks()
	y = p.announce(y, marks)
	top := y
	y = p.axis(y, marks)
	bodyTop := y
	for _, id := range p.procs() {
		y = p.lane(id, y+laneGap/2) + laneGap/2
	}
	y = p.without(y)
	y = p.parked(y)
	bottom := y
	y += 10
	for _, line := range p.howToRead(len(marks) > 0) {
		y += 15
		p.text(12, y, fontSize-0.5, "", mute, line)
	}
	y += 18
	p.text(12, y, fontSize-0.5, "", mute, "Drawn by: "+l.command)
	body := p.String()
	var head strings.Builder
	fmt.Fprintf(&head, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" font-family="'DejaVu Sans', Verdana, sans-serif">`+"\n", width, y+14, width, y+14)
	fmt.Fprintf(&head, "<title>%s</title>\n", html.EscapeString(l.title))
	fmt.Fprintf(&head, `<rect width="%d" height="%d" fill="#FEFEFE"/>`+"\n", width, y+14)
	head.WriteString("<defs>\n")
	for i := range inks {
		hatch(&head, fmt.Sprint("call", i), tints[i], inks[i])
	}
	hatch(&head, "callother", otherTint, otherInk)
	hatch(&head, "callplain", plainTint, plainInk)
	hatch(&head, "idle", "#FEFEFE", grid)
	hatch(&head, "turns", "none", mute)
	head.WriteString("</defs>\n")
	p.gridLines(&head, bodyTop, bottom)
	p.rule(&head, marks, top, bottom)
	_, err := io.WriteString(w, head.String()+body+"</svg>\n")
	return err
}

// hatch defines the pattern of a system call: stripes, so that it does not
// depend on a colour.
func hatch(w io.Writer, id, tint, line string) {
	fmt.Fprintf(w, `<pattern id="%s" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="7" height="7" fill="%s"/><line x1="1" y1="0" x2="1" y2="7" stroke="%s" stroke-width="1.6"/></pattern>`+"\n", id, tint, line)
}

func (p *picture) howToRead(handoff bool) []string {
	lines := []string{
		"Each P has three rows: the thread (M) that holds it, the goroutine (G) that it runs, and the goroutines that could run and wait for it. Striped: in a system call.",
		"A trace does not say in which queue a goroutine waits; it is drawn under the P that made it runnable, if it waits long enough for a label. Grey: goroutines without a name; light grey: the runtime's own.",
	}
	if slices.ContainsFunc(p.t.Runs, func(r sched.Run) bool { return r.Length() > timeSlice }) {
		lines = append(lines, "Notches: 10 ms, the time slice, is used up. The goroutine runs on until the runtime's monitor thread looks the next time and asks it to stop.")
	}
	lines = append(lines, "Light stripes: the P runs no goroutine.")
	if p.oneCPU {
		lines = append(lines, "Dark stripes: two Ps have a goroutine, and there is one CPU. A trace does not say which of the two it ran at which moment.")
	}
	if handoff {
		lines = append(lines, "Dashed: a P changes hands, because the thread that held it is in a system call.")
	}
	return lines
}

// margin is the share of the window that is drawn before and behind it.
const margin = 0.02

func windowOf(t *sched.Timeline) sched.Span {
	list := shown(t)
	if len(list) == 0 {
		return sched.Span{To: t.End}
	}
	w := list[0].Life
	for _, g := range list {
		w.From, w.To = min(w.From, g.Life.From), max(w.To, g.Life.To)
	}
	extra := time.Duration(margin * float64(w.Length()))
	return sched.Span{From: max(0, w.From-extra), To: min(t.End, w.To+extra)}
}

// leastWork is the share of the window for which a P must have run goroutines of
// the program to get a lane: less is the program's beginning, on a P that it then
// gave up.
const leastWork = 0.02

// procs are the Ps that get a lane, ascending.
func (p *picture) procs() []int64 {
	work := map[int64]time.Duration{}
	for _, r := range p.t.Runs {
		if c, in := r.Clip(p.window); in && !p.other(r.G) {
			work[r.P] += c.Length()
		}
	}
	var ids []int64
	for id, ran := range work {
		if float64(ran) >= leastWork*float64(p.window.Length()) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// other reports whether a goroutine is the runtime's own.
func (p *picture) other(g int64) bool {
	known := p.t.Goroutines[g]
	return known == nil || known.System()
}

// x is where a moment lies on the axis.
func (p *picture) x(at time.Duration) float64 {
	return leftEdge + (rightEdge-leftEdge)*float64(at-p.window.From)/float64(p.window.Length())
}

func (p *picture) text(x float64, y int, size float64, weight, fill, text string) {
	if weight != "" {
		weight = ` font-weight="` + weight + `"`
	}
	fmt.Fprintf(p, `<text x="%.1f" y="%d" font-size="%g"%s fill="%s">%s</text>`+"\n", x, y, size, weight, fill, html.EscapeString(text))
}

// box draws a span with its label, if there is room for one: the first of the
// labels that fits. The whole is said in the tooltip.
func (p *picture) box(s sched.Span, y, height int, fill, stroke, dash, tooltip string, labels ...string) {
	c, in := s.Clip(p.window)
	if !in {
		return
	}
	x, w := p.x(c.From), p.x(c.To)-p.x(c.From)
	if dash != "" {
		dash = ` stroke-dasharray="` + dash + `"`
	}
	fmt.Fprintf(p, `<rect x="%.1f" y="%d" width="%.1f" height="%d" rx="2" fill="%s" stroke="%s"%s><title>%s</title></rect>`+"\n",
		x, y, max(w, 1), height, fill, stroke, dash, html.EscapeString(tooltip))
	if label := fitting(w, labels); label != "" {
		// On stripes the text needs a ground of its own.
		if strings.HasPrefix(fill, "url") {
			fmt.Fprintf(p, `<rect x="%.1f" y="%d" width="%.1f" height="%d" rx="3" fill="#FEFEFE" fill-opacity="0.85"/>`+"\n", x+3, y+2, textWidth(label)+4, height-4)
		}
		p.text(x+5, y+height/2+4, fontSize, "", ink, label)
	}
}

// caption writes the first of the labels that fits into a span, if one does.
func (p *picture) caption(s sched.Span, y, height int, labels ...string) {
	if c, in := s.Clip(p.window); in {
		x := p.x(c.From)
		if label := fitting(p.x(c.To)-x, labels); label != "" {
			p.text(x+5, y+height/2+4, fontSize, "", ink, label)
		}
	}
}

// look is the fill, stripes and stroke of a goroutine.
func (p *picture) look(g int64) (fill, striped, stroke string) {
	if i, ok := p.colour[g]; ok {
		return tints[i], fmt.Sprintf("url(#call%d)", i), inks[i]
	}
	if p.other(g) {
		return otherTint, "url(#callother)", otherInk
	}
	return plainTint, "url(#callplain)", plainInk
}

func (p *picture) label(g int64) string {
	if known := p.t.Goroutines[g]; known != nil {
		return known.Label()
	}
	return fmt.Sprintf("G%d", g)
}

// lane draws one P from y on and returns where it ends.
func (p *picture) lane(id int64, y int) int {
	p.text(12, y+rowHeight+runHeight/2+9, 18, "bold", ink, fmt.Sprintf("P%d", id))
	p.text(46, y+14, fontSize-1, "", mute, "thread")
	held := p.window.From
	for _, h := range p.t.Holds {
		if h.P == id {
			p.nobody(id, sched.Span{From: held, To: h.From}, y)
			held = h.To
			m := mNumber(p.t, h.M)
			p.box(h.Span, y, rowHeight-gap, "#FEFEFE", mute, "", fmt.Sprintf("M%d, operating-system thread %d, holds P%d for %s", m, h.M, id, length(h.Length())),
				fmt.Sprintf("M%d (a thread) holds P%d", m, id), fmt.Sprintf("M%d holds P%d", m, id), fmt.Sprintf("M%d", m))
		}
	}
	p.nobody(id, sched.Span{From: held, To: p.window.To}, y)
	y += rowHeight
	p.text(46, y+runHeight/2+3, fontSize-1, "", mute, "runs")
	p.idle(id, y)
	for _, r := range p.t.Runs {
		if r.P == id {
			p.run(r, y)
		}
	}
	if p.oneCPU {
		p.turns(id, y)
	}
	y += runHeight + gap
	return p.queue(id, y)
}

// nobody says so where no thread holds a P: there is nothing to run, or the
// thread that is to have it must wake up first.
func (p *picture) nobody(id int64, s sched.Span, y int) {
	if c, in := s.Clip(p.window); in {
		x := p.x(c.From)
		if label := fitting(p.x(c.To)-x, []string{fmt.Sprintf("no thread holds P%d", id), "no thread", "no M"}); label != "" {
			p.text(x+5, y+(rowHeight-gap)/2+4, fontSize-1, "", mute, label)
		}
	}
}

// visible is the length of time that is wide enough to be told from its
// neighbours: 3 pixels.
func (p *picture) visible() time.Duration {
	return p.window.Length() * 3 / (rightEdge - leftEdge)
}

func (p *picture) run(r sched.Run, y int) {
	fill, striped, stroke := p.look(r.G)
	name := p.label(r.G)
	calls := ""
	if n := len(r.Syscalls); n > 0 {
		calls = fmt.Sprintf(", %d system calls in which it keeps its P", n)
	}
	tooltip := fmt.Sprintf("%s runs for %s on P%d and M%d%s; then: %s", name, length(r.Length()), r.P, mNumber(p.t, r.M), calls, cmp.Or(r.Ended, "still running"))
	if p.other(r.G) {
		p.box(r.Span, y, runHeight, fill, stroke, "", tooltip, name+" (the runtime's)", "runtime")
		return
	}
	p.box(r.Span, y, runHeight, fill, stroke, "", tooltip)
	// The label stands in the longest stretch between calls that are wide enough
	// to be seen.
	solid, from := sched.Span{}, r.From
	stretch := func(to time.Duration) {
		if c, in := (sched.Span{From: from, To: to}).Clip(p.window); in && c.Length() > solid.Length() {
			solid = c
		}
	}
	for _, s := range r.Syscalls {
		if s.Length() >= p.visible() {
			p.box(s, y, runHeight, striped, stroke, "", name+" in a system call, with its P, for "+length(s.Length()), name+" in a system call", name+" in a call", name)
			stretch(s.From)
			from = s.To
		}
	}
	stretch(r.To)
	p.notch(r, y)
	p.caption(solid, y, runHeight, name+", "+length(r.Length()), name, "G"+fmt.Sprint(r.G))
}

// notch marks when a run has lasted for a time slice, at both edges, so that its
// label stays readable.
func (p *picture) notch(r sched.Run, y int) {
	at := r.From + timeSlice
	if r.Length() <= timeSlice || at < p.window.From || at > p.window.To {
		return
	}
	x := p.x(at)
	fmt.Fprintf(p, `<path d="M%.1f %d l-4 0 l4 7 l4 -7 z M%.1f %d l-4 0 l4 -7 l4 7 z" fill="%s"><title>10 ms: the time slice is used up</title></path>`+"\n", x, y, x, y+runHeight, ink)
}

// queue draws the goroutines that wait for a P, each in the first row that is
// free (by a pixel: one that is stopped waits before the next one has stopped waiting),
// and returns where the rows end. A wait that is too short for a label is
// left out.
func (p *picture) queue(id int64, y int) int {
	var rows []time.Duration // until when each row is taken
	for _, w := range p.t.Waits {
		c, in := w.Clip(p.window)
		name := p.label(w.G)
		labels := []string{fmt.Sprintf("%s waits %s", name, length(w.Length())), name + " waits", name, "G" + fmt.Sprint(w.G)}
		if w.P != id || p.other(w.G) || !in || fitting(p.x(c.To)-p.x(c.From), labels) == "" {
			continue
		}
		row := slices.IndexFunc(rows, func(until time.Duration) bool { return until <= c.From+p.visible()/3 })
		if row < 0 {
			row = len(rows)
			rows = append(rows, 0)
		}
		rows[row] = c.To
		_, _, stroke := p.look(w.G)
		p.box(w.Span, y+row*rowHeight, rowHeight-gap, "#FEFEFE", stroke, "4 3",
			fmt.Sprintf("%s waits in a queue for %s", name, length(w.Length())), labels...)
	}
	if len(rows) > 0 {
		p.text(46, y+14, fontSize-1, "", mute, "queue")
	}
	return y + len(rows)*rowHeight
}

// without draws the goroutines that are blocked in a system call, with their
// thread and without a P.
func (p *picture) without(y int) int {
	first := true
	for _, b := range p.t.Blocked {
		lost := sched.Span{From: b.Lost, To: b.To}
		c, in := lost.Clip(p.window)
		if p.other(b.G) || !in || c.Length() < p.visible() {
			continue
		}
		if first {
			y += laneGap / 2
			p.text(12, y+runHeight/2, 14, "bold", ink, "no P")
			p.text(12, y+runHeight/2+14, fontSize-1, "", mute, "in a call")
			first = false
		}
		_, striped, stroke := p.look(b.G)
		m, call := mNumber(p.t, b.M), strings.TrimPrefix(b.Call, "syscall.")
		words := fmt.Sprintf("M%d keeps %s: blocked in %s", m, p.label(b.G), call)
		p.box(lost, y, runHeight, striped, stroke, "", fmt.Sprintf("%s, operating-system thread %d, for %s", words, b.M, length(b.Length())),
			fmt.Sprintf("%s for %s, without a P", words, length(lost.Length())), words, fmt.Sprintf("M%d keeps G%d", m, b.G), fmt.Sprintf("G%d", b.G))
		y += runHeight + gap
	}
	return y
}
