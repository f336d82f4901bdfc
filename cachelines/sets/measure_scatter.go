package sets

import (
	"context"
	"math"
	"time"

	"cachelab/cachelines/instrument"
	"cachelab/cachelines/internal/machine"
	"cachelab/cachelines/internal/sweep"
	"cachelab/internal/arena"
	"cachelab/internal/chase"
	"cachelab/internal/host"
)

const (
	// ScatterBudget is some nine rounds over a level of 1 MiB.
	ScatterBudget = 120 * time.Millisecond
	// poolTimes is how many times the level's size the lines are chosen from. Of
	// eight, one line in eight is in a set as large as the level, so that the number
	// of lines that map to one set of the cache is Poisson distributed but for a
	// twentieth of its deviation; and its pages are still those of a second-level TLB
	// (2048 of 4 KiB for a level of 1 MiB; 1536 to 4096 entries are usual), whose
	// misses would put page tables into the level.
	poolTimes = 8
	// The sizes go from scatterLow, where a cache of four ways misses one line in
	// fifty and one of sixteen none, to scatterHigh, where all miss, in as many steps
	// as make neighbours a seventh apart.
	scatterLow, scatterHigh, scatterSizes = 0.25, 2.4, 17
)

// MeasureScattered measures the latency of dependent loads over sets of lines that
// are chosen at random from eight times as many as a cache of about the given size
// holds: from a quarter of it to 2.4 times. Each sample has lines of its own. X are
// bytes. It takes 120 ms by default.
//
// The error is for a machine where nothing could be measured (no memory), or ctx's
// own.
func MeasureScattered(ctx context.Context, h instrument.Hints, aboutBytes int, o instrument.Options) (instrument.Curve, error) {
	return measureScattered(ctx, machine.Host{}, h, aboutBytes, o)
}

func measureScattered(ctx context.Context, m machine.Machine, h instrument.Hints, about int, o instrument.Options) (instrument.Curve, error) {
	o = o.WithBudget(ScatterBudget)
	var curve instrument.Curve
	for k := range scatterSizes {
		part := scatterLow * math.Pow(scatterHigh/scatterLow, float64(k)/(scatterSizes-1))
		curve.X = append(curve.X, int(part*float64(about))/h.LineBytes*h.LineBytes)
	}
	var err error
	sweep.OnCPU(m, h, o.CPU, func() { err = sweepScattered(ctx, m, &curve, poolTimes*about, h.LineBytes, o) })
	return curve, err
}

// sweepScattered fills the curve.
func sweepScattered(ctx context.Context, m machine.Machine, curve *instrument.Curve, pool, line int, o instrument.Options) error {
	memory, err := arena.New(pool, arena.Huge)
	if err != nil {
		return err
	}
	defer memory.Close()
	if err := sweep.Touch(ctx, memory); err != nil {
		return err
	}
	lines, err := chase.NewScatter(memory, line, o.Seed)
	if err != nil {
		return err
	}
	loop := sweep.Loop{Machine: m, Random: sweep.Random(o.Seed, "scatter"), Budget: o.Budget}
	return loop.Run(ctx, len(curve.X), func(round, i int) error {
		chain, err := lines.Chain(curve.X[i] / line)
		if err != nil {
			return err
		}
		p, _ := m.Walk(chain.Start(), chain.Len()) // writing it was a walk as well
		loads := (sweep.LeastLoads/chain.Len() + 1) * chain.Len()
		_, took := m.Walk(p, loads)
		curve.Put(round, i, host.PerOp(took, loads))
		return nil
	})
}
