package cachelines

import (
	"context"
	"math"
	"math/rand/v2"
	"time"

	"cachelab/internal/arena"
	"cachelab/internal/chase"
	"cachelab/internal/host"
)

const (
	// scatterBudget is some nine rounds over a level of 1 MiB.
	scatterBudget = 120 * time.Millisecond
	// poolTimes is how many times the level's size the lines are chosen from. Of
	// eight, one line in eight is in a set as large as the level, so that the number of
	// lines that fall on one set of the cache is Poisson distributed but for a
	// twentieth of its deviation; and its pages are still those of a second-level TLB (2048 of
	// 4 KiB for a level of 1 MiB; 1536 to 4096 entries are usual), whose misses
	// would put page tables into the level.
	poolTimes = 8
	// The sizes go from scatterLow, where a cache of four ways misses one line in
	// fifty and one of sixteen none, to scatterHigh, where all miss, in as many steps as make
	// neighbours a seventh apart.
	scatterLow, scatterHigh, scatterSizes = 0.25, 2.4, 17
)

// MeasureScattered measures the latency of dependent loads over sets of lines that are
// chosen at random from eight times as many as a cache of about the given size
// holds: from a quarter of it to 2.4 times. Each sample has lines of its own. The
// samples of a point are of the same rounds, as those of a [LadderPoint] are. It takes 120 ms by default.
//
// The error is for a machine where nothing could be measured (no memory), or
// ctx's own.
func MeasureScattered(ctx context.Context, claims *Claims, aboutBytes int, o CoreOptions) ([]LadderPoint, error) {
	o = o.or(scatterBudget)
	var points []LadderPoint
	line := claims.stride()
	for k := range scatterSizes {
		part := scatterLow * math.Pow(scatterHigh/scatterLow, float64(k)/(scatterSizes-1))
		points = append(points, LadderPoint{SizeBytes: int(part*float64(aboutBytes)) / line * line})
	}
	var err error
	claims.onCPU(o.CPU, func() {
		err = sweepScattered(ctx, points, poolTimes*aboutBytes, line, o)
	})
	return points, err
}

func sweepScattered(ctx context.Context, points []LadderPoint, pool, line int, o CoreOptions) error {
	mem, err := arena.New(pool, arena.Huge)
	if err != nil {
		return err
	}
	defer mem.Close()
	if err := touch(ctx, mem); err != nil {
		return err
	}
	lines, err := chase.NewScatter(mem, line, o.Seed)
	if err != nil {
		return err
	}
	rng := rand.New(rand.NewPCG(o.Seed, 5))
	deadline := time.Now().Add(o.Budget)
	for round := 0; round == 0 || time.Now().Before(deadline); round++ {
		for _, i := range rng.Perm(len(points)) {
			if err := ctx.Err(); err != nil {
				return err
			}
			ns := math.NaN()
			if round == 0 || time.Now().Before(deadline) {
				chain, err := lines.Chain(points[i].SizeBytes / line)
				if err != nil {
					return err
				}
				p := chase.Walk(chain.Start(), chain.Len()) // writing it was a lap as well
				loads := (leastLoads/chain.Len() + 1) * chain.Len()
				begin := host.Now()
				chase.Walk(p, loads)
				ns = float64((host.Now() - begin).Nanoseconds()) / float64(loads)
			}
			points[i].NS = append(points[i].NS, ns)
		}
	}
	return nil
}
