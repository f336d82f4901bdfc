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
	var t Timing
	s.Crew.Run(func(w *crew.Worker) {
		if prepare != nil {
			prepare(w)
		}
		before := s.LinkNow(w)
		span := w.Time(func() { work(w) })
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
