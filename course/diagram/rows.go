package main

import (
	"fmt"
	"slices"
	"time"

	"cachelab/internal/sched"
)

// idle hatches the time in which a P runs no goroutine.
func (p *picture) idle(id int64, y int) {
	from := p.window.From
	gap := func(to time.Duration) {
		s := sched.Span{From: from, To: to}
		if s.Length() >= p.visible() {
			p.hatched(s, y, runHeight, "url(#idle)", fmt.Sprintf("P%d runs no goroutine for %s", id, length(s.Length())))
		}
	}
	for _, r := range p.t.Runs {
		if r.P == id && r.To > from {
			gap(min(r.From, p.window.To))
			from = r.To
		}
	}
	gap(p.window.To)
}

// turnsHeight leaves the label of the run above it readable.
const turnsHeight = 10

// turns hatches the time in which this P and another one both have a goroutine although
// there is one CPU.
func (p *picture) turns(id int64, y int) {
	for _, r := range p.t.Runs {
		if r.P != id {
			continue
		}
		for _, other := range p.t.Runs {
			both := sched.Span{From: max(r.From, other.From), To: min(r.To, other.To)}
			if other.P != id && both.Length() >= p.visible() {
				p.hatched(both, y+runHeight-turnsHeight, turnsHeight, "url(#turns)", fmt.Sprintf("P%d and P%d both have a goroutine, and one CPU runs one of them", id, other.P))
			}
		}
	}
}

// hatched fills a span of a P's row with a pattern.
func (p *picture) hatched(s sched.Span, y, height int, pattern, tooltip string) {
	c, in := s.Clip(p.window)
	if !in {
		return
	}
	fmt.Fprintf(p, `<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s"><title>%s</title></rect>`+"\n",
		p.x(c.From), y, p.x(c.To)-p.x(c.From), height, pattern, tooltip)
}

// parked draws the goroutines that wait in the runtime for a channel, a lock or a timer,
// a row for each. They have no thread and no P, and nobody runs them until what they wait
// for happens. A wait that is too short for a label is left out.
func (p *picture) parked(y int) int {
	rows := map[int64]int{}
	var order []int64
	for _, park := range p.t.Parks {
		c, in := park.Clip(p.window)
		name := p.label(park.G)
		labels := []string{fmt.Sprintf("%s waits: %s", name, park.Why), name + " waits", name, "G" + fmt.Sprint(park.G)}
		if p.other(park.G) || !in || fitting(p.x(c.To)-p.x(c.From), labels) == "" {
			continue
		}
		if _, known := rows[park.G]; !known {
			if len(order) == mostParked {
				continue
			}
			order = append(order, park.G)
			rows[park.G] = y + laneGap/2 + (len(order)-1)*rowHeight
		}
		_, _, stroke := p.look(park.G)
		p.box(park.Span, rows[park.G], rowHeight-gap, "#FEFEFE", stroke, "1 3",
			fmt.Sprintf("%s waits for %s (%s), without a thread and a P", name, length(park.Length()), park.Why), labels...)
	}
	if len(order) == 0 {
		return y
	}
	p.text(12, y+laneGap/2+13, fontSize-1, "", mute, "blocked, no P")
	return y + laneGap/2 + len(order)*rowHeight
}

// mostParked is how many rows of blocked goroutines a picture has at most: a server has
// thousands of them.
const mostParked = 8

// shown lists the goroutines that are drawn in colour: those that have said a name, or
// where none has, all that the program started, by number.
func shown(t *sched.Timeline) []*sched.Goroutine {
	if list := named(t); len(list) > 0 {
		return list
	}
	var list []*sched.Goroutine
	for _, g := range t.Goroutines {
		if g.ID != mainID && !g.System() && g.Parent != sched.None {
			list = append(list, g)
		}
	}
	slices.SortFunc(list, func(a, b *sched.Goroutine) int { return int(a.ID - b.ID) })
	return list
}

// mainID is the goroutine that runs main: the runtime numbers from 1.
const mainID = 1
