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

// TranslationPoint is the latency of dependent loads over so many lines, each on
// a page of its own, and beside it over as many lines that lie side by side.
type TranslationPoint struct {
	Pages int

	// SpreadNS and PackedNS are nanoseconds a load, one sample a round; the k-th
	// samples of all points are of one round. NaN: not valid, or not this round's turn.
	SpreadNS, PackedNS []float64
}

// TranslationCurve is a sweep over numbers of pages on one kind of memory.
type TranslationCurve struct {
	Pages     string         // asked for: huge or small
	PageBytes opt.Value[int] // got, by the kernel's account
	StepBytes int            // from page to page: the base page, on huge pages as well
	Points    []TranslationPoint
}

// TranslationCurves is everything that a measurement of translation saw.
type TranslationCurves struct {
	CPU         opt.Value[int]     // where; unknown: not pinned
	Small, Huge TranslationCurve   // base pages, and the largest that are to be had
	ClockHz     opt.Value[float64] // as LevelCurves
}

const (
	// translationBudget is some ten rounds.
	translationBudget = 100 * time.Millisecond
	// fewestPages is a half of the smallest first level in the field, 16 entries
	// (ARM Cortex-A55).
	fewestPages = 8
	// mostPages is one and a half times the largest second level in the field, 4,096 entries
	// (AMD Zen 5; 3,072 Zen 4; 2,048 Intel Golden Cove; 1,536 Skylake; by the
	// vendors' optimization guides).
	mostPages = 6144
	// mostSpread is the memory that either arena may take where pages are larger than 4 KiB:
	// 4,096 pages of 16 KiB, which show the end of 3,072 entries (Apple M1).
	mostSpread = 64 << 20
	// pagesPerOctave is how many numbers a doubling has: 9% apart, so that even
	// a cliff between two of them is told within a tenth.
	pagesPerOctave = 8

	// leastPieceLoads is the least that is timed at once, 4 us from the first level: 90
	// times what a reading of the clock costs. It is no more because an interrupt may empty the
	// TLB (see emptyTLB): with 1,000 ticks a second one piece in 250 has one.
	leastPieceLoads = 1 << 12
	// partPages is what is timed of a larger walk at once.
	partPages = 1 << 10
	// pieces of a sample; the faster counts. What disturbs a TLB only takes from it.
	pieces = 2
	// settlePages is how much of a second walk settles what stays, where a first one has not.
	settlePages = 2 << 10

	// touchTime bounds how long either arena is touched: as much as is touched then
	// is measured. 24 MiB took 2 ms of huge pages and 45 of small ones here.
	touchTime = 70 * time.Millisecond
	// leastTouched is the number of pages that are touched at the least: enough for a first level.
	leastTouched = 512
)

// MeasureTranslation measures what the translation of addresses costs by the
// number of pages: the latency of dependent loads over 8 to 6,144 lines in one random
// cycle, each line on a base page of its own, and over as many lines side by side, whose
// difference is the translation's and not the caches'. It does so on base
// pages and on huge ones. Where the huge ones are real nothing is seen there, since 24
// MiB are 12 of them; a guest whose host maps them in small pages shows the steps of the base pages.
//
// It takes 100 ms by default and up to 70 for each touching. All loads are of one pinned CPU, as
// far as threads can be pinned. The method is Drepper's, "What every programmer should know about memory",
// 2007, section 3.3.2, figure 3.12 (one element a page), with a control.
//
// The error is for a machine where nothing could be measured (no memory), or
// ctx's own; what the curves say is for [InferTranslation].
func MeasureTranslation(ctx context.Context, claims *Claims, o CoreOptions) (TranslationCurves, error) {
	o = o.or(translationBudget)
	var curves TranslationCurves
	var err error
	curves.CPU = claims.onCPU(o.CPU, func() {
		err = curves.measure(ctx, claims.stride(), o)
	})
	return curves, err
}

// pageRung is one point of one curve.
type pageRung struct {
	curve *TranslationCurve
	point int
	nodes *chase.PageNodes
	arena *arena.Arena
	pages int // touched of the arena
	every int // rounds
}

func (c *TranslationCurves) measure(ctx context.Context, line int, o CoreOptions) error {
	step := os.Getpagesize()
	top := min(mostPages, mostSpread/step)
	if spare, ok := host.MemoryToSpare(); ok {
		top = min(top, spare/sparePart/step)
	}
	top = max(top, 2*fewestPages)
	counts := pageCounts(top)
	nodes := make([]*chase.PageNodes, len(counts))
	for i, n := range counts {
		var err error
		if nodes[i], err = chase.NewPageNodes(n, step, line, o.Seed+uint64(i)); err != nil {
			return err
		}
	}
	var rungs []pageRung
	for _, kind := range []struct {
		pages arena.Pages
		curve *TranslationCurve
	}{{arena.Small, &c.Small}, {arena.Huge, &c.Huge}} {
		mem, err := arena.New(top*step, kind.pages)
		if err != nil {
			return err
		}
		defer mem.Close()
		if err := ctx.Err(); err != nil {
			return err
		}
		touched := mem.TouchFor(touchTime, leastTouched*step) / step
		*kind.curve = TranslationCurve{Pages: kind.pages.String(), StepBytes: step}
		if got, ok := mem.PageBytes(); ok {
			kind.curve.PageBytes = opt.Some(got)
		}
		for i, n := range counts {
			if n > touched {
				break
			}
			kind.curve.Points = append(kind.curve.Points, TranslationPoint{Pages: n})
			every := 1
			if kind.pages == arena.Huge {
				every = 2 // what huge pages are is told by the first level already
			}
			rungs = append(rungs, pageRung{kind.curve, i, nodes[i], mem, touched, every})
		}
	}
	return c.rounds(ctx, rungs, o)
}

// pageCounts are the numbers of pages of a sweep, ascending.
func pageCounts(top int) []int {
	var out []int
	for k := 0; ; k++ {
		n := int(math.Round(fewestPages * math.Pow(2, float64(k)/pagesPerOctave)))
		if n > top {
			return slices.Compact(out)
		}
		out = append(out, n)
	}
}

// rounds visits the points until the time is up, each round in an order of its own.
func (c *TranslationCurves) rounds(ctx context.Context, rungs []pageRung, o CoreOptions) error {
	var clock []float64
	rng := rand.New(rand.NewPCG(o.Seed, 5))
	deadline := time.Now().Add(o.Budget)
	for round := 0; round == 0 || time.Now().Before(deadline); round++ {
		begin := host.Now()
		runtime.KeepAlive(chase.AddChain(clockLinks, o.Seed, 1))
		clock = append(clock, clockLinks/(host.Now()-begin).Seconds())
		for _, k := range rng.Perm(len(rungs)) {
			if err := ctx.Err(); err != nil {
				return err
			}
			r := rungs[k]
			spread, packed := math.NaN(), math.NaN()
			if (round+r.point)%r.every == 0 && (round == 0 || time.Now().Before(deadline)) {
				var err error
				if spread, packed, err = r.sample(rng); err != nil {
					return err
				}
			}
			p := &r.curve.Points[r.point]
			p.SpreadNS, p.PackedNS = append(p.SpreadNS, spread), append(p.PackedNS, packed)
		}
	}
	c.ClockHz = opt.Some(median(clock))
	return nil
}

// sample times both layouts of a point, in ns a load, one right after the other
// on pages chosen anew: which frames they have decides what meets in a physically
// indexed cache.
func (r pageRung) sample(rng *rand.Rand) (spread, packed float64, err error) {
	first := rng.IntN(r.pages - r.nodes.Len() + 1)
	chain, err := r.nodes.Spread(r.arena, first)
	if err != nil {
		return 0, 0, err
	}
	spread = timePieces(chain)
	if chain, err = r.nodes.Packed(r.arena, first); err != nil {
		return 0, 0, err
	}
	return spread, timePieces(chain), nil
}

// timePieces is the time of a load in the fastest piece of a walk, in ns.
func timePieces(chain *chase.Chain) float64 {
	emptyTLB()
	p := chase.Walk(chain.Start(), chain.Len())
	loads := partPages
	if chain.Len() <= partPages {
		loads = (leastPieceLoads + chain.Len() - 1) / chain.Len() * chain.Len() // whole laps
	} else {
		p = chase.Walk(p, min(chain.Len(), settlePages))
	}
	best := math.Inf(1)
	for range pieces {
		begin := host.Now()
		p = chase.Walk(p, loads)
		best = min(best, float64((host.Now()-begin).Nanoseconds())/float64(loads))
	}
	return best
}

// emptyTLB enters the kernel, which on a machine without process-context
// identifiers but with page-table isolation empties the TLB: no harm, since the walk to be timed
// is warmed up after it, and a help. A second level here kept entries of other walks over
// whole laps, and 2,048 pages of its 4,096 missed now and then, at 7 to 12 ns in place of 5.8.
func emptyTLB() { _ = os.Getppid() }
