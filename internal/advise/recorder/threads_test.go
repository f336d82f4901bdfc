//go:build !race

package recorder

import (
	"sync"
	"testing"
)

// TestSeveralThreads: the locks of the table hold. The race detector would stop at what has
// none on purpose: counters that may lose one of hundreds (advHeader.turn, shared, reused,
// the numbers of allocations) and the look at an empty bucket before its lock.
func TestSeveralThreads(t *testing.T) {
	s := newState(t)
	heap(t, 64)
	var wg sync.WaitGroup
	for p := range int32(4) {
		wg.Go(func() {
			for i := range uint64(20_000) {
				line := 0x10000 + i%64*64
				s.hit(&advHit{addr: line + 8*uint64(p), size: 1, kind: uint8(i % advKinds), p: p, g: uint64(p) + 1, stack: 1, now: int64(i)}, i/1000)
				if i%512 == 0 {
					s.alloc(line, 64, 1, 1)
				}
			}
		})
	}
	wg.Wait()
	if s.used(advLive)+s.used(advRetired) > advRecords {
		t.Error("more records than there is room for")
	}
}
