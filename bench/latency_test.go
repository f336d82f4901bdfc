package bench

import (
	"slices"
	"testing"
	"time"

	"cachelab/internal/arena"
	"cachelab/internal/chase"
	"cachelab/internal/crew"
	"cachelab/internal/host"
)

// Lesson: latency. One op is one load that waits for the one before, over one
// random cycle through every line of a working set. As the set outgrows a level
// the load gets slower; where it does, and by how much, is what the machine
// really has. A set on base pages needs address translation as well, which on
// huge pages all but vanishes (trap H4): hence two curves.

// latencySets crowd round each claimed edge, three quarters, whole and five
// quarters of it, with powers of two between.
func latencySets(m *machine) []int {
	sets := []int{m.LLCBytes / 2, m.LLCBytes, m.beyond()}
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
func smallPageSets(m *machine) []int {
	sets := append(m.levelSets(0), 2*m.inLast())
	slices.Sort(sets)
	return slices.Compact(sets)
}

func latencyCases(m *machine) []bcase {
	var cases []bcase
	add := func(sets []int, pages arena.Pages) {
		for _, set := range sets {
			c := chainCase{spec: chase.ChainSpec{SetBytes: set, StrideBytes: m.LineBytes, Seed: 1}, pages: pages, walk: chase.Walk}
			cases = append(cases, bcase{
				name: name("set", sizeName(set), "pages", pageNames[pages]), extra: c.extra(),
				run: func(b *testing.B) { runLatency(b, m, c) },
			})
		}
	}
	add(latencySets(m), arena.Huge)
	add(smallPageSets(m), arena.Small)
	return cases
}

func BenchmarkLatency(b *testing.B) { runLesson(b, "Latency") }

func runLatency(b *testing.B, m *machine, c chainCase) {
	s := soloStation(b, m)
	_, took := c.run(b, s)
	reportOps(b, took, b.N)
	b.ReportMetric(float64(took.Nanoseconds())/float64(b.N)*clockGHz(s), "cycles/op")
}

// clockGHz measures the clock that the core runs at now, which is neither that
// of its time-stamp counter nor of its name (trap H15): the fastest of a few
// short runs of a chain of one-cycle steps, because whatever interrupts one
// only makes it longer.
func clockGHz(s *station) float64 {
	const steps, tries = 1 << 15, 3 // some 10 us a try, 200 steps of time.Now
	best := time.Duration(1 << 62)
	s.crew.Run(func(w *crew.Worker) {
		for range tries {
			begin := host.Now()
			w.Sum += chase.AddChain(steps, uint64(begin), 3)
			best = min(best, (host.Now() - begin))
		}
	})
	return steps / float64(best.Nanoseconds())
}
