package bench

import (
	"testing"
	"unsafe"

	"cachelab/internal/arena"
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

func countWord(p unsafe.Pointer) uint64 { return *(*uint64)(p) }

const (
	uint64Bytes  = int(unsafe.Sizeof(uint64(0)))
	guardedBytes = int(unsafe.Sizeof(crew.Guarded{}))
)

var counterOps = []counterOp{
	{"plain", crew.AddPlain, uint64Bytes, false, countWord},
	{"store", crew.StoreLoop, uint64Bytes, false, nil}, // a store counts nothing
	{"atomic", crew.AddAtomic, uint64Bytes, true, countWord},
	{"cas", crew.AddCAS, uint64Bytes, true, countWord},
	{"mutex", crew.AddMutex, guardedBytes, true, func(p unsafe.Pointer) uint64 { return (*crew.Guarded)(p).Count() }},
}

// counterLayout is where the counters of the workers lie.
type counterLayout struct {
	name  string
	bytes func(wordBytes int) int // from one worker's counter to the next one's
}

var counterLayouts = []counterLayout{
	{"shared", func(int) int { return 0 }},                   // one word: true sharing
	{"packed", func(wordBytes int) int { return wordBytes }}, // neighbouring words: false sharing
	{"pad64", func(int) int { return 64 }},
	{"pad128", func(int) int { return 128 }},
	{"local", func(int) int { return 128 }}, // counted in a register, stored once at the end
}

func counterCases(m *machine) []bcase {
	var cases []bcase
	for _, n := range m.workerCounts() {
		for _, p := range m.places(n) {
			for _, op := range counterOps {
				for _, l := range counterLayouts {
					cases = append(cases, counterCase(op, l, p))
				}
			}
		}
	}
	if len(m.CPUs) >= 2 {
		// What the system makes of it when nobody pins: by name, never as a
		// pinned result.
		os := place{"os", []int{crew.Anywhere, crew.Anywhere}}
		for _, op := range counterOps {
			if op.name != "plain" && op.name != "atomic" {
				continue
			}
			for _, l := range counterLayouts {
				if l.name == "packed" || l.name == m.padLayout() {
					cases = append(cases, counterCase(op, l, os))
				}
			}
		}
	}
	return cases
}

func counterCase(op counterOp, l counterLayout, p place) bcase {
	return bcase{
		name: name("op", op.name, "layout", l.name, "place", p.name, "workers", len(p.cpus)),
		run:  func(b *testing.B) { runCounters(b, op, l, p) },
	}
}

func BenchmarkCounters(b *testing.B) { runLesson(b, "Counters") }

func runCounters(b *testing.B, op counterOp, l counterLayout, p place) {
	s := crewAt(b, p)
	step, kernel, count := l.bytes(op.wordBytes), op.kernel, op.count
	if l.name == "local" {
		kernel, count = crew.AddLocal, countWord
	}
	words, mem := counterWords(b, len(p.cpus), step)
	defer mem.Close()

	earlier := s.crew.Counts()
	var span crew.Span
	var before, after float64
	s.crew.Run(func(w *crew.Worker) {
		if w.Index == 0 {
			mem.Touch()
			clear(unsafe.Slice((*byte)(mem.At(0)), mem.Size()))
		}
		link := s.linkNow(w)
		took := w.Time(func() { kernel(words[w.Index], b.N) })
		linkAfter := s.linkNow(w)
		if w.Index == 0 {
			before, span, after = link, took, linkAfter
		}
	})
	checkCounts(b, words, count, l, op)

	b.ReportMetric(float64(span.Wall.Nanoseconds())/float64(b.N), "ns/op")
	s.reportLink(b, before, after)
	if moved, ok := s.crew.Counts().Sub(earlier)[host.Migrations]; ok {
		b.ReportMetric(float64(moved)/float64(b.N), "migrations/op")
	}
}

// counterWords returns a counter for each worker, step bytes apart, on fresh
// memory. The first lies on an even line of a 128-byte pair, so that pad64
// puts two workers into one pair: the hard case for a machine whose
// prefetcher fetches pairs.
func counterWords(b *testing.B, workers, step int) ([]unsafe.Pointer, *arena.Arena) {
	b.Helper()
	const before = 1024 // bytes of nothing before the first counter
	mem, err := arena.New(before+workers*max(step, guardedBytes)+before, arena.Small)
	if err != nil {
		b.Fatal(err)
	}
	words := make([]unsafe.Pointer, workers)
	for i := range words {
		words[i] = mem.At(before + i*step)
	}
	return words, mem
}

// checkCounts fails the benchmark unless every worker's increments are there:
// each worker owns exactly one word, or all own the same (trap F8).
func checkCounts(b *testing.B, words []unsafe.Pointer, count func(unsafe.Pointer) uint64, l counterLayout, op counterOp) {
	b.Helper()
	if count == nil {
		return
	}
	want := uint64(b.N)
	if l.name == "shared" {
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
