// Package tlb measures what the translation of addresses costs: the entries of
// each TLB level, and what a miss adds to a load. It times dependent loads over
// lines that are each on a page of their own, and over as many lines side by side as
// a control; the difference is translation's and not the caches'. The method is
// Drepper's, "What every programmer should know about memory", 2007, section 3.3.2,
// figure 3.12 (one element a page), with a control.
package tlb

import (
	"context"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"time"

	"cachelab/affinity/opt"
	"cachelab/cachelines/instrument"
	"cachelab/cachelines/internal/machine"
	"cachelab/cachelines/internal/sweep"
	"cachelab/internal/arena"
	"cachelab/internal/chase"
	"cachelab/internal/host"
)

// Sweep is a sweep over numbers of pages on one kind of memory. X of both curves
// is pages, and the k-th rounds of both are of one time.
type Sweep struct {
	Pages     string           // asked for: huge or small
	PageBytes opt.Value[int]   // got, by the kernel's account
	StepBytes int              // from page to page: the base page, on huge pages as well
	Spread    instrument.Curve // a line on each page
	Packed    instrument.Curve // as many lines side by side: the control
}

// Curves is everything that a measurement saw.
type Curves struct {
	CPU         opt.Value[int]     // where; unknown: not pinned
	Small, Huge Sweep              // base pages, and the largest that are to be had
	ClockHz     opt.Value[float64] // the clock that the core ran at meanwhile
}

const (
	// Budget is the default: some ten rounds.
	Budget = 100 * time.Millisecond
	// fewestPages is a half of the smallest first level in the field, 16 entries
	// (ARM Cortex-A55).
	fewestPages = 8
	// mostPages is one and a half times the largest second level in the field, 4,096
	// entries (AMD Zen 5; 3,072 Zen 4; 2,048 Intel Golden Cove; 1,536 Skylake; by the
	// vendors' optimization guides).
	mostPages = 6144
	// mostSpread is the memory that either arena may take where pages are larger than
	// 4 KiB: 4,096 pages of 16 KiB, which show the end of 3,072 entries (Apple M1).
	mostSpread = 64 << 20
	// pagesPerOctave is how many numbers a doubling has: 9% apart, so that even a
	// cliff between two of them is found within a tenth.
	pagesPerOctave = 8

	// leastPieceLoads is the least that is timed at once, 4 µs from the first level:
	// 90 times what a reading of the clock costs. It is no more because an interrupt may
	// empty the TLB (see emptyTLB): with 1,000 ticks a second one piece in 250 has one.
	leastPieceLoads = 1 << 12
	// partPages is what is timed of a larger walk at once.
	partPages = 1 << 10
	// pieces of a sample; the faster counts. What disturbs a TLB only takes from it.
	pieces = 2
	// settlePages is how much of a second walk settles what stays, where a first one
	// has not.
	settlePages = 2 << 10
	// hugeEvery is in one of how many rounds huge pages are measured: what they are is
	// shown by the first level already.
	hugeEvery = 2

	// TouchTime bounds how long either arena is touched: as much as is touched then is
	// measured. 24 MiB took 2 ms of huge pages and 45 of small ones on the Zen 5 guest.
	TouchTime = 70 * time.Millisecond
	// leastTouched is the number of pages that are touched at the least: enough for a
	// first level.
	leastTouched = 512
)

// Measure measures the latency of dependent loads over 8 to 6,144 lines in one
// random cycle, each line on a base page of its own, and over as many lines side by
// side. It does so on base pages and on huge ones. Where the huge ones are real
// nothing is seen there, since 24 MiB are 12 of them; a guest whose host maps them in
// small pages shows the steps of the base pages.
//
// It takes 100 ms by default and up to 70 for each touching. All loads are of one
// pinned CPU, as far as threads can be pinned.
//
// The error is for a machine where nothing could be measured (no memory), or ctx's
// own; what the curves show is for [Infer].
func Measure(ctx context.Context, h instrument.Hints, o instrument.Options) (Curves, error) {
	return measure(ctx, machine.Host{}, h, o)
}

func measure(ctx context.Context, m machine.Machine, h instrument.Hints, o instrument.Options) (Curves, error) {
	var curves Curves
	var err error
	s := sweeper{m: m, o: o.WithBudget(Budget), curves: &curves}
	curves.CPU = sweep.OnCPU(m, h, o.CPU, func() { err = s.sweep(ctx, h.LineBytes) })
	return curves, err
}

// sweeper measures both sweeps on the CPU that it is called on.
type sweeper struct {
	m      machine.Machine
	o      instrument.Options
	curves *Curves
	rungs  []rung
}

// rung is one point of both curves of a sweep.
type rung struct {
	sweep  *Sweep
	point  int
	nodes  *chase.PageNodes
	memory *arena.Arena
	pages  int // touched of the memory
	every  int // rounds
}

func (s *sweeper) sweep(ctx context.Context, line int) error {
	step := os.Getpagesize()
	top := min(mostPages, mostSpread/step)
	if spare, ok := s.m.SpareBytes(); ok {
		top = min(top, spare/sweep.SparePart/step)
	}
	top = max(top, 2*fewestPages)
	counts := pageCounts(top)
	nodes := make([]*chase.PageNodes, len(counts))
	for i, n := range counts {
		var err error
		if nodes[i], err = chase.NewPageNodes(n, step, line, s.o.Seed+uint64(i)); err != nil {
			return err
		}
	}
	for _, kind := range []struct {
		pages arena.Pages
		sweep *Sweep
		every int
	}{{arena.Small, &s.curves.Small, 1}, {arena.Huge, &s.curves.Huge, hugeEvery}} {
		memory, err := arena.New(top*step, kind.pages)
		if err != nil {
			return err
		}
		defer memory.Close()
		if err := ctx.Err(); err != nil {
			return err
		}
		touched := memory.TouchFor(TouchTime, leastTouched*step) / step
		*kind.sweep = Sweep{Pages: kind.pages.String(), StepBytes: step}
		if got, ok := s.m.PageBytes(memory); ok {
			kind.sweep.PageBytes = opt.Some(got)
		}
		for i, n := range counts[:countUpTo(counts, touched)] {
			kind.sweep.Spread.X = append(kind.sweep.Spread.X, n)
			s.rungs = append(s.rungs, rung{kind.sweep, i, nodes[i], memory, touched, kind.every})
		}
		kind.sweep.Packed.X = slices.Clone(kind.sweep.Spread.X)
	}
	return s.rounds(ctx)
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

// countUpTo is how many of the ascending numbers are at most that.
func countUpTo(counts []int, most int) int {
	n, _ := slices.BinarySearch(counts, most+1)
	return n
}

// rounds visits the points until the time is up.
func (s *sweeper) rounds(ctx context.Context) error {
	var clock sweep.Clock
	random := sweep.Random(s.o.Seed, "tlb")
	loop := sweep.Loop{
		Machine: s.m, Random: random, Budget: s.o.Budget,
		Begin: func() { clock.Sample(s.m, s.o.Seed) },
	}
	err := loop.Run(ctx, len(s.rungs), func(round, k int) error {
		r := s.rungs[k]
		if (round+r.point)%r.every != 0 {
			return nil
		}
		spread, packed, err := s.sample(r, random)
		if err == nil {
			r.sweep.Spread.Put(round, r.point, spread)
			r.sweep.Packed.Put(round, r.point, packed)
		}
		return err
	})
	s.curves.ClockHz = clock.Hz()
	return err
}

// sample times both layouts of a point, in ns a load, one right after the other on
// pages chosen anew: which frames they have decides what meets in a physically
// indexed cache.
func (s *sweeper) sample(r rung, random *rand.Rand) (spread, packed float64, err error) {
	first := random.IntN(r.pages - r.nodes.Len() + 1)
	chain, err := r.nodes.Spread(r.memory, first)
	if err != nil {
		return 0, 0, err
	}
	spread = s.timePieces(chain)
	if chain, err = r.nodes.Packed(r.memory, first); err != nil {
		return 0, 0, err
	}
	return spread, s.timePieces(chain), nil
}

// timePieces is the time of a load in the fastest piece of a walk, in ns.
func (s *sweeper) timePieces(chain *chase.Chain) float64 {
	emptyTLB()
	p, _ := s.m.Walk(chain.Start(), chain.Len())
	loads := partPages
	if chain.Len() <= partPages {
		loads = (leastPieceLoads + chain.Len() - 1) / chain.Len() * chain.Len() // whole cycles
	} else {
		p, _ = s.m.Walk(p, min(chain.Len(), settlePages))
	}
	best := math.Inf(1)
	for range pieces {
		var took time.Duration
		p, took = s.m.Walk(p, loads)
		best = min(best, host.PerOp(took, loads))
	}
	return best
}

// emptyTLB enters the kernel, which on a machine without process-context
// identifiers but with page-table isolation empties the TLB: no harm, since the walk
// to be timed is warmed up after it, and a help. The second level of the Zen 5 guest
// kept entries of other walks over whole cycles, and 2,048 pages of its 4,096 missed
// now and then, at 7 to 12 ns in place of 5.8.
func emptyTLB() { _ = os.Getppid() }
