package crew

import (
	"sync/atomic"
	"time"
	"unsafe"

	"cachelab/internal/host"
)

// WriteBoth lets the first two workers each add n times to a word of its own
// with an atomic add, at the same time, and returns their span. Every worker of
// the crew must call it.
func (w *Worker) WriteBoth(words [2]unsafe.Pointer, n int) Span {
	return w.Time(func() {
		if w.Index < 2 {
			AddAtomic(words[w.Index], n)
		}
	})
}

// writesPerLook is how many words a writer writes before it looks whether the
// reader has finished: seldom enough that the look, a load of a line that
// nobody writes meanwhile, does not count.
const writesPerLook = 16

// CountBeside lets worker 1 count to n with plain increments of one word while
// worker 0 keeps adding to another with atomic adds, and returns worker 1's time
// for all n, to each worker. Every worker of the crew must call it; done is a
// flag on lines of its own.
//
// A mere reader would not do for the victim: between siblings of one core,
// which share their first-level cache, it is not disturbed at all (measured:
// 1.07 times as slow on a shared line, a plain counter 3 times, 4.4 times
// between cores).
func (w *Worker) CountBeside(written, counted unsafe.Pointer, n int, done *atomic.Bool) time.Duration {
	if w.Index == 0 {
		done.Store(false)
	}
	w.Time(func() {
		switch w.Index {
		case 0:
			for !done.Load() {
				AddAtomic(written, writesPerLook)
			}
		case 1:
			begin := host.Now()
			AddPlain(counted, n)
			w.spent = host.Now() - begin
			done.Store(true)
		}
	})
	spent := w.crew.workers[1].spent
	w.Barrier() // nobody writes the next time while another still reads this one
	return spent
}
