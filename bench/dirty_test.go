package bench

import (
	"slices"
	"testing"
	"time"

	"cachelab/bench/claims"
	"cachelab/bench/internal/harness"
	"cachelab/internal/chase"
	"cachelab/internal/crew"
	"cachelab/internal/host"
)

// Lesson: dirty lines. Worker 0 walks a set; who had its lines before, and what
// did that one do to them? One op is one line, read for the first time since by
// a dependent load in random order.
//
//	op=own.dirty    worker 0 wrote them itself
//	op=other.dirty  worker 1 wrote them: they lie changed in its cache
//	op=other.clean  worker 1 read them: they lie there unchanged
//	op=nobody       nobody had them lately: they come from memory, or from a
//	                last level that holds more than 16 MiB

// dirtySet fits the private cache of any CPU with 128 KiB of it, and is more
// than a first level holds of another core's lines.
const dirtySet = 64 << 10

var dirtyOps = []string{"own.dirty", "other.dirty", "other.clean", "nobody"}

func dirtyCases(m *harness.Machine) []harness.Case {
	var cases []harness.Case
	for _, p := range m.PairPlaces() {
		for _, op := range dirtyOps {
			cases = append(cases, harness.Case{
				Name:  harness.Name("op", op, "set", claims.SizeName(dirtySet), "place", p.Name, "workers", 2),
				Extra: 10 * time.Millisecond, // to link 16 MiB of chains, once for all of these
				Run:   func(b *testing.B) { runDirty(b, op, p, m.LineBytes) },
			})
		}
	}
	return cases
}

func BenchmarkDirty(b *testing.B) { runLesson(b, "Dirty") }

// runDirty takes another chain for each trip, so that one is fresh when its
// turn comes again, and reports the median over the trips.
func runDirty(b *testing.B, op string, p harness.Place, lineBytes int) {
	s := harness.CrewAt(b, p)
	t := travellerFor(b, dirtySet, lineBytes, false)
	perLine := make([]float64, 0, b.N/t.visit+2)
	var before, after float64
	b.ResetTimer()
	s.Crew.Run(func(w *crew.Worker) {
		link := s.LinkNow(w)
		for w.Decide(func() bool { return len(perLine)*t.visit < b.N }) {
			at := t.next
			switch {
			case op == "own.dirty" && w.Index == 0, op == "other.dirty" && w.Index == 1:
				t.write(at)
				t.write(at) // the second time over, they are where they belong
			case op == "other.clean" && w.Index == 1:
				t.read(at)
				t.read(at)
			}
			w.Barrier()
			if w.Index != 0 {
				continue
			}
			end, took := chase.Time(t.chains[at].Start(), t.visit)
			t.end = end
			perLine = append(perLine, host.PerOp(took, t.visit))
			t.next = (at + 1) % len(t.chains)
		}
		linkAfter := s.LinkNow(w)
		if w.Index == 0 {
			before, after = link, linkAfter
		}
	})
	slices.Sort(perLine)
	harness.ReportNS(b, perLine[len(perLine)/2])
	s.ReportLink(b, before, after)
}
