package cachelines

import (
	"context"
	"math"
	"math/rand/v2"
	"time"

	"cachelab/affinity"
	"cachelab/internal/rig"
)

// SetsOptions bounds a measurement of one private level's sets. The zero value is
// the default.
type SetsOptions struct {
	// Budget is how long the searches may take at the most, after the memory has been
	// touched; 0: 620 ms, and on a card what is left of its time (cardTime). They end
	// earlier where they are sure, after some 200 ms here.
	Budget time.Duration
	// CPU is where it is measured; unknown: as LevelOptions.
	CPU affinity.Opt[int]
	// Seed decides the lines and orders; 0 takes one from the clock.
	Seed uint64
}

const (
	// pieceLoads is about what is timed at once, 5 us from a second level: a hundred
	// times what a reading of the clock costs, and less than from one interrupt to the next.
	pieceLoads = 1 << 10
	// fastOf is of how many pieces the fastest counts: whatever disturbs a lap makes it longer.
	fastOf = 2
	// setsEnough ends the searches: five that agree have 0.97. Of four that did, one count in 300, beside a
	// load, was twice the number.
	setsEnough = 0.92
	// setsTold is enough for an answer when the time is up. Of 350 cards beside a load on all CPUs four
	// told half or twice the size, with 0.53 to 0.75, before batches without lines were counted.
	setsTold = 0.76
)

func (o SetsOptions) withDefaults() SetsOptions {
	if o.Budget == 0 {
		o.Budget = 620 * time.Millisecond
	}
	if o.Seed == 0 {
		o.Seed = uint64(time.Now().UnixNano())
	}
	return o
}

// measureSets searches the sets of a private cache of about the given size, whose lines are
// indexed by physical addresses. It answers with what each search found, and with how
// many columns there are.
//
// The error is for a machine where nothing could be measured (no memory), or
// ctx's own.
func measureSets(ctx context.Context, claims *Claims, aboutBytes int, o SetsOptions) (found []eviction, columns int, err error) {
	o = o.withDefaults()
	line := claims.stride()
	columns = evictBlock / line
	pool := poolTimes * aboutBytes / evictBlock * evictBlock
	claims.onCPU(o.CPU, func() {
		var arena *rig.Arena
		if arena, err = rig.NewArena(pool, rig.Huge); err != nil {
			return
		}
		defer arena.Close()
		if err = touch(ctx, arena); err != nil {
			return
		}
		e := evictor{
			lap:    func(lines []int, glance bool) float64 { return timeLap(arena, lines, line, glance) },
			blocks: pool / evictBlock, columns: columns, rng: rand.New(rand.NewPCG(o.Seed, 6)),
		}
		begin := time.Now()
		more := func() bool { return ctx.Err() == nil && time.Since(begin) < o.Budget }
		for more() {
			found = append(found, e.search(more))
			if _, level := setsOf(found, columns, line); level.Confidence >= setsEnough {
				break
			}
		}
		err = ctx.Err()
	})
	return found, columns, err
}

// timeLap is the lapTimer of an arena.
func timeLap(arena *rig.Arena, lines []int, lineBytes int, glance bool) float64 {
	loads := pieceLoads
	if glance {
		loads /= 2
	}
	offsets := make([]int, len(lines))
	for i, l := range lines {
		offsets[i] = l * lineBytes
	}
	chain, err := rig.NewLineChain(arena, offsets)
	if err != nil {
		return math.NaN()
	}
	laps := (loads + len(lines) - 1) / len(lines)
	p := rig.Walk(chain.Start(), 2*len(lines)) // writing it was a lap as well
	best := math.Inf(1)
	for range fastOf {
		begin := rig.Now()
		p = rig.Walk(p, laps*len(lines))
		best = min(best, float64((rig.Now()-begin).Nanoseconds())/float64(laps))
	}
	return best
}
