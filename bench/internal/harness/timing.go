package harness

import (
	"testing"

	"cachelab/internal/crew"
)

// What the lessons on sharing have in common: one timed part by a whole crew,
// with its placement measured around it.

// Timing is a timed part and the link beside it.
type Timing struct {
	Span          crew.Span
	Before, After float64 // link, ns; 0 where there is none
}

// Timed lets every worker prepare (nil: nothing), and then times what all of
// them do at once.
func (s *Seat) Timed(b *testing.B, prepare, work func(w *crew.Worker)) Timing {
	return s.timed(b, prepare, func(w *crew.Worker) crew.Span {
		return w.Time(func() { work(w) })
	})
}

// TimedOps is Timed for n operations of each worker that may be cut anywhere (TimeOps).
func (s *Seat) TimedOps(b *testing.B, n int, prepare func(w *crew.Worker), work func(w *crew.Worker, n int)) Timing {
	return s.timed(b, prepare, func(w *crew.Worker) crew.Span {
		return s.TimeOps(w, n, func(n int) { work(w, n) })
	})
}

// TimeOps times n operations that may be cut anywhere. Where each worker has a CPU of its
// own they are done in parts, so that a part in which another program took a CPU away need
// not spoil the sample (crew.Worker.TimeOps). Workers on one CPU, or anywhere, take turns:
// that is what is measured. Every worker of the crew must call it with the same n.
func (s *Seat) TimeOps(w *crew.Worker, n int, f func(n int)) crew.Span {
	if !s.own {
		return w.Time(func() { f(n) })
	}
	return w.TimeOps(n, f)
}

// timed has package testing see the work alone. Where another program delays the preparation
// or the link, testing would otherwise take it for the work, and a sample of one operation
// for long enough.
func (s *Seat) timed(b *testing.B, prepare func(w *crew.Worker), timeWork func(w *crew.Worker) crew.Span) Timing {
	var t Timing
	s.Crew.Run(func(w *crew.Worker) {
		if prepare != nil {
			prepare(w)
		}
		before := s.LinkNow(w)
		if w.Index == 0 {
			b.ResetTimer()
		}
		span := timeWork(w)
		if w.Index == 0 {
			b.StopTimer()
		}
		after := s.LinkNow(w)
		if w.Index == 0 {
			t = Timing{span, before, after}
		}
	})
	return t
}

// Report gives the sample its ns/op, the wall time over ops, and its placement.
func (s *Seat) Report(b *testing.B, t Timing, ops int) {
	b.Helper()
	ReportOps(b, t.Span.Wall, ops)
	s.ReportLink(b, t.Before, t.After)
	s.ReportOffCPU(b, t.Span)
}

// OneCPU is the place of two workers that share a CPU. The scheduler lets them
// take turns of milliseconds, so it never sees both at a line at once.
func (m *Machine) OneCPU() Place {
	cpu := m.Spread(1)[0]
	return Place{"same", []int{cpu, cpu}}
}

// NearPairs has the place of the nearest pair that are no siblings, or none.
func (m *Machine) NearPairs() []Place {
	for _, p := range m.PairPlaces() {
		if p.Name == m.NearPlace() {
			return []Place{p}
		}
	}
	return nil
}
