package bench

import (
	"testing"

	"cachelab/internal/crew"
)

// What the lessons on sharing have in common: one timed part by a whole crew,
// with its placement measured around it.

// timing is a timed part and the link beside it.
type timing struct {
	span          crew.Span
	before, after float64 // link, ns; 0 where there is none
}

// timed lets every worker prepare (nil: nothing), and then times what all of
// them do at once.
func (s *station) timed(prepare, work func(w *crew.Worker)) timing {
	var t timing
	s.crew.Run(func(w *crew.Worker) {
		if prepare != nil {
			prepare(w)
		}
		before := s.linkNow(w)
		span := w.Time(func() { work(w) })
		after := s.linkNow(w)
		if w.Index == 0 {
			t = timing{span, before, after}
		}
	})
	return t
}

// report gives the sample its ns/op, the wall time over ops, and its placement.
func (s *station) report(b *testing.B, t timing, ops int) {
	b.Helper()
	b.ReportMetric(float64(t.span.Wall.Nanoseconds())/float64(ops), "ns/op")
	s.reportLink(b, t.before, t.after)
}

// oneCPU is the place of two workers that share a CPU. The scheduler lets them
// take turns of milliseconds, so it never sees both at a line at once.
func (m *machine) oneCPU() place {
	cpu := m.spread(1)[0]
	return place{"same", []int{cpu, cpu}}
}

// nearPairs has the place of the nearest pair that are no siblings, or none.
func (m *machine) nearPairs() []place {
	for _, p := range m.pairPlaces() {
		if p.name == m.nearPlace() {
			return []place{p}
		}
	}
	return nil
}
