package sets

import (
	"context"
	"math/bits"
	"time"

	"cachelab/cachelines/instrument"
	"cachelab/cachelines/internal/machine"
	"cachelab/cachelines/internal/sweep"
	"cachelab/internal/arena"
	"cachelab/internal/chase"
	"cachelab/internal/host"
)

const (
	// WaysBudget is some twenty rounds.
	WaysBudget = 40 * time.Millisecond
	// mostWays is the largest number of lines in one set that is tried: twice the
	// most ways of a first or second level in the field (16), and so enough to see
	// the plateau after them.
	mostWays = 32
	// largestFirst is a stride that is a multiple of the way size of every
	// first-level cache there is (128 KiB with 8 ways on Apple silicon: 16 KiB a
	// way).
	largestFirst = 128 << 10
	// loadsPerSet is the walk of a sample: 2 µs in the first level, 40 times the
	// clock's step.
	loadsPerSet = 1 << 11
	// startBytes is the range in which a set may begin, in steps of startStep: a
	// page, as the first level is indexed by bits inside it.
	startBytes, startStep = 4096, 64
)

// MeasureWays measures the time of dependent loads over 1 to 32 lines that are all
// in one set of the first-level data cache. The stride is a power of two that is at
// least the reported size of the cache, so that it is a multiple of the way whatever
// the number of ways is, and at least 128 KiB. It takes 40 ms by default.
//
// The first level is indexed by bits inside the largest page or by the virtual
// address. A second level is indexed by physical addresses: its ways are found by
// eviction, see [Measure].
//
// The error is for a machine where nothing could be measured (no memory), or ctx's
// own.
func MeasureWays(ctx context.Context, h instrument.Hints, o instrument.Options) (instrument.Curve, error) {
	return measureWays(ctx, machine.Host{}, h, o)
}

func measureWays(ctx context.Context, m machine.Machine, h instrument.Hints, o instrument.Options) (instrument.Curve, error) {
	o = o.WithBudget(WaysBudget)
	var curve instrument.Curve
	for lines := 1; lines <= mostWays; lines++ {
		curve.X = append(curve.X, lines)
	}
	var err error
	sweep.OnCPU(m, h, o.CPU, func() { err = sweepWays(ctx, m, &curve, max(powerOfTwo(h.FirstBytes), largestFirst), o) })
	return curve, err
}

// sweepWays fills the curve.
func sweepWays(ctx context.Context, m machine.Machine, curve *instrument.Curve, stride int, o instrument.Options) error {
	memory, err := arena.New(mostWays*stride+startBytes, arena.Huge)
	if err != nil {
		return err
	}
	defer memory.Close()
	random := sweep.Random(o.Seed, "ways")
	loop := sweep.Loop{Machine: m, Random: random, Budget: o.Budget}
	return loop.Run(ctx, len(curve.X), func(round, i int) error {
		lines := curve.X[i]
		chain, err := chase.NewChain(memory, chase.ChainSpec{
			OffsetBytes: random.IntN(startBytes/startStep) * startStep, SetBytes: lines * stride, StrideBytes: stride, Seed: random.Uint64(),
		})
		if err != nil {
			return err
		}
		loads := loadsPerSet / lines * lines // whole cycles
		p, _ := m.Walk(chain.Start(), loads)
		_, took := m.Walk(p, loads)
		curve.Put(round, i, host.PerOp(took, loads))
		return nil
	})
}

// powerOfTwo is the least power of two that is not below n.
func powerOfTwo(n int) int {
	if n <= 1 {
		return 1
	}
	return 1 << bits.Len(uint(n-1))
}
