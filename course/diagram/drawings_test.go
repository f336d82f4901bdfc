package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"cachelab/internal/sched"
)

// TestHandoffTitle: the reader's hand-off is the one that counts, and the goroutine that
// runs next is the program's, also where the runtime has something to do first.
func TestHandoffTitle(t *testing.T) {
	span := func(from, to time.Duration) sched.Span { return sched.Span{From: from, To: to} }
	timeline := &sched.Timeline{
		Goroutines: map[int64]*sched.Goroutine{
			2: {ID: 2, Func: "runtime.bgsweep"}, 5: {ID: 5, Name: "work 1"}, 6: {ID: 6, Name: "reader"},
		},
		Ms: []int64{70, 71, 72}, End: 100,
		Runs: []sched.Run{
			{Span: span(0, 10), G: 5, M: 70}, {Span: span(12, 20), G: 6, M: 71},
			{Span: span(25, 30), G: 2, M: 72}, {Span: span(30, 60), G: 5, M: 72},
		},
		Handoffs: []sched.Handoff{
			{At: 10, Until: 12, G: 5, From: 70, To: 71, Next: 6}, // a worker's, in a write
			{At: 20, Until: 25, G: 6, From: 71, To: 72, Next: 2},
		},
	}
	want := "Hand-off: G6 reader blocks in a system call and keeps M1; P0 moves to M2 and runs G5 work 1"
	if got, ok := handoffTitle(timeline, false); !ok || got != want {
		t.Errorf("%v, %q; want %q", ok, got, want)
	}
	timeline.Runs[3].M = 70 // the P has gone on to another thread
	if got, ok := handoffTitle(timeline, false); ok {
		t.Errorf("claims %q of a thread that ran nothing of the program's", got)
	}
}

// TestOneCPU: on one CPU no drawing claims that something ran at the same time.
func TestOneCPU(t *testing.T) {
	p, _ := find("two-p")
	timeline := recorded(t, "two-p.trace")
	many, _ := p.title(timeline, false)
	one, ok := p.title(timeline, true)
	if !strings.HasPrefix(many, "Parallelism: ") || !ok || !strings.HasPrefix(one, "Not parallel: ") || strings.Contains(one, "same time") {
		t.Errorf("two CPUs: %q; one: %v, %q", many, ok, one)
	}
}

// turns is a timeline in which A and B take turns on one P, with a touch of both
// waiting at each turn, and a hand-off after the first turn.
func turns() *sched.Timeline {
	const slice, touch = 10 * time.Millisecond, 20 * time.Microsecond // of 80 ms: 133 pixels, and a quarter of one
	t := &sched.Timeline{
		Goroutines: map[int64]*sched.Goroutine{5: {ID: 5, Name: "A"}, 6: {ID: 6, Name: "B"}},
		Ms:         []int64{70, 71}, End: 8 * slice,
		Handoffs: []sched.Handoff{{At: slice - touch, Until: slice, G: 5, From: 70, To: 71, Next: 6}},
		Holds:    []sched.Hold{{Span: sched.Span{To: slice - touch}, M: 70}, {Span: sched.Span{From: slice, To: 8 * slice}, M: 71}},
	}
	for _, g := range t.Goroutines {
		g.Life.To = t.End
	}
	// For a touch A runs on after the hand-off.
	t.Runs = append(t.Runs, sched.Run{Span: sched.Span{From: slice, To: slice + touch}, G: 5, M: 71})
	for i := range time.Duration(8) {
		runs, waits := int64(5+i%2), int64(6-i%2)
		t.Runs = append(t.Runs, sched.Run{Span: sched.Span{From: i * slice, To: (i + 1) * slice}, G: runs, M: 71})
		t.Waits = append(t.Waits, sched.Wait{Span: sched.Span{From: i * slice, To: (i+1)*slice + touch}, G: waits})
	}
	return t
}

// TestQueueRows: waits that overlap by less than can be seen share a row.
func TestQueueRows(t *testing.T) {
	var svg bytes.Buffer
	draw(&svg, turns(), labels{})
	rows := map[string]int{}
	for line := range strings.Lines(svg.String()) {
		if strings.Contains(line, "waits in a queue") {
			_, y, _ := strings.Cut(line, ` y="`)
			y, _, _ = strings.Cut(y, `"`)
			rows[y]++
		}
	}
	if len(rows) != 1 {
		t.Errorf("waits in %d rows (%v), want 1", len(rows), rows)
	}
}

// TestMarksAreSeen: a hand-off to a thread that held the P for a moment is no
// mark, and a gap between two threads says that nobody held it.
func TestMarksAreSeen(t *testing.T) {
	mark := func(timeline *sched.Timeline) bool {
		var svg bytes.Buffer
		draw(&svg, timeline, labels{})
		return strings.Contains(svg.String(), "hand-off: P0 from M0 to M1, which runs G5 A")
	}
	if !mark(turns()) {
		t.Error("a hand-off to a thread that holds the P is not marked")
	}
	short := turns()
	short.Holds[1].To = short.Holds[1].From + time.Microsecond
	if mark(short) {
		t.Error("a hand-off to a thread that holds the P for 1 us of 80 ms is marked")
	}
	var svg bytes.Buffer
	draw(&svg, short, labels{})
	if !strings.Contains(svg.String(), "no thread holds P0") {
		t.Error("70 ms without a thread are left blank")
	}
}

// TestShortSlices: a slice that ended early is counted, and the title says so.
func TestShortSlices(t *testing.T) {
	timeline := &sched.Timeline{Goroutines: map[int64]*sched.Goroutine{5: {ID: 5, Name: "A"}, 6: {ID: 6, Name: "B"}}}
	at := time.Duration(0)
	for i, ms := range []time.Duration{10, 12, 5, 11, 10} {
		to := at + ms*time.Millisecond
		timeline.Runs = append(timeline.Runs, sched.Run{Span: sched.Span{From: at, To: to}, G: int64(5 + i%2), Ended: "preempted"})
		at = to
	}
	want := "Time slicing: one P alternates between G5 A and G6 B; 5 slices of 5 ms to 12 ms, 1 of them shorter than a time slice"
	if got, ok := slicesTitle(timeline, false); !ok || got != want {
		t.Errorf("%v, %q; want %q", ok, got, want)
	}
}

// TestRows: blocked goroutines have a row, a P without a goroutine is hatched, and on one CPU
// so is the time in which two Ps have one.
func TestRows(t *testing.T) {
	const ms = time.Millisecond
	timeline := &sched.Timeline{
		Goroutines: map[int64]*sched.Goroutine{5: {ID: 5, Name: "A", Life: sched.Span{To: 10 * ms}}, 6: {ID: 6, Name: "B", Life: sched.Span{To: 10 * ms}}},
		Ms:         []int64{70, 71}, End: 10 * ms,
		Runs: []sched.Run{
			{Span: sched.Span{To: 4 * ms}, G: 5, P: 0, M: 70}, {Span: sched.Span{From: 2 * ms, To: 10 * ms}, G: 6, P: 1, M: 71},
		},
		Parks: []sched.Park{{Span: sched.Span{From: 4 * ms, To: 10 * ms}, G: 5, Why: "chan receive"}},
	}
	for _, oneCPU := range []bool{false, true} {
		var svg bytes.Buffer
		draw(&svg, timeline, labels{oneCPU: oneCPU})
		wellFormed(t, svg.Bytes())
		for want, is := range map[string]bool{"G5 A waits: chan receive": true, "P0 runs no goroutine for 6 ms": true, "P1 runs no goroutine for 2 ms": true, "and one CPU runs one of them": oneCPU} {
			if strings.Contains(svg.String(), want) != is {
				t.Errorf("one CPU %v: the drawing says %q: %v, want %v", oneCPU, want, !is, is)
			}
		}
	}
}
