package bench

import (
	"testing"
	"unsafe"

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

func besideCases(m *machine) []bcase {
	var cases []bcase
	for _, p := range m.pairPlaces() {
		for _, op := range []string{"reader", "writer"} {
			for _, l := range []counterLayout{counterLayoutOf("packed"), counterLayoutOf(m.padLayout())} {
				cases = append(cases, bcase{
					name: name("op", op, "layout", l.name, "place", p.name, "workers", 2),
					run:  func(b *testing.B) { runBeside(b, op == "reader", l.bytes(uint64Bytes), p) },
				})
			}
		}
	}
	return cases
}

func BenchmarkBeside(b *testing.B) { runLesson(b, "Beside") }

// runBeside measures worker 0, and lets worker 1 do the other thing until
// worker 0 has finished.
func runBeside(b *testing.B, reads bool, step int, p place) {
	s := crewAt(b, p)
	read, written, arena := besideWords(b, step)
	defer arena.Close()
	c := newBesideCrew(len(p.cpus))
	end := read
	increments := cachelines.NewSlots[uint64](2)
	prepare := func(w *crew.Worker) {
		if w.Index == 0 {
			arena.Touch()
			*(*unsafe.Pointer)(read), *(*uint64)(written) = read, 0
		}
	}
	t := s.timed(prepare, func(w *crew.Worker) {
		reading := reads == (w.Index == 0)
		n := lookEvery
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
			c.measure(0, access)
		} else {
			c.until(1, access)
		}
	})
	if end != read {
		b.Fatalf("the reader ended at %v, want %v", end, read)
	}
	if got, want := countWord(written), *increments.At(0)+*increments.At(1); got != want {
		b.Fatalf("the writer counted to %d, want %d", got, want)
	}
	b.ReportMetric(float64(c.measured.At(0).Nanoseconds())/float64(b.N), "ns/op")
	s.reportLink(b, t.before, t.after)
}
