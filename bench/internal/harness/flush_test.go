package harness

import (
	"testing"
	"time"
	"unsafe"

	"cachelab/internal/arena"
	"cachelab/internal/chase"
	"cachelab/internal/crew"
	"cachelab/internal/host"
)

// A walk over lines that were flushed comes from memory: it takes several times as long
// as one over the same lines in a private cache. Timing asserts direction alone.
func TestFlush(t *testing.T) {
	if !CanFlush || crew.RaceDetector {
		t.Skip("no instruction to flush a line, or the race detector is on")
	}
	const set, line = 64 << 10, 64 // fits every private cache
	mem, err := arena.New(set, arena.Small)
	if err != nil {
		t.Fatal(err)
	}
	defer mem.Close()
	chain, err := chase.NewChain(mem, chase.ChainSpec{SetBytes: set, StrideBytes: line, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	walk := func(flush bool) (best time.Duration) {
		best = time.Hour
		for range 20 {
			chase.Walk(chain.Start(), chain.Len())
			if flush {
				for offset := 0; offset < set; offset += line {
					Flush(unsafe.Pointer(mem.At(offset)))
				}
				FlushDone()
			}
			begin := host.Now()
			chase.Walk(chain.Start(), chain.Len())
			best = min(best, host.Now()-begin)
		}
		return best
	}
	if warm, cold := walk(false), walk(true); cold < 2*warm {
		t.Errorf("a walk over flushed lines took %v, over cached ones %v: want twice that at the least", cold, warm)
	}
}
