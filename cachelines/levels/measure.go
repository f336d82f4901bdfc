// Package levels measures the levels of the memory hierarchy: how large each is,
// and what a load takes that hits it. It times dependent loads by working set, the
// latency ladder of lmbench (McVoy and Staelin, "lmbench: Portable tools for
// performance analysis", USENIX 1996), on huge pages so that it is no TLB curve.
package levels

import (
	"context"
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

// Ladder is a latency ladder with how it was measured.
type Ladder struct {
	Pages     string           // asked for: huge or small
	PageBytes opt.Value[int]   // got
	Order     string           // all: one random cycle over all lines; page: random inside a page, page after page
	Curve     instrument.Curve // the fastest visit of each round
	Visits    instrument.Curve // every visit, each in a row of its own
}

// Curves is everything that a measurement of levels saw.
type Curves struct {
	CPU    opt.Value[int] // where; unknown: not pinned
	Huge   Ladder         // huge pages, random over all
	Small  Ladder         // base pages, random over all: with what the TLB adds
	InPage Ladder         // base pages, random inside a page: without it

	// ClockHz is the clock that the core ran at meanwhile, by a chain of
	// dependent additions.
	ClockHz opt.Value[float64]

	Memory []MemoryLatency // on huge pages, then on base pages; empty: not measured

	roundHz []float64 // the clock in each round
}

// Best is the curve that shows caches and not the TLB: on huge pages where there
// are any.
func (c Curves) Best() Ladder {
	if huge, ok := c.Huge.PageBytes.Get(); ok && huge > c.Small.PageBytes.Or(0) {
		return c.Huge
	}
	return c.Small
}

const (
	// Budget is the default: some 12 rounds.
	Budget = 350 * time.Millisecond
	// LongestBudget is how long the rounds may take where the first level stays in
	// doubt.
	LongestBudget = 1200 * time.Millisecond
	// minSure is the confidence in the first level from which the rounds end in
	// time: more likely right than not.
	minSure = 0.5
	// wholeNodes is up to how many nodes a cycle is walked whole: 2 MiB of 64-byte
	// lines, half a millisecond from a third level. Beyond, a part is.
	wholeNodes = 1 << 15
	// partNodes is what is walked of a larger set: a sixth of a millisecond from
	// memory.
	partNodes = 1 << 10
	// touchedAtOnce lines are touched between two looks at the context: some 20 ms
	// on the slowest memory.
	touchedAtOnce = 1 << 19
	// A round has every set up to smallSet, whose samples take some 50 µs each,
	// every other one up to middleSet (half a millisecond), and of each doubling
	// beyond half as many (128 MiB take 20 ms), down to one in seldomSet.
	smallSet, middleSet, seldomSet = 256 << 10, 8 << 20, 16
	// smallVisits is how often a round comes to a small set; by the fastest visit the
	// sizes are inferred. What disturbs a private cache (a thread of the host on the same core,
	// an interrupt) only ever takes away from it, for some milliseconds: of eight
	// runs, among 50 without this, that were unsure of the first level, five had a
	// faultless lower quartile.
	smallVisits = 3
)

// Measure measures the latency of dependent loads by working set, from 1 KiB to
// four times the last level, as three curves, and infers the levels from the one
// that the TLB disturbs least (see [Infer]). All loads are of one pinned CPU; where
// threads cannot be pinned it measures all the same and Curves.CPU is unknown. The
// rounds take 350 ms by default; where the first level is not sure by then, they go
// on for up to 1.2 s.
//
// The error is for a machine where nothing could be measured (no memory), or
// ctx's own, of which it takes notice within 100 ms; doubt is in the answer.
func Measure(ctx context.Context, h instrument.Hints, o instrument.Options) (Answer, Curves, error) {
	return measure(ctx, machine.Host{}, h, o)
}

func measure(ctx context.Context, m machine.Machine, h instrument.Hints, o instrument.Options) (Answer, Curves, error) {
	var curves Curves
	var err error
	s := sweeper{m: m, h: h, o: o.WithBudget(Budget), curves: &curves}
	curves.CPU = sweep.OnCPU(m, h, o.CPU, func() { err = s.sweep(ctx) })
	if err != nil {
		return Answer{}, curves, err
	}
	best := curves.Best()
	answer := Infer(best.Curve)
	best.reportTypical(answer.Levels, curves.roundHz)
	return answer, curves, nil
}

// sweeper measures the three curves on the CPU that it is called on.
type sweeper struct {
	m      machine.Machine
	h      instrument.Hints
	o      instrument.Options
	curves *Curves
	rungs  []rung
	far    []farSet
}

// rung is one point of one curve.
type rung struct {
	ladder *Ladder
	writer *chase.SegmentWriter
	bytes  int // of the arena
	point  int
	block  int // bytes; 0: random over all
	every  int // rounds
}

func (s *sweeper) sweep(ctx context.Context) error {
	sizes := sizes(s.m, s.h)
	for _, pages := range []arena.Pages{arena.Huge, arena.Small} {
		memory, err := arena.New(sizes[len(sizes)-1], pages)
		if err != nil {
			return err
		}
		defer memory.Close()
		if err := sweep.Touch(ctx, memory); err != nil {
			return err
		}
		s.addCurves(memory, pages, sizes)
	}
	random := sweep.Random(s.o.Seed, "levels")
	var clock sweep.Clock
	loop := sweep.Loop{
		Machine: s.m, Random: random, Budget: s.o.Budget,
		Begin: func() { clock.Sample(s.m, s.o.Seed) },
		Extend: func() time.Duration {
			if s.firstIsSure() {
				return 0
			}
			return LongestBudget
		},
	}
	err := loop.Run(ctx, len(s.rungs), func(round, k int) error {
		r := s.rungs[k]
		if (round+r.point)%r.every != 0 {
			return nil
		}
		ns, err := s.sample(ctx, r, random.Uint64())
		if err == nil {
			r.ladder.put(round, r.point, ns)
		}
		return err
	})
	s.curves.ClockHz, s.curves.roundHz = clock.Hz(), clock.EachHz()
	if err != nil {
		return err
	}
	return s.measureMemory(ctx, sizes[len(sizes)-1])
}

// addCurves adds the rungs of the curves over one arena. The curves for which no
// level is inferred have half of the samples.
func (s *sweeper) addCurves(memory *arena.Arena, pages arena.Pages, sizes []int) {
	got, ok := s.m.PageBytes(memory)
	writer := chase.NewSegmentWriter(memory)
	s.far = append(s.far, farSet{writer, MemoryLatency{Pages: pages.String()}})
	if ok {
		s.far[len(s.far)-1].PageBytes = opt.Some(got)
	}
	add := func(to *Ladder, order string, sizes []int, block, seldom int) {
		*to = Ladder{Pages: pages.String(), Order: order, Curve: instrument.Curve{X: sizes}, Visits: instrument.Curve{X: sizes}}
		if ok {
			to.PageBytes = opt.Some(got)
		}
		for i, size := range sizes {
			r := rung{ladder: to, writer: writer, bytes: memory.Size(), point: i, block: block, every: everyRound(size) * seldom}
			visits := 1
			if size <= smallSet {
				visits = smallVisits
			}
			s.rungs = append(s.rungs, slices.Repeat([]rung{r}, visits)...)
		}
	}
	if pages == arena.Huge {
		add(&s.curves.Huge, "all", sizes, 0, 1)
		return
	}
	add(&s.curves.Small, "all", sizes, 0, 2)
	page := max(got, s.h.LineBytes)
	add(&s.curves.InPage, "page", wholePages(sizes, page), page, 2)
}

// firstIsSure reports whether the rounds so far show the size of the first level.
// A neighbour that comes and goes makes it doubtful, and more rounds find it gone.
func (s *sweeper) firstIsSure() bool {
	found := Infer(s.curves.Best().Curve).Levels
	return len(found) > 0 && found[0].Confidence >= minSure
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

// wholePages are the sizes rounded down to whole pages, each once.
func wholePages(sizes []int, page int) []int {
	var out []int
	for _, s := range sizes {
		if s = s / page * page; s > 0 && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// sample times dependent loads over one working set, warm, in ns a load.
func (s *sweeper) sample(ctx context.Context, r rung, seed uint64) (float64, error) {
	size := r.ladder.Curve.X[r.point]
	nodes := wholeNodes
	if size/s.h.LineBytes > wholeNodes {
		nodes = partNodes
	}
	part, err := r.writer.Write(chase.SegmentSpec{OffsetBytes: otherPages(seed, r.bytes-size, os.Getpagesize()), SetBytes: size, StrideBytes: s.h.LineBytes, BlockBytes: r.block, Nodes: nodes, Seed: seed})
	if err != nil {
		return 0, err
	}
	p, loads := part.Chain.Start(), part.Chain.Len()
	if part.CoversSet() {
		p, _ = s.m.Walk(p, loads)
		loads = (sweep.LeastLoads + loads - 1) / loads * loads // whole cycles
	}
	for from := 0; from < part.UntimedLines(); from += touchedAtOnce {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		s.m.TouchUntimed(part, from, min(touchedAtOnce, part.UntimedLines()-from))
	}
	_, took := s.m.Walk(p, loads)
	return host.PerOp(took, loads), nil
}

// otherPages is where in memory that is so much larger than the set a sample has it: on
// other pages in each round. Which frames a small set has got decides how often its pages
// meet in a physically indexed cache.
func otherPages(seed uint64, larger, pageBytes int) (offset int) {
	if larger < pageBytes {
		return 0
	}
	return int(seed%uint64(larger/pageBytes+1)) * pageBytes
}

// MemoryLatency is what a load takes that no cache holds: dependent loads of lines in
// random order over the whole of a set of four times the last level, or what memory
// there is, on one kind of page. The last level may hold up to a quarter of such a set
// in general; of the lines that are timed here it holds none, because all others were
// touched since.
type MemoryLatency struct {
	Pages     string         // asked for: huge or small
	PageBytes opt.Value[int] // got
	SetBytes  int
	NS        []float64 // samples, ns a load
}

// farSet is a set whose memory latency is to be measured.
type farSet struct {
	writer *chase.SegmentWriter
	MemoryLatency
}

// memorySamples is how many samples a memory latency has: enough for an interval that
// loses an outlier at each end. They cost one walk over the set together, and 0.2 ms
// each.
const memorySamples = 12

// memoryWarmUp is how many lines are walked before the samples, at most a quarter of the
// set. The walks through the page tables come from caches at first, because the lines
// before were touched in order: on a guest under Bhyve the first 12,288 loads took 187
// ns, those after 65,536 took 240, and multichase, which walks the same set for half a
// second, found 224 to 257.
const memoryWarmUp = 1 << 16

// measureMemory measures the latency of memory on each kind of page. It is measured for
// itself, because the ladder comes to its largest sets once or twice, and often does
// not reach a plateau there.
func (s *sweeper) measureMemory(ctx context.Context, bytes int) error {
	warmUp := min(memoryWarmUp, bytes/s.h.LineBytes/4)
	for _, f := range s.far {
		part, err := f.writer.Write(chase.SegmentSpec{
			SetBytes: bytes, StrideBytes: s.h.LineBytes, Nodes: warmUp + memorySamples*partNodes, Seed: s.o.Seed,
		})
		if err != nil {
			return err
		}
		if part.CoversSet() {
			continue // a set of a few thousand lines: there is no memory to spare
		}
		for from := 0; from < part.UntimedLines(); from += touchedAtOnce {
			if err := ctx.Err(); err != nil {
				return err
			}
			s.m.TouchUntimed(part, from, min(touchedAtOnce, part.UntimedLines()-from))
		}
		f.SetBytes = bytes
		p, _ := s.m.Walk(part.Chain.Start(), warmUp)
		for range memorySamples {
			next, took := s.m.Walk(p, partNodes)
			p, f.NS = next, append(f.NS, host.PerOp(took, partNodes))
		}
		s.curves.Memory = append(s.curves.Memory, f.MemoryLatency)
	}
	return nil
}
