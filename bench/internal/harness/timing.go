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
func (s *Seat) Timed(prepare, work func(w *crew.Worker)) Timing {
	return s.timed(prepare, func(w *crew.Worker) crew.Span {
		return w.Time(func() { work(w) })
	})
}

// TimedOps is Timed for n operations of each worker that may be cut anywhere (TimeOps).
func (s *Seat) TimedOps(n int, prepare func(w *crew.Worker), work func(w *crew.Worker, n int)) Timing {
	return s.timed(prepare, func(w *crew.Worker) crew.Span {
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

// timed has the link measured around the work. It does not use package testing's timer,
// which stops the world for each of its calls: the runtime's monitor then wakes every
// 70 µs for some milliseconds, and beside another program that doubled the link's latency.
func (s *Seat) timed(prepare func(w *crew.Worker), timeWork func(w *crew.Worker) crew.Span) Timing {
	var t Timing
	s.Crew.Run(func(w *crew.Worker) {
		if prepare != nil {
			prepare(w)
		}
		before := s.LinkNow(w)
		span := timeWork(w)
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
