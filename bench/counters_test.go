package bench

import (
	"testing"
	"unsafe"

	"cachelab/bench/internal/harness"
	"cachelab/internal/crew"
	"cachelab/internal/host"
)

// Lesson: counters. Each worker counts to N on a word of its own (or all on
// one), and only where the words lie differs from layout to layout. One op is
// one increment of one worker; ns/op is the crew's wall time over N, so the
// ideal is the time of one worker alone.

// counterOp is a way to count.
type counterOp struct {
	name   string
	kernel crew.Kernel
	// wordBytes is the size of a counter, and so the distance of packed ones.
	wordBytes int
	// exactShared: no increment is lost where all workers share one word.
	exactShared bool
	count       func(p unsafe.Pointer) uint64
}

var counterOps = []counterOp{
	{"plain", crew.AddPlain, harness.WordBytes, false, harness.CountWord},
	{"store", crew.StoreLoop, harness.WordBytes, false, nil}, // a store counts nothing
	{"atomic", crew.AddAtomic, harness.WordBytes, true, harness.CountWord},
	{"cas", crew.AddCAS, harness.WordBytes, true, harness.CountWord},
	{"mutex", crew.AddMutex, harness.GuardedBytes, true, func(p unsafe.Pointer) uint64 { return (*crew.Guarded)(p).Count() }},
}

func counterCases(m *harness.Machine) []harness.Case {
	var cases []harness.Case
	for _, n := range m.WorkerCounts() {
		for _, p := range m.Places(n) {
			for _, op := range counterOps {
				for _, l := range harness.Layouts {
					cases = append(cases, counterCase(op, l, p))
				}
			}
		}
	}
	if len(m.CPUs) >= 2 {
		// What the system makes of it when nobody pins: by name, never as a
		// pinned result.
		os := harness.Place{Name: "os", CPUs: []int{crew.Anywhere, crew.Anywhere}}
		for _, op := range counterOps {
			if op.name != "plain" && op.name != "atomic" {
				continue
			}
			for _, l := range harness.Layouts {
				if l.Name == "packed" || l.Name == m.PadLayout() {
					cases = append(cases, counterCase(op, l, os))
				}
			}
		}
	}
	return cases
}

func counterCase(op counterOp, l harness.Layout, p harness.Place) harness.Case {
	return harness.Case{
		Name: harness.Name("op", op.name, "layout", l.Name, "place", p.Name, "workers", len(p.CPUs)),
		Run:  func(b *testing.B) { runCounters(b, op, l, p) },
	}
}

func BenchmarkCounters(b *testing.B) { runLesson(b, "Counters") }

func runCounters(b *testing.B, op counterOp, l harness.Layout, p harness.Place) {
	s := harness.CrewAt(b, p)
	step, kernel, count := l.Bytes(op.wordBytes), op.kernel, op.count
	if l.Name == "local" {
		kernel, count = crew.AddLocal, harness.CountWord
	}
	words, mem := harness.CounterWords(b, len(p.CPUs), step)
	defer mem.Close()

	earlier := s.Crew.Counts()
	prepare := func(w *crew.Worker) {
		if w.Index == 0 {
			mem.Touch()
			clear(unsafe.Slice((*byte)(mem.At(0)), mem.Size()))
		}
	}
	var t harness.Timing
	if op.name == "mutex" { // whose waiters sleep
		t = s.Timed(prepare, func(w *crew.Worker) { kernel(words[w.Index], b.N) })
		t.Span.OffCPU = 0
	} else {
		t = s.TimedOps(b.N, prepare, func(w *crew.Worker, n int) { kernel(words[w.Index], n) })
	}
	checkCounts(b, words, count, l, op)

	s.Report(b, t, b.N)
	if moved, ok := s.Crew.Counts().Sub(earlier)[host.Migrations]; ok {
		b.ReportMetric(float64(moved)/float64(b.N), "migrations/op")
	}
}

// checkCounts fails the benchmark unless every worker's increments are there:
// each worker owns exactly one word, or all own the same (trap F8).
func checkCounts(b *testing.B, words []unsafe.Pointer, count func(unsafe.Pointer) uint64, l harness.Layout, op counterOp) {
	b.Helper()
	if count == nil {
		return
	}
	want := uint64(b.N)
	if l.Name == "shared" {
		if !op.exactShared {
			return // plain increments of one word lose updates: that is their lesson
		}
		want *= uint64(len(words))
	}
	for i, p := range words {
		if got := count(p); got != want {
			b.Fatalf("worker %d of %d counted to %d, want %d", i, len(words), got, want)
		}
	}
}
