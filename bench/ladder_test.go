package bench

import (
	"sync/atomic"
	"testing"
	"unsafe"

	"github.com/puzpuzpuz/xsync/v4"

	"cachelab/bench/internal/harness"
	"cachelab/internal/arena"
	"cachelab/internal/crew"
)

// Lesson: the ladder of counters. All workers count together, and somebody
// must be able to read the sum: what does one increment cost on each rung? One op
// is one increment of one worker.
//
//	local    in a register, added once at the end
//	padded   an atomic add on a word a worker, two lines apart
//	xsync    xsync.Counter: stripes that workers choose by chance
//	atomic   an atomic add on one word
//	cas      a loop of load and compare-and-swap on one word
//	mutex    a word behind a sync.Mutex
//	channel  a word behind a channel of one element, used as a lock

// rung is a way to count together.
type rung struct {
	name string
	// begin gives each worker's part, and the sum of all.
	begin func(words func(step int) []unsafe.Pointer) (count func(worker, n int), sum func() uint64)
}

// wordRung counts with a kernel on words that lie step bytes apart.
func wordRung(name string, kernel crew.Kernel, step int, read func(unsafe.Pointer) uint64) rung {
	return rung{name, func(words func(int) []unsafe.Pointer) (func(worker, n int), func() uint64) {
		at := words(step)
		sum := func() uint64 {
			if step == 0 {
				return read(at[0])
			}
			total := uint64(0)
			for _, p := range at {
				total += read(p)
			}
			return total
		}
		return func(worker, n int) { kernel(at[worker], n) }, sum
	}}
}

const twoLines = 128

var ladder = []rung{
	wordRung("local", crew.AddLocal, twoLines, harness.CountWord),
	wordRung("padded", crew.AddAtomic, twoLines, harness.CountWord),
	{"xsync", func(func(int) []unsafe.Pointer) (func(worker, n int), func() uint64) {
		c := xsync.NewCounter()
		return func(_, n int) { countStriped(c, n) }, func() uint64 { return uint64(c.Value()) }
	}},
	wordRung("atomic", crew.AddAtomic, 0, harness.CountWord),
	wordRung("cas", crew.AddCAS, 0, harness.CountWord),
	wordRung("mutex", crew.AddMutex, 0, func(p unsafe.Pointer) uint64 { return (*crew.Guarded)(p).Count() }),
	{"channel", func(words func(int) []unsafe.Pointer) (func(worker, n int), func() uint64) {
		lock, word := make(chan struct{}, 1), (*uint64)(words(0)[0])
		return func(_, n int) { countLocked(lock, word, n) }, func() uint64 { return atomic.LoadUint64(word) }
	}},
}

// countStriped is bound by the counter's own calls.
//
//go:noinline
func countStriped(c *xsync.Counter, n int) {
	for ; n > 0; n-- {
		c.Inc()
	}
}

// countLocked holds the lock while its one element is in the channel.
//
//go:noinline
func countLocked(lock chan struct{}, word *uint64, n int) {
	for ; n > 0; n-- {
		lock <- struct{}{}
		*word++
		<-lock
	}
}

func ladderCases(m *harness.Machine) []harness.Case {
	var cases []harness.Case
	for _, n := range m.WorkerCounts() {
		for _, p := range m.Places(n) {
			for _, r := range ladder {
				cases = append(cases, harness.Case{
					Name: harness.Name("op", r.name, "place", p.Name, "workers", n),
					Run:  func(b *testing.B) { runLadder(b, r, p) },
				})
			}
		}
	}
	return cases
}

func BenchmarkLadder(b *testing.B) { runLesson(b, "Ladder") }

func runLadder(b *testing.B, r rung, p harness.Place) {
	s := harness.CrewAt(b, p)
	var mem *arena.Arena
	count, sum := r.begin(func(step int) []unsafe.Pointer {
		var words []unsafe.Pointer
		words, mem = harness.CounterWords(b, len(p.CPUs), step)
		mem.Touch()
		clear(unsafe.Slice((*byte)(mem.At(0)), mem.Size()))
		return words
	})
	defer func() { mem.Close() }()
	t := s.Timed(nil, func(w *crew.Worker) { count(w.Index, b.N) })
	if got, want := sum(), uint64(b.N)*uint64(len(p.CPUs)); got != want {
		b.Fatalf("%d workers counted to %d, want %d", len(p.CPUs), got, want)
	}
	s.Report(b, t, b.N)
}
