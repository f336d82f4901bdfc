package harness

import (
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"cachelab/cachelines"
	"cachelab/internal/arena"
	"cachelab/internal/host"
)

// BesideCrew is what readers and writers need beside their words.
type BesideCrew struct {
	Measured *cachelines.Slots[time.Duration] // each worker's own time
	done     cachelines.Padded[atomic.Int32]  // measured workers that have finished
}

// NewBesideCrew is for so many workers.
func NewBesideCrew(workers int) *BesideCrew {
	return &BesideCrew{Measured: cachelines.NewSlots[time.Duration](workers)}
}

// Measure times f for worker i and says that it has finished.
func (c *BesideCrew) Measure(i int, f func()) {
	begin := host.Now()
	f()
	*c.Measured.At(i) = (host.Now() - begin)
	c.done.Value.Add(1)
}

// LookEvery is how many accesses a worker that only keeps a line busy makes
// before it looks whether the measured ones have finished: seldom enough that
// the look, at a line that nobody writes meanwhile, does not count.
const LookEvery = 16

// Until repeats f until n measured workers have finished.
func (c *BesideCrew) Until(n int, f func()) {
	for c.done.Value.Load() < int32(n) {
		f()
	}
}

// BesideWords returns the readers' word and one that is step bytes away.
func BesideWords(b *testing.B, step int) (read, written unsafe.Pointer, mem *arena.Arena) {
	b.Helper()
	words, mem := CounterWords(b, 2, step)
	return words[0], words[1], mem
}
