package bench

import (
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"cachelab/cachelines"
	"cachelab/internal/arena"
	"cachelab/internal/chase"
	"cachelab/internal/crew"
	"cachelab/internal/host"
)

// Lesson: readers. Many cores may cache a line that is only read; one writer
// takes it from all of them with each write. One op is one read by one reader,
// and ns/op the mean over the readers. A reader is bound by the latency of its
// loads: the word holds its own address, and each read waits for the one before. A
// loop of independent loads would fill the core, and measure who else is on it
// (trap H14).
//
//	op=still    every worker reads one word, and nobody writes
//	op=written  worker 0 writes another word, and all others read the one word:
//	            layout=packed, a word of the readers' line; layout=pad128,
//	            of another line

// besideCrew is what readers and writers need beside their words.
type besideCrew struct {
	measured *cachelines.Slots[time.Duration] // each worker's own time
	done     cachelines.Padded[atomic.Int32]  // measured workers that have finished
}

func newBesideCrew(workers int) *besideCrew {
	return &besideCrew{measured: cachelines.NewSlots[time.Duration](workers)}
}

// measure times f for worker i and says that it has finished.
func (c *besideCrew) measure(i int, f func()) {
	begin := host.Now()
	f()
	*c.measured.At(i) = (host.Now() - begin)
	c.done.Value.Add(1)
}

// lookEvery is how many accesses a worker that only keeps a line busy makes
// before it looks whether the measured ones have finished: seldom enough that
// the look, at a line that nobody writes meanwhile, does not count.
const lookEvery = 16

// until repeats f until n measured workers have finished.
func (c *besideCrew) until(n int, f func()) {
	for c.done.Value.Load() < int32(n) {
		f()
	}
}

// besideWords returns the readers' word and one that is step bytes away.
func besideWords(b *testing.B, step int) (read, written unsafe.Pointer, mem *arena.Arena) {
	b.Helper()
	words, mem := counterWords(b, 2, step)
	return words[0], words[1], mem
}

func readerCases(m *machine) []bcase {
	var cases []bcase
	for _, n := range m.workerCounts() {
		for _, p := range m.places(n) {
			cases = append(cases, bcase{
				name: name("op", "still", "layout", "shared", "place", p.name, "workers", n),
				run:  func(b *testing.B) { runReaders(b, false, uint64Bytes, p) },
			})
			if n < 2 {
				continue
			}
			for _, l := range []counterLayout{counterLayoutOf("packed"), counterLayoutOf("pad128")} {
				cases = append(cases, bcase{
					name: name("op", "written", "layout", l.name, "place", p.name, "workers", n),
					run:  func(b *testing.B) { runReaders(b, true, l.bytes(uint64Bytes), p) },
				})
			}
		}
	}
	return cases
}

func counterLayoutOf(name string) counterLayout {
	for _, l := range counterLayouts {
		if l.name == name {
			return l
		}
	}
	panic("no layout is called " + name)
}

func BenchmarkReaders(b *testing.B) { runLesson(b, "Readers") }

func runReaders(b *testing.B, writer bool, step int, p place) {
	s := crewAt(b, p)
	read, written, mem := besideWords(b, step)
	defer mem.Close()
	c := newBesideCrew(len(p.cpus))
	first, readers := 0, len(p.cpus)
	if writer {
		first, readers = 1, readers-1
	}
	ends := cachelines.NewSlots[unsafe.Pointer](len(p.cpus))
	prepare := func(w *crew.Worker) {
		if w.Index == 0 {
			mem.Touch()
			*(*unsafe.Pointer)(read), *(*uint64)(written) = read, 0
		}
	}
	t := s.timed(prepare, func(w *crew.Worker) {
		if w.Index < first {
			c.until(readers, func() { crew.AddAtomic(written, lookEvery) })
			return
		}
		c.measure(w.Index, func() { *ends.At(w.Index) = chase.Walk(read, b.N) })
	})
	var spent time.Duration
	for i := first; i < len(p.cpus); i++ {
		spent += *c.measured.At(i)
		if end := *ends.At(i); end != read {
			b.Fatalf("reader %d ended at %v, want %v", i, end, read)
		}
	}
	b.ReportMetric(float64(spent.Nanoseconds())/float64(readers)/float64(b.N), "ns/op")
	s.reportLink(b, t.before, t.after)
}
