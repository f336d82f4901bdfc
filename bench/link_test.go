package bench

import (
	"slices"
	"testing"
	"time"

	"cachelab/bench/internal/harness"
	"cachelab/internal/crew"
)

// Lesson: dirty lines, the link itself. Two workers hand one word to and fro, and nothing else: one op is
// one transfer of its line, one way. It is the least that any sharing costs,
// and the ruler by which the other lessons' samples are told apart.
//
//	op=cas        compare-and-swap until it takes
//	op=loadstore  load until it is there, then a plain store
//
// "Core-to-core latency" is measured in five ways that differ by a factor of five on one
// wire. These two are the protocols of multichase's pingpong, with -l and -u, and
// without its PAUSE in the wait (-r 0), which costs more than the transfer.

var linkOps = []string{"cas", "loadstore"}

func linkCases(m *harness.Machine) []harness.Case {
	var cases []harness.Case
	for _, p := range m.PairPlaces() {
		for _, op := range linkOps {
			cases = append(cases, harness.Case{
				Name:  harness.Name("op", op, "place", p.Name, "workers", 2),
				Extra: time.Millisecond, // one reading at the least, and the link before and after
				Run:   func(b *testing.B) { runLink(b, op, p) },
			})
		}
	}
	return cases
}

func BenchmarkLink(b *testing.B) { runLesson(b, "Link") }

// runLink takes readings over four fresh-touched lines each, and reports their median: of a
// link that changes its class half-way a mean would be the latency of no class.
func runLink(b *testing.B, op string, p harness.Place) {
	s := harness.CrewAt(b, p)
	var readings []float64
	var before, after float64
	b.ResetTimer()
	s.Crew.Run(func(w *crew.Worker) {
		link := s.LinkNow(w)
		for w.Decide(func() bool { return len(readings)*crew.LinkTransfers < b.N }) {
			ns := 0.0
			switch op {
			case "cas":
				ns = s.Link.CAS(w)
			case "loadstore":
				ns = s.Link.LoadStore(w)
			}
			if w.Index == 0 {
				readings = append(readings, ns)
			}
		}
		linkAfter := s.LinkNow(w)
		if w.Index == 0 {
			before, after = link, linkAfter
		}
	})
	slices.Sort(readings)
	harness.ReportNS(b, readings[len(readings)/2])
	s.ReportLink(b, before, after)
}
