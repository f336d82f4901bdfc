package bench

import (
	"slices"
	"testing"
	"time"

	"cachelab/bench/claims"
	"cachelab/bench/internal/harness"
	"cachelab/internal/arena"
	"cachelab/internal/chase"
	"cachelab/internal/crew"
)

// Lesson: latency. One op is one load that waits for the one before, over one
// random cycle through every line of a working set. As the set outgrows a level
// the load gets slower; where it does, and by how much, is what the machine
// really has. A set on base pages needs address translation as well, which on
// huge pages all but vanishes (trap H4): hence two curves.

// latencySets crowd round each claimed edge, three quarters, whole and five
// quarters of it, with powers of two between.
func latencySets(m *harness.Machine) []int {
	sets := []int{m.LLCBytes / 2, m.LLCBytes * 3 / 4, m.LLCBytes, m.LLCBytes * 3 / 2, m.Beyond()}
	for _, level := range []int{m.L1Bytes, m.L2Bytes} {
		sets = append(sets, level/2, level*3/4, level, level*5/4, level*3/2, 2*level)
	}
	for s := 4 * m.L1Bytes; s < m.LLCBytes; s *= 2 {
		sets = append(sets, s)
	}
	slices.Sort(sets)
	return slices.Compact(sets)
}

// smallPageSets are fewer: one well inside each level, and one in the middle
// of the last, where translation costs most beside the cache.
func smallPageSets(m *harness.Machine) []int {
	sets := append(m.LevelSets(0), 2*m.InLast())
	slices.Sort(sets)
	return slices.Compact(sets)
}

func latencyCases(m *harness.Machine) []harness.Case {
	var cases []harness.Case
	add := func(sets []int, pages arena.Pages) {
		for _, set := range sets {
			c := harness.ChainCase{Spec: chase.ChainSpec{SetBytes: set, StrideBytes: m.LineBytes, Seed: 1}, Pages: pages, Walk: chase.Walk}
			cases = append(cases, harness.Case{
				Name: harness.Name("set", claims.SizeName(set), "pages", harness.PageNames[pages]), Extra: c.Extra(),
				Run: func(b *testing.B) { runLatency(b, m, c) },
			})
		}
	}
	add(latencySets(m), arena.Huge)
	add(smallPageSets(m), arena.Small)
	return cases
}

func BenchmarkLatency(b *testing.B) { runLesson(b, "Latency") }

func runLatency(b *testing.B, m *harness.Machine, c harness.ChainCase) {
	s := harness.Solo(b, m)
	_, took := c.Run(b, s)
	harness.ReportOps(b, took, b.N)
	harness.ReportMetric(b, float64(took.Nanoseconds())/float64(b.N)*clockGHz(s), "cycles/op")
}

// clockGHz measures the clock that the core runs at now, which is neither that
// of its time-stamp counter nor of its name (trap H15): the fastest of a few
// short runs of a chain of one-cycle steps, because whatever interrupts one
// only makes it longer.
func clockGHz(s *harness.Seat) float64 {
	const steps, tries = 1 << 15, 3 // some 10 us a try, 200 steps of time.Now
	best := time.Duration(1 << 62)
	s.Crew.Run(func(w *crew.Worker) {
		for range tries {
			best = min(best, chase.TimeAdds(steps, w.Sum))
		}
	})
	return steps / float64(best.Nanoseconds())
}
