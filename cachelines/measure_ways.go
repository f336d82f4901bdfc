package cachelines

import (
	"context"
	"math"
	"math/bits"
	"math/rand/v2"
	"time"

	"cachelab/internal/arena"
	"cachelab/internal/chase"
	"cachelab/internal/host"
)

const (
	// waysBudget is some twenty rounds.
	waysBudget = 40 * time.Millisecond
	// mostWays is the largest number of lines in one set that is tried: twice
	// the most ways of a first or second level in the field (16), and so
	// enough to see the plateau behind.
	mostWays = 32
	// largestFirst is a stride that is a multiple of the way size of every first-level
	// cache there is (128 KiB with 8 ways on Apple silicon: 16 KiB a way).
	largestFirst = 128 << 10
	// loadsPerSet is the walk of a sample: 2 us in the first level, 40 times the clock's step.
	loadsPerSet = 1 << 11
)

// SetPoint is the time of dependent loads over so many lines of one set.
type SetPoint struct {
	Lines int
	NS    []float64 // one sample a round, in nanoseconds a load; NaN: not valid
}

// MeasureWays measures the time of dependent loads over 1 to 32 lines that all
// lie in one set of a cache. The stride is a power of two that is at least the
// claimed size of the cache, so that it is a multiple of the way whatever
// the number of ways is, and at least 128 KiB. It takes 40 ms by default.
//
// It is for a first-level data cache, which is indexed by bits inside the
// largest page or by the virtual address. A second level is indexed by physical addresses: there it
// needs huge pages that are contiguous on the host too, and where these are missing the answer
// is a ladder without a step, that is unknown. The card finds the ways of that one by eviction.
//
// The error is for a machine where nothing could be measured (no memory), or
// ctx's own.
func MeasureWays(ctx context.Context, claims *Claims, level int, o CoreOptions) ([]SetPoint, error) {
	o = o.or(waysBudget)
	size, _ := claims.ClaimedSize(level)
	stride := max(powerOfTwo(size), largestFirst)
	points := make([]SetPoint, mostWays)
	var err error
	claims.onCPU(o.CPU, func() {
		err = sweepWays(ctx, points, stride, o)
	})
	return points, err
}

// sweepWays fills the points round by round, each in an order of its own.
func sweepWays(ctx context.Context, points []SetPoint, stride int, o CoreOptions) error {
	// A last page so that the set can begin anywhere in the first one.
	const page = 4096
	mem, err := arena.New(mostWays*stride+page, arena.Huge)
	if err != nil {
		return err
	}
	defer mem.Close()
	rng := rand.New(rand.NewPCG(o.Seed, 4))
	deadline := time.Now().Add(o.Budget)
	for round := 0; round == 0 || time.Now().Before(deadline); round++ {
		for _, i := range rng.Perm(len(points)) {
			if err := ctx.Err(); err != nil {
				return err
			}
			lines := i + 1
			points[i].Lines = lines
			ns := math.NaN()
			if round == 0 || time.Now().Before(deadline) {
				chain, err := chase.NewChain(mem, chase.ChainSpec{
					OffsetBytes: rng.IntN(page/64) * 64, SetBytes: lines * stride, StrideBytes: stride, Seed: rng.Uint64(),
				})
				if err != nil {
					return err
				}
				loads := loadsPerSet / lines * lines // whole laps
				p := chase.Walk(chain.Start(), loads)
				begin := host.Now()
				chase.Walk(p, loads)
				ns = float64((host.Now() - begin).Nanoseconds()) / float64(loads)
			}
			points[i].NS = append(points[i].NS, ns)
		}
	}
	return nil
}

// powerOfTwo is the least power of two that is not below n.
func powerOfTwo(n int) int {
	if n <= 1 {
		return 1
	}
	return 1 << bits.Len(uint(n-1))
}
