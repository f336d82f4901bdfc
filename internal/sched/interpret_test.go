package sched

import (
	"reflect"
	"testing"
	"time"
)

// script builds events with a few words each: the times are microseconds.
type script []Event

func (s *script) g(at time.Duration, g int64, from, to State, where ...int64) {
	e := Event{At: at * time.Microsecond, Kind: GoState, Subject: g, From: from, To: to, G: None, P: where[0], M: where[1]}
	if to == Syscall {
		e.Func = "syscall.read"
	}
	*s = append(*s, e)
}

func (s *script) p(at time.Duration, p int64, from, to State, m int64) {
	*s = append(*s, Event{At: at * time.Microsecond, Kind: ProcState, Subject: p, From: from, To: to, G: None, P: None, M: m})
}

func us(from, to time.Duration) Span { return Span{from * time.Microsecond, to * time.Microsecond} }

// TestHandoff is the lesson's first diagram: thread 100 runs G1 on P0 and blocks, thread
// 300 (the monitor) takes the P, thread 200 gets it and runs G2, G1 comes back.
func TestHandoff(t *testing.T) {
	var s script
	s.p(0, 0, Idle, Running, 100)
	s.g(1, 2, Gone, Runnable, 0, 100)
	s.g(2, 1, Unknown, Running, 0, 100)
	s.g(5, 1, Running, Syscall, 0, 100)
	s.g(6, 1, Syscall, Running, 0, 100)
	s.g(10, 1, Running, Syscall, 0, 100)
	s.p(30, 0, Running, Idle, 300)
	s.p(40, 0, Idle, Running, 200)
	s.g(41, 2, Runnable, Running, 0, 200)
	s.g(90, 1, Syscall, Runnable, None, 100)
	s.g(95, 2, Running, Gone, 0, 200)
	s.g(96, 1, Runnable, Running, 0, 200)
	s.g(99, 1, Running, Gone, 0, 200)
	got := Interpret(s)

	check := func(what string, got, want any) {
		t.Helper()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s\n got %+v\nwant %+v", what, got, want)
		}
	}
	check("runs", got.Runs, []Run{
		{Span: us(2, 30), G: 1, P: 0, M: 100, Syscalls: []Span{us(5, 6), us(10, 30)}, Ended: "system call"},
		{Span: us(41, 95), G: 2, P: 0, M: 200, Ended: "end"},
		{Span: us(96, 99), G: 1, P: 0, M: 200, Ended: "end"},
	})
	check("waits", got.Waits, []Wait{{Span: us(1, 41), G: 2, P: 0}, {Span: us(90, 96), G: 1, P: None}})
	check("blocked", got.Blocked, []Block{{Span: us(10, 90), G: 1, M: 100, P: 0, Lost: 30 * time.Microsecond, Call: "syscall.read", Ended: true}})
	check("holds", got.Holds, []Hold{{us(0, 30), 0, 100}, {us(40, 99), 0, 200}})
	check("handoffs", got.Handoffs, []Handoff{{At: 30 * time.Microsecond, Until: 40 * time.Microsecond, P: 0, G: 1, From: 100, To: 200, Next: 2}})
	check("threads", got.Ms, []int64{100, 300, 200})
	if n := got.Goroutines[1].Syscalls; n != 2 {
		t.Errorf("G1 made %d system calls, want 2", n)
	}
	if life := got.Goroutines[2].Life; life != us(1, 95) {
		t.Errorf("G2 lived %v", life)
	}
}

// A P that comes back to the thread that lost it was not handed over.
func TestNoHandoffToOneself(t *testing.T) {
	var s script
	s.p(0, 0, Idle, Running, 100)
	s.g(1, 1, Unknown, Running, 0, 100)
	s.g(2, 1, Running, Syscall, 0, 100)
	s.p(30, 0, Running, Idle, 300)
	s.p(40, 0, Idle, Running, 100)
	s.g(41, 1, Syscall, Runnable, 0, 100)
	s.g(42, 1, Runnable, Running, 0, 100)
	if got := Interpret(s); len(got.Handoffs) != 0 {
		t.Errorf("hand-offs %+v", got.Handoffs)
	}
}

func TestOverlap(t *testing.T) {
	var s script
	s.p(0, 0, Idle, Running, 100)
	s.p(0, 1, Idle, Running, 200)
	s.g(0, 1, Runnable, Running, 0, 100)
	s.g(10, 2, Runnable, Running, 1, 200)
	s.g(30, 1, Running, Runnable, 0, 100)
	s.g(35, 1, Runnable, Running, 0, 100)
	s.g(40, 2, Running, Gone, 1, 200)
	s.g(50, 1, Running, Gone, 0, 100)
	got := Interpret(s)
	if o := got.Overlap(1, 2); o != 25*time.Microsecond { // 10 to 30, 35 to 40
		t.Errorf("overlap %v, want 25us", o)
	}
	if got.Overlap(1, 2) != got.Overlap(2, 1) {
		t.Error("overlap is not symmetric")
	}
	if r := got.Ran(1); r != 45*time.Microsecond {
		t.Errorf("G1 ran for %v, want 45us", r)
	}
	// One P is never two things at once, however the stamps lie.
	var one script
	one.g(0, 1, Runnable, Running, 0, 100)
	one.g(10, 2, Runnable, Running, 0, 100)
	if o := Interpret(one).Overlap(1, 2); o != 0 {
		t.Errorf("overlap %v on one P", o)
	}
}

// TestAccount: two goroutines are started and one ends; the runtime's own do not count,
// nor do those that were there before the trace.
func TestAccount(t *testing.T) {
	const us = time.Microsecond
	events := []Event{
		{At: 0, Kind: GoState, Subject: 1, From: Unknown, To: Running, G: None},
		{At: 1 * us, Kind: GoState, Subject: 5, From: Gone, To: Runnable, G: 1, Func: "main.main.func1"},
		{At: 2 * us, Kind: GoState, Subject: 6, From: Gone, To: Runnable, G: 1, Func: "main.main.func2"},
		{At: 3 * us, Kind: GoState, Subject: 7, From: Gone, To: Runnable, G: 1, Func: "runtime.bgsweep"},
		{At: 4 * us, Kind: GoState, Subject: 1, From: Running, To: Waiting, Text: "sync"},
		{At: 5 * us, Kind: GoState, Subject: 5, From: Runnable, To: Running},
		{At: 6 * us, Kind: GoState, Subject: 5, From: Running, To: Gone},
		{At: 7 * us, Kind: GoState, Subject: 6, From: Runnable, To: Running},
		{At: 8 * us, Kind: Logged, Subject: 6, Category: "work", Text: "x"},
		{At: 9 * us, Kind: GoState, Subject: 6, From: Running, To: Waiting, Text: "chan receive"},
		{At: 12 * us, Kind: GoState, Subject: 1, From: Waiting, To: Runnable},
	}
	got := Interpret(events)
	a := got.Account()
	if a.Started != 2 || len(a.Left) != 1 || a.Left[0].ID != 6 {
		t.Errorf("%+v, want 2 started and G6 left", a)
	}
	want := []Park{{Span: Span{4 * us, 12 * us}, G: 1, Why: "sync", Ended: true}, {Span: Span{9 * us, 12 * us}, G: 6, Why: "chan receive"}}
	if !reflect.DeepEqual(got.Parks, want) {
		t.Errorf("parks %+v, want %+v", got.Parks, want)
	}
	if w := got.WaitsFor(1, 6*us); w != "sync" {
		t.Errorf("at 6 µs G1 waits for %q, want sync", w)
	}
	if w := got.WaitsFor(1, 3*us); w != "" {
		t.Errorf("at 3 µs G1 waits for %q, want nothing", w)
	}
	if !reflect.DeepEqual(got.Logs, []Log{{8 * us, 6, "work", "x"}}) {
		t.Errorf("logs %+v", got.Logs)
	}
}

func TestNames(t *testing.T) {
	events := []Event{
		{Kind: GoState, Subject: 7, From: Gone, To: Runnable, Func: "sync.(*WaitGroup).Go.func1"},
		{Kind: GoState, Subject: 7, From: Runnable, To: Running},
		{Kind: Named, Subject: 7, Text: "lower"},
		{Kind: GoState, Subject: 8, From: Gone, To: Runnable, Func: "runtime.bgsweep"},
		{Kind: GoState, Subject: 1, From: Unknown, To: Running},
		{Kind: GoState, Subject: 9, From: Gone, To: Runnable, Func: "sync.(*WaitGroup).Go.func1", Main: "main.run.func1"},
	}
	got := Interpret(events).Goroutines
	for id, want := range map[int64]struct {
		label  string
		system bool
	}{7: {"G7 lower", false}, 8: {"G8", true}, 1: {"G1 main", false}, 9: {"G9", false}} {
		if g := got[id]; g.Label() != want.label || g.System() != want.system {
			t.Errorf("G%d: %q, system %v; want %+v", id, g.Label(), g.System(), want)
		}
	}
}
