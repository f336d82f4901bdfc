package bench

import (
	"testing"
	"unsafe"

	"cachelab/bench/internal/harness"
	"cachelab/cachelines"
	"cachelab/internal/chase"
	"cachelab/internal/crew"
)

// Lesson: one reader beside one writer, as in sample 22 of the Java
// Microbenchmark Harness. One thread increments a field, plainly, another one reads
// the field beside it. Who suffers?
//
//	op=reader  the reader's time a read, while the writer writes
//	op=writer  the writer's time an increment, while the reader reads
//
// One op is one access of the worker that op names. The reader waits for each
// read before the next, as in the lesson on readers.

func besideCases(m *harness.Machine) []harness.Case {
	var cases []harness.Case
	for _, p := range m.PairPlaces() {
		for _, op := range []string{"reader", "writer"} {
			for _, l := range []harness.Layout{harness.LayoutOf("packed"), harness.LayoutOf(m.PadLayout())} {
				cases = append(cases, harness.Case{
					Name: harness.Name("op", op, "layout", l.Name, "place", p.Name, "workers", 2),
					Run:  func(b *testing.B) { runBeside(b, op == "reader", l.Bytes(harness.WordBytes), p) },
				})
			}
		}
	}
	return cases
}

func BenchmarkBeside(b *testing.B) { runLesson(b, "Beside") }

// runBeside measures worker 0, and lets worker 1 do the other thing until
// worker 0 has finished.
func runBeside(b *testing.B, reads bool, step int, p harness.Place) {
	s := harness.CrewAt(b, p)
	read, written, arena := harness.BesideWords(b, step)
	defer arena.Close()
	c := harness.NewBesideCrew(len(p.CPUs))
	end := read
	increments := cachelines.NewSlots[uint64](2)
	prepare := func(w *crew.Worker) {
		if w.Index == 0 {
			arena.Touch()
			*(*unsafe.Pointer)(read), *(*uint64)(written) = read, 0
		}
	}
	t := s.Timed(prepare, func(w *crew.Worker) {
		reading := reads == (w.Index == 0)
		n := harness.LookEvery
		if w.Index == 0 {
			n = b.N
		}
		access := func() {
			if reading {
				if at := chase.Walk(read, n); at != read {
					end = at
				}
			} else {
				crew.AddPlain(written, n)
				*increments.At(w.Index) += uint64(n)
			}
		}
		if w.Index == 0 {
			c.Measure(0, access)
		} else {
			c.Until(1, access)
		}
	})
	if end != read {
		b.Fatalf("the reader ended at %v, want %v", end, read)
	}
	if got, want := harness.CountWord(written), *increments.At(0)+*increments.At(1); got != want {
		b.Fatalf("the writer counted to %d, want %d", got, want)
	}
	harness.ReportOps(b, *c.Measured.At(0), b.N)
	s.ReportLink(b, t.Before, t.After)
	s.ReportOffCPU(b, t.Span)
}
