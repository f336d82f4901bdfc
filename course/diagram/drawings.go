package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"cachelab/internal/format"
	"cachelab/internal/sched"
)

// drawing is one diagram that can be drawn: which program is traced, and what
// its trace must show.
type drawing struct {
	name    string
	pkg     string
	args    []string
	purpose string // for -h
	// title says what the trace shows, in its own numbers; ok is false where
	// it does not show it, and the program is run again. On one CPU a trace may
	// show what was not so: threads take turns between any two of its events.
	title func(t *sched.Timeline, oneCPU bool) (title string, ok bool)
}

var drawings = []drawing{
	{
		name: "handoff", pkg: "cachelab/course/programs/handoff",
		purpose: "a goroutine blocks in a system call: it keeps its M, the P moves on",
		title:   handoffTitle,
	},
	{
		name: "one-p", pkg: "cachelab/course/programs/concurrency",
		purpose: "concurrency: two goroutines, one P with a queue",
		title: func(t *sched.Timeline, _ bool) (string, bool) {
			a, b, ok := pair(t)
			if !ok {
				return "", false
			}
			both := t.Overlap(a.ID, b.ID)
			return fmt.Sprintf("Concurrency: one P runs one of %s and %s, the other waits in its queue", a.Label(), b.Label()), both == 0
		},
	},
	{
		name: "two-p", pkg: "cachelab/course/programs/parallelism",
		purpose: "parallelism: two goroutines, a P each",
		title: func(t *sched.Timeline, oneCPU bool) (string, bool) {
			a, b, ok := pair(t)
			if !ok {
				return "", false
			}
			both := t.Overlap(a.ID, b.ID)
			title := fmt.Sprintf("Parallelism: two Ps ran %s and %s at the same time for %s", a.Label(), b.Label(), length(both))
			if oneCPU {
				title = fmt.Sprintf("Not parallel: two Ps had %s and %s for %s, and their threads took turns on one CPU", a.Label(), b.Label(), length(both))
			}
			// Less than half would be a picture of one P being late.
			return title, both > min(t.Ran(a.ID), t.Ran(b.ID))/2
		},
	},
	{
		name: "timeslicing", pkg: "cachelab/course/programs/timeslicing", args: []string{"-below", "30000"},
		purpose: "two goroutines that never wait take turns of 10 ms and more",
		title:   slicesTitle,
	},
}

func find(name string) (drawing, bool) {
	i := slices.IndexFunc(drawings, func(p drawing) bool { return p.name == name })
	if i < 0 {
		return drawing{}, false
	}
	return drawings[i], true
}

func names() string {
	var list []string
	for _, p := range drawings {
		list = append(list, p.name)
	}
	return strings.Join(list, ", ")
}

// named lists the goroutines that have said a name, by number.
func named(t *sched.Timeline) []*sched.Goroutine {
	var list []*sched.Goroutine
	for _, g := range t.Goroutines {
		if g.Name != "" {
			list = append(list, g)
		}
	}
	slices.SortFunc(list, func(a, b *sched.Goroutine) int { return int(a.ID - b.ID) })
	return list
}

// pair is the two named goroutines of a program that has two.
func pair(t *sched.Timeline) (a, b *sched.Goroutine, ok bool) {
	list := named(t)
	if len(list) != 2 {
		return nil, nil, false
	}
	return list[0], list[1], true
}

// handoffTitle looks for what course/programs/handoff is about: its reader blocks, and
// another goroutine of the program runs. That a worker loses its P in a write happens
// as well, on one CPU above all.
func handoffTitle(t *sched.Timeline, _ bool) (string, bool) {
	for _, h := range t.Handoffs {
		g, next := t.Goroutines[h.G], nextOf(t, h)
		if g == nil || next == nil || g.Name != "reader" || next.Name == "" {
			continue
		}
		return fmt.Sprintf("Hand-off: %s blocks in a system call and keeps M%d; P%d moves to M%d and runs %s",
			g.Label(), mNumber(t, h.From), h.P, mNumber(t, h.To), next.Label()), true
	}
	return "", false
}

// nextOf is the first goroutine of the program that runs on a P after it was handed
// over, on the thread that got it, for however short a time; nil if there is none. The
// runtime's own may run before it, a collector's worker for example.
func nextOf(t *sched.Timeline, h sched.Handoff) *sched.Goroutine {
	for _, r := range t.Runs {
		if g := t.Goroutines[r.G]; r.P == h.P && r.From >= h.Until && g != nil && !g.System() {
			if r.M == h.To {
				return g
			}
			return nil
		}
	}
	return nil
}

// timeSlice is after how long a goroutine is asked to stop (runtime/proc.go,
// forcePreemptNS).
const timeSlice = 10 * time.Millisecond

// shortSlice tells a slice that was used up from a shorter one. A goroutine that gets the
// P by way of the run-next slot takes over what is left of its predecessor's slice, so it
// may be preempted after 5 ms or 8.
const shortSlice = timeSlice - time.Millisecond

// leastSlices is how many used-up slices a picture must have to be one of time slicing.
const leastSlices = 4

func slicesTitle(t *sched.Timeline, _ bool) (string, bool) {
	a, b, ok := pair(t)
	if !ok {
		return "", false
	}
	var all []time.Duration
	used := 0
	for _, r := range t.Runs {
		if (r.G == a.ID || r.G == b.ID) && r.Ended == "preempted" {
			all = append(all, r.Length())
			if r.Length() >= shortSlice {
				used++
			}
		}
	}
	if used < leastSlices {
		return "", false
	}
	slices.Sort(all)
	short := ""
	if n := len(all) - used; n > 0 {
		short = fmt.Sprintf(", %d of them shorter than a time slice", n)
	}
	return fmt.Sprintf("Time slicing: one P alternates between %s and %s; %d slices of %s to %s%s",
		a.Label(), b.Label(), len(all), length(all[0]), length(all[len(all)-1]), short), true
}

// mNumber numbers threads in the order of their appearance in the trace: their
// operating-system ids are long, and another at every run.
func mNumber(t *sched.Timeline, m int64) int { return slices.Index(t.Ms, m) }

// length writes a duration with the digits that matter in a picture.
func length(d time.Duration) string {
	to := time.Nanosecond
	switch {
	case d >= 10*time.Millisecond:
		to = time.Millisecond
	case d >= time.Millisecond:
		to = time.Millisecond / 10
	case d >= time.Microsecond:
		to = time.Microsecond
	}
	return format.Duration(d.Round(to))
}
