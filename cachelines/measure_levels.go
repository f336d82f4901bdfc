package cachelines

import (
	"context"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"time"

	"cachelab/affinity/opt"
	"cachelab/internal/arena"
	"cachelab/internal/chase"
	"cachelab/internal/host"
)

// Ladder is a latency ladder with how it was measured.
type Ladder struct {
	Pages     string         // asked for: huge or small
	PageBytes opt.Value[int] // got
	Order     string         // all: one random cycle over all lines; page: random inside a page, page after page
	Points    []LadderPoint
}

// LevelCurves is everything that a measurement of levels saw.
type LevelCurves struct {
	CPU    opt.Value[int] // where; unknown: not pinned
	Huge   Ladder         // huge pages, random over all
	Small  Ladder         // base pages, random over all: with what the TLB adds
	InPage Ladder         // base pages, random inside a page: without it

	// ClockHz is the clock that the core ran at meanwhile, by a chain of
	// dependent additions (trap H15).
	ClockHz opt.Value[float64]
}

// Best is the curve that tells of caches and not of the TLB: on huge pages
// where there are any.
func (c LevelCurves) Best() Ladder {
	if huge, ok := c.Huge.PageBytes.Get(); ok && huge > c.Small.PageBytes.Or(0) {
		return c.Huge
	}
	return c.Small
}

const (
	// levelsBudget is some 12 rounds.
	levelsBudget = 350 * time.Millisecond
	// wholeNodes is up to how many nodes a cycle is walked whole: 2 MiB of
	// 64-byte lines, half a millisecond from a third level. Beyond, a part is.
	wholeNodes = 1 << 15
	// partNodes is what is walked of a larger set: a sixth of a millisecond from memory.
	partNodes = 1 << 10
	// leastLoads is the least walk of a sample, 9 us from the first level: the clock's step is
	// half a percent of it.
	leastLoads = 1 << 13
	// touchedAtOnce lines are touched between two looks at the context: some 20 ms on the slowest memory.
	touchedAtOnce = 1 << 19
	// A round has every set up to smallSet, whose samples take some 50 us each,
	// every other one up to middleSet (half a millisecond), and of each doubling
	// beyond half as many (128 MiB take 20 ms), down to one in seldomSet.
	smallSet, middleSet, seldomSet = 256 << 10, 8 << 20, 16
	// smallVisits is how often a round comes to a small set; the fastest visit counts.
	// What disturbs a private cache (a thread of the host on the same core, an interrupt)
	// only ever takes away from it, for some milliseconds: of eight runs here, among 50 without
	// this, that were unsure of the first level, five had a faultless lower quartile.
	smallVisits = 3
	// longestLadder is how long the rounds may take where the first level stays in doubt.
	longestLadder = 1200 * time.Millisecond
	// clockLinks is a chain of 10 us at 4 GHz.
	clockLinks = 40000
)

// MeasureLevels measures the latency of dependent loads by working set, from 1
// KiB to four times the last level as claimed or assumed, as three curves, and infers the
// levels from the one that the TLB disturbs least (see [InferLevels]). All loads
// are of one pinned CPU; where threads cannot be pinned it measures all the same and
// LevelCurves.CPU is unknown. The rounds take 350 ms by default; where the first
// level is not sure by then, they go on for up to 1.2 s.
//
// The error is for a machine where nothing could be measured (no memory), or
// ctx's own, of which it takes notice within 100 ms; doubt is in the answer.
func MeasureLevels(ctx context.Context, claims *Claims, o CoreOptions) (Levels, LevelCurves, error) {
	o = o.or(levelsBudget)
	var curves LevelCurves
	var err error
	curves.CPU = claims.onCPU(o.CPU, func() {
		err = curves.measure(ctx, claims, o)
	})
	if err != nil {
		return Levels{}, curves, err
	}
	return InferLevels(curves.Best().Points), curves, nil
}

// rung is one point of one curve.
type rung struct {
	ladder *Ladder
	laps   *chase.SegmentWriter
	bytes  int // of the arena
	point  int
	block  int // bytes; 0: random over all
	every  int // rounds
	phase  int
}

func (c *LevelCurves) measure(ctx context.Context, claims *Claims, o CoreOptions) error {
	line := claims.stride()
	sizes := claims.ladderSizes(line)
	top := sizes[len(sizes)-1]
	c.Huge = newLadderOver(sizes, arena.Huge, "all")
	c.Small = newLadderOver(sizes, arena.Small, "all")
	var rungs []rung
	for k, pages := range []arena.Pages{arena.Huge, arena.Small} {
		mem, err := arena.New(top, pages)
		if err != nil {
			return err
		}
		defer mem.Close()
		if err := touch(ctx, mem); err != nil {
			return err
		}
		got, ok := mem.PageBytes()
		ladders := []*Ladder{&c.Huge}
		if pages == arena.Small {
			c.InPage = newLadderOver(c.inPageSizes(sizes, got), arena.Small, "page")
			ladders = []*Ladder{&c.Small, &c.InPage}
		}
		laps := chase.NewSegmentWriter(mem)
		for at, l := range ladders {
			r := rung{ladder: l, laps: laps, bytes: mem.Size()}
			if at == 1 {
				r.block = max(got, line)
			}
			if ok {
				l.PageBytes = opt.Some(got)
			}
			for i, p := range l.Points {
				r.point, r.phase = i, i
				// The curves for which no level is inferred have half
				// and a quarter of the samples.
				r.every = everyRound(p.SizeBytes) << k
				rungs = append(rungs, r)
				if p.SizeBytes <= smallSet {
					rungs = append(rungs, slices.Repeat([]rung{r}, smallVisits-1)...)
				}
			}
		}
	}
	var clock []float64
	rng := rand.New(rand.NewPCG(o.Seed, 3))
	began := time.Now()
	deadline, patient := began.Add(o.Budget), began.Add(longestLadder)
	for round := 0; ; round++ {
		if !time.Now().Before(deadline) {
			if !deadline.Before(patient) || c.firstIsSure() {
				break
			}
			deadline = patient
		}
		begin := host.Now()
		runtime.KeepAlive(chase.AddChain(clockLinks, o.Seed, 1))
		clock = append(clock, clockLinks/(host.Now()-begin).Seconds())
		for _, k := range rng.Perm(len(rungs)) {
			r := rungs[k]
			p := &r.ladder.Points[r.point]
			for len(p.NS) <= round {
				p.NS = append(p.NS, math.NaN())
			}
			if (round+r.phase)%r.every != 0 || time.Now().After(deadline) {
				continue
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			ns, err := sampleRung(ctx, r, line, p.SizeBytes, rng.Uint64())
			if err != nil {
				return err
			}
			if !(p.NS[round] < ns) { // also where there is none yet
				p.NS[round] = ns
			}
		}
	}
	c.ClockHz = opt.Some(median(clock))
	return nil
}

// firstIsSure reports whether the rounds so far tell the size of the first level. A
// neighbour that comes and goes makes it doubtful, and more rounds find it gone.
func (c *LevelCurves) firstIsSure() bool {
	levels := InferLevels(c.Best().Points).Levels
	return len(levels) > 0 && levels[0].Confidence >= sure
}

// everyRound is in one of how many rounds a set of this size is measured.
func everyRound(size int) int {
	if size <= smallSet {
		return 1
	}
	every := 2
	for s := middleSet; s < size && every < seldomSet; s *= 2 {
		every *= 2
	}
	return every
}

// inPageSizes are the sizes of whole pages.
func (c *LevelCurves) inPageSizes(sizes []int, page int) []int {
	var out []int
	for _, s := range sizes {
		if s = s / page * page; s > 0 && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// sampleRung times dependent loads over one working set, warm, in ns a load.
func sampleRung(ctx context.Context, r rung, line, size int, seed uint64) (float64, error) {
	nodes := wholeNodes
	if size/line > wholeNodes {
		nodes = partNodes
	}
	// Other pages in each round: which frames a small set has got decides
	// how often its pages meet in a physically indexed cache.
	offset := 0
	if pages := (r.bytes - size) / os.Getpagesize(); pages > 0 {
		offset = int(seed%uint64(pages+1)) * os.Getpagesize()
	}
	lap, err := r.laps.Write(chase.SegmentSpec{OffsetBytes: offset, SetBytes: size, StrideBytes: line, BlockBytes: r.block, Nodes: nodes, Seed: seed})
	if err != nil {
		return math.NaN(), err
	}
	p, loads := lap.Chain.Start(), lap.Chain.Len()
	if lap.CoversSet() {
		p = chase.Walk(p, loads)
		loads = (leastLoads + loads - 1) / loads * loads // whole laps
	}
	for from := 0; from < lap.UntimedLines(); from += touchedAtOnce {
		if err := ctx.Err(); err != nil {
			return math.NaN(), err
		}
		lap.TouchUntimed(from, min(touchedAtOnce, lap.UntimedLines()-from))
	}
	begin := host.Now()
	chase.Walk(p, loads)
	return float64((host.Now() - begin).Nanoseconds()) / float64(loads), nil
}

// touch is Arena.Touch with a context.
func touch(ctx context.Context, a *arena.Arena) error {
	const part = 4 << 20 // some 15 ms of small pages
	for at := 0; at < a.Size(); at += part {
		if err := ctx.Err(); err != nil {
			return err
		}
		a.TouchPart(at, part)
	}
	return nil
}

func newLadderOver(sizes []int, pages arena.Pages, order string) Ladder {
	l := Ladder{Pages: pages.String(), Order: order}
	for _, s := range sizes {
		l.Points = append(l.Points, LadderPoint{SizeBytes: s})
	}
	return l
}
