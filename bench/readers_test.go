package bench

import (
	"testing"
	"time"
	"unsafe"

	"cachelab/bench/internal/harness"
	"cachelab/cachelines"
	"cachelab/internal/chase"
	"cachelab/internal/crew"
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

func readerCases(m *harness.Machine) []harness.Case {
	var cases []harness.Case
	for _, n := range m.WorkerCounts() {
		for _, p := range m.Places(n) {
			cases = append(cases, harness.Case{
				Name: harness.Name("op", "still", "layout", "shared", "place", p.Name, "workers", n),
				Run:  func(b *testing.B) { runReaders(b, false, harness.WordBytes, p) },
			})
			if n < 2 {
				continue
			}
			for _, l := range []harness.Layout{harness.LayoutOf("packed"), harness.LayoutOf("pad128")} {
				cases = append(cases, harness.Case{
					Name: harness.Name("op", "written", "layout", l.Name, "place", p.Name, "workers", n),
					Run:  func(b *testing.B) { runReaders(b, true, l.Bytes(harness.WordBytes), p) },
				})
			}
		}
	}
	return cases
}

func BenchmarkReaders(b *testing.B) { runLesson(b, "Readers") }

func runReaders(b *testing.B, writer bool, step int, p harness.Place) {
	s := harness.CrewAt(b, p)
	read, written, mem := harness.BesideWords(b, step)
	defer mem.Close()
	c := harness.NewBesideCrew(len(p.CPUs))
	first, readers := 0, len(p.CPUs)
	if writer {
		first, readers = 1, readers-1
	}
	ends := cachelines.NewSlots[unsafe.Pointer](len(p.CPUs))
	prepare := func(w *crew.Worker) {
		if w.Index == 0 {
			mem.Touch()
			*(*unsafe.Pointer)(read), *(*uint64)(written) = read, 0
		}
	}
	t := s.Timed(prepare, func(w *crew.Worker) {
		if w.Index < first {
			c.Until(readers, func() { crew.AddAtomic(written, harness.LookEvery) })
			return
		}
		c.Measure(w.Index, func() { *ends.At(w.Index) = chase.Walk(read, b.N) })
	})
	var spent time.Duration
	for i := first; i < len(p.CPUs); i++ {
		spent += *c.Measured.At(i)
		if end := *ends.At(i); end != read {
			b.Fatalf("reader %d ended at %v, want %v", i, end, read)
		}
	}
	harness.ReportNS(b, float64(spent.Nanoseconds())/float64(readers)/float64(b.N))
	s.ReportLink(b, t.Before, t.After)
	s.ReportOffCPU(b, t.Span)
}
