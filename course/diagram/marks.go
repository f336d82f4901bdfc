package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"cachelab/internal/sched"
)

// mostMarks is how many hand-offs are marked. More are not what a picture is
// about, and would bury it: a program that prints much loses its P now and then
// in a write that takes long. The rows of threads still show them.
const mostMarks = 3

// marks are the hand-offs in the window that concern a named goroutine, in the
// order of time: one that happens to main while it prints is not what a diagram
// is about. Neither is one after which the thread has the P for less than can be
// seen. There are none where there are too many.
func (p *picture) marks() []sched.Handoff {
	var list []sched.Handoff
	for _, h := range p.t.Handoffs {
		_, concerns := p.colour[h.G]
		if concerns && h.At >= p.window.From && h.At <= p.window.To && p.heldFor(h) >= p.visible() {
			list = append(list, h)
		}
	}
	if len(list) > mostMarks {
		return nil
	}
	return list
}

// heldFor is how long the thread that was given a P in a hand-off held it.
func (p *picture) heldFor(h sched.Handoff) time.Duration {
	for _, hold := range p.t.Holds {
		if hold.P == h.P && hold.M == h.To && hold.From == h.Until {
			return hold.Length()
		}
	}
	return 0
}

// bold is how much wider than others bold letters are.
const bold = 1.15

// announce writes what each hand-off is, above the lanes, and returns where
// the text ends. A text stands right of its line where there is room.
func (p *picture) announce(y int, marks []sched.Handoff) int {
	for _, h := range marks {
		y += 16
		text := fmt.Sprintf("hand-off: P%d from M%d to M%d", h.P, mNumber(p.t, h.From), mNumber(p.t, h.To))
		if next := nextOf(p.t, h); next != nil {
			text += ", which runs " + next.Label()
		}
		x := p.x(h.At)
		anchor := "start"
		if dx := x + 6; dx+bold*textWidth(text) > rightEdge {
			anchor, x = "end", x-12
		}
		fmt.Fprintf(p, `<text x="%.1f" y="%d" font-size="%d" font-weight="bold" text-anchor="%s" fill="%s">%s</text>`+"\n", x+6, y, fontSize, anchor, ink, text)
		fmt.Fprintf(p, `<circle cx="%.1f" cy="%d" r="3" fill="%s"/>`+"\n", p.x(h.At), y-4, ink)
	}
	return y
}

// rule draws the hand-offs' lines through all lanes, behind them.
func (p *picture) rule(w io.Writer, marks []sched.Handoff, top, bottom int) {
	for i, h := range marks {
		from := top - 16*(len(marks)-1-i) - 4
		fmt.Fprintf(w, `<line x1="%.1f" y1="%d" x2="%.1f" y2="%d" stroke="%s" stroke-width="1.3" stroke-dasharray="5 4"/>`+"\n", p.x(h.At), from, p.x(h.At), bottom, ink)
	}
}

// mostTicks is as many as have room for their numbers, and enough for a line
// every 10 ms, the length of a time slice, in a picture of 240 ms.
const mostTicks = 24

// ticks are the labelled moments of the axis, since its beginning: at most
// mostTicks steps, of 1, 2 or 5 times a power of ten.
func ticks(length time.Duration) (step time.Duration, at []time.Duration) {
	raw := float64(length) / mostTicks
	unit := math.Pow(10, math.Floor(math.Log10(raw)))
	factor := 10.0
	for _, f := range []float64{1, 2, 5} {
		if f*unit >= raw {
			factor = f
			break
		}
	}
	step = max(1, time.Duration(factor*unit))
	for t := time.Duration(0); t <= length; t += step {
		at = append(at, t)
	}
	return step, at
}

// axis writes the time above the lanes, from the beginning of the window.
func (p *picture) axis(y int, marks []sched.Handoff) int {
	y += 18
	step, at := ticks(p.window.Length())
	unit, per := "µs", float64(time.Microsecond)
	if step >= 100*time.Microsecond {
		unit, per = "ms", float64(time.Millisecond)
	}
	p.text(46, y, fontSize-1, "", mute, "time")
	for i, t := range at {
		x := p.x(p.window.From + t)
		label := fmt.Sprintf("%g", math.Round(float64(t)/per*1000)/1000)
		if i == 0 {
			label += " " + unit
		}
		if x > rightEdge-20 {
			break
		}
		crossed := func(h sched.Handoff) bool { at := p.x(h.At); return at > x && at < x+textWidth(label)+4 }
		if slices.ContainsFunc(marks, crossed) {
			continue // the hand-off's line would go through the number
		}
		p.text(x+2, y, fontSize-1, "", mute, label)
	}
	return y + 4
}

// gridLines draws the axis's moments behind everything else.
func (p *picture) gridLines(w io.Writer, top, bottom int) {
	_, at := ticks(p.window.Length())
	for _, t := range at {
		x := p.x(p.window.From + t)
		fmt.Fprintf(w, `<line x1="%.1f" y1="%d" x2="%.1f" y2="%d" stroke="%s"/>`+"\n", x, top-14, x, bottom, grid)
	}
}
