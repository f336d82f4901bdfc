package sched

import "time"

// Interpret turns events, in the order of time, into a timeline. It is pure. What was
// going on when the trace began counts from then; what still goes on at the
// end counts to the last event.
func Interpret(events []Event) *Timeline {
	in := &interpreter{
		timeline: &Timeline{Goroutines: map[int64]*Goroutine{}},
		goes:     map[int64]*goState{},
		holds:    map[int64]*Hold{},
		handoffs: map[int64]*Handoff{},
	}
	for _, e := range events {
		in.timeline.End = e.At
		in.seen(e.M)
		switch e.Kind {
		case GoState:
			in.goroutine(e)
		case ProcState:
			in.proc(e)
		case Named:
			in.of(e.Subject, e.At).Name = e.Text
		case Logged:
			in.timeline.Logs = append(in.timeline.Logs, Log{e.At, e.Subject, e.Category, e.Text})
		case Procs:
			in.timeline.Procs = append(in.timeline.Procs, Setting{e.At, e.Subject})
		}
	}
	in.finish()
	return in.timeline
}

// interpreter holds what is open at one moment: spans that have begun. They
// go into the timeline when they begin, and get their end later.
type interpreter struct {
	timeline *Timeline
	goes     map[int64]*goState
	holds    map[int64]*Hold    // by P
	handoffs map[int64]*Handoff // by P: taken, and not held again or not running yet

	runs    []*Run
	waits   []*Wait
	blocked []*Block
	parks   []*Park
	held    []*Hold
	handed  []*Handoff
}

// goState is a goroutine at one moment; at most one of its spans is open.
type goState struct {
	run     *Run
	wait    *Wait
	block   *Block
	park    *Park
	calling bool          // in a system call
	since   time.Duration // when the call began
	call    string
	p, m    int64 // where it called
}

func (in *interpreter) seen(m int64) {
	if m == None {
		return
	}
	for _, known := range in.timeline.Ms {
		if known == m {
			return
		}
	}
	in.timeline.Ms = append(in.timeline.Ms, m)
}

// of returns the goroutine, which it makes where it has not been seen before.
func (in *interpreter) of(id int64, at time.Duration) *Goroutine {
	g := in.timeline.Goroutines[id]
	if g == nil {
		g = &Goroutine{ID: id, Life: Span{From: at, To: -1}, Parent: None}
		in.timeline.Goroutines[id] = g
		in.goes[id] = &goState{}
	}
	return g
}

func (in *interpreter) goroutine(e Event) {
	g := in.of(e.Subject, e.At)
	s := in.goes[e.Subject]
	if e.Main != "" {
		g.Main = e.Main
	}
	if e.From == Gone {
		g.Parent = e.G
	}
	if g.Func == "" {
		g.Func = e.Func
	}
	switch e.To {
	case Running:
		in.toRunning(e, s)
	case Syscall:
		g.Syscalls++
		s.calling, s.since, s.call, s.p, s.m = true, e.At, e.Func, e.P, e.M
	case Runnable:
		in.leave(e, s, why(e))
		s.wait = &Wait{Span: Span{From: e.At}, G: e.Subject, P: e.P}
		in.waits = append(in.waits, s.wait)
	case Waiting:
		in.leave(e, s, why(e))
		s.park = &Park{Span: Span{From: e.At}, G: e.Subject, P: e.P, Why: why(e)}
		in.parks = append(in.parks, s.park)
	case Gone:
		in.leave(e, s, "end")
		g.Life.To, g.Ended = e.At, true
	}
}

func why(e Event) string {
	if e.Text == "" {
		return "stopped"
	}
	return e.Text
}

// toRunning: off the queue and onto a P, or back from a system call.
func (in *interpreter) toRunning(e Event, s *goState) {
	if s.calling && s.run != nil {
		// It kept its P.
		s.run.Syscalls = append(s.run.Syscalls, Span{s.since, e.At})
		s.calling = false
		return
	}
	in.leave(e, s, "")
	s.run = &Run{Span: Span{From: e.At}, G: e.Subject, P: e.P, M: e.M}
	in.runs = append(in.runs, s.run)
	if h := in.handoffs[e.P]; h != nil {
		// The first to run on a P after it changed hands.
		h.Next = e.Subject
		delete(in.handoffs, e.P)
	}
}

// leave ends what is open of a goroutine.
func (in *interpreter) leave(e Event, s *goState, why string) {
	if s.run != nil {
		s.run.To, s.run.Ended = e.At, why
		if s.calling {
			s.run.Syscalls = append(s.run.Syscalls, Span{s.since, e.At})
		}
		s.run = nil
	}
	if s.wait != nil {
		s.wait.To = e.At
		s.wait = nil
	}
	if s.block != nil {
		s.block.To, s.block.Ended = e.At, true
		s.block = nil
	}
	if s.park != nil {
		s.park.To, s.park.Ended = e.At, true
		s.park = nil
	}
	s.calling = false
}

func (in *interpreter) proc(e Event) {
	p := e.Subject
	if e.To == Running {
		hold := &Hold{Span: Span{From: e.At}, P: p, M: e.M}
		in.holds[p] = hold
		in.held = append(in.held, hold)
		if h := in.handoffs[p]; h != nil {
			h.Until, h.To = e.At, e.M
			if h.To == h.From {
				// It came back to its thread: nothing was handed over.
				delete(in.handoffs, p)
				h.To = None
			}
		}
		return
	}
	from := int64(None)
	if hold := in.holds[p]; hold != nil {
		hold.To, from = e.At, hold.M
		delete(in.holds, p)
	}
	if h := in.handoffs[p]; h != nil && h.Until > 0 {
		delete(in.handoffs, p) // handed on, and nobody ran
	}
	in.taken(e, p, from)
}

// taken finds the goroutine whose P this was, if it is in a system call: it
// stays behind, blocked, with its thread.
func (in *interpreter) taken(e Event, p, from int64) {
	for id, s := range in.goes {
		if !s.calling || s.run == nil || s.run.P != p {
			continue
		}
		s.run.To, s.run.Ended = e.At, "system call"
		s.run.Syscalls = append(s.run.Syscalls, Span{s.since, e.At})
		s.run = nil
		s.block = &Block{Span: Span{From: s.since}, G: id, M: s.m, P: p, Lost: e.At, Call: s.call}
		in.blocked = append(in.blocked, s.block)
		h := &Handoff{At: e.At, P: p, G: id, From: from, To: None, Next: None}
		in.handoffs[p] = h
		in.handed = append(in.handed, h)
		return
	}
}

// finish ends what is open at the end of the trace and fills the timeline.
func (in *interpreter) finish() {
	t := in.timeline
	for _, g := range t.Goroutines {
		if g.Life.To < 0 {
			g.Life.To = t.End
		}
	}
	open := func(s *Span) {
		if s.To == 0 {
			s.To = t.End
		}
	}
	for _, r := range in.runs {
		open(&r.Span)
		t.Runs = append(t.Runs, *r)
	}
	for _, w := range in.waits {
		open(&w.Span)
		t.Waits = append(t.Waits, *w)
	}
	for _, b := range in.blocked {
		open(&b.Span)
		t.Blocked = append(t.Blocked, *b)
	}
	for _, p := range in.parks {
		open(&p.Span)
		t.Parks = append(t.Parks, *p)
	}
	for _, h := range in.held {
		open(&h.Span)
		t.Holds = append(t.Holds, *h)
	}
	for _, h := range in.handed {
		if h.To != None {
			t.Handoffs = append(t.Handoffs, *h)
		}
	}
}
