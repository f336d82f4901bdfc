package machine

import (
	"errors"
	"fmt"
	"runtime"
	"time"
	"unsafe"

	"cachelab/affinity"
	"cachelab/internal/arena"
	"cachelab/internal/chase"
	"cachelab/internal/host"
	"cachelab/internal/stream"
)

// Host is this machine.
type Host struct{}

// Now reads the monotonic clock.
func (Host) Now() time.Duration { return host.Now() }

// SpareBytes is what the kernel calls available, within the cgroup's limit.
func (Host) SpareBytes() (int, bool) { return host.MemoryToSpare() }

// PageBytes is by the kernel's account.
func (Host) PageBytes(a *arena.Arena) (int, bool) { return a.PageBytes() }

// OnCPU pins by affinity.Do.
func (Host) OnCPU(cpu int, f func()) (ran bool) {
	if !affinity.Support().Pin {
		return false
	}
	// What the error says is known from ran: a mask that could not be restored
	// does no harm to what was measured.
	_ = affinity.Do(cpu, func() {
		ran = true
		f()
	})
	return ran
}

// Walk is chase.Time.
func (Host) Walk(p unsafe.Pointer, loads int) (unsafe.Pointer, time.Duration) {
	return chase.Time(p, loads)
}

// TouchUntimed is the segment's own.
func (Host) TouchUntimed(s *chase.Segment, from, lines int) { s.TouchUntimed(from, lines) }

// Add is chase.TimeAdds.
func (Host) Add(n int, seed uint64) time.Duration { return chase.TimeAdds(n, seed) }

// Sum is stream.Sum between two readings of the clock.
func (Host) Sum(p unsafe.Pointer, words int) time.Duration {
	begin := host.Now()
	sum := stream.Sum(p, words, int(unsafe.Sizeof(uint64(0))))
	took := host.Now() - begin
	runtime.KeepAlive(sum)
	return took
}

// Pair pins a crew of two.
func (Host) Pair(a, b int) (Pair, error) {
	if can := affinity.Support(); !can.Pin {
		return nil, fmt.Errorf("%w: %s", errors.Join(ErrUnpinned, affinity.ErrUnsupported), can.Reason)
	}
	return newPair(a, b)
}
