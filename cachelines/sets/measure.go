// Package sets measures how a cache is organised: its ways and its sets. The
// first level shows its ways to walks with a large power-of-two stride. A second
// level is indexed by physical addresses, which a process does not know, so its ways
// and sets are found by eviction; where that finds nothing, lines that lie in it at
// random narrow its size down.
package sets

import (
	"context"
	"math"
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

const (
	// Budget is for a core that others disturb. The searches end where they are
	// sure, after some 200 ms on a quiet one.
	Budget = 1200 * time.Millisecond
	// lostInARow searches that find nothing are a reason to go on elsewhere. A
	// neighbour on the core's other thread keeps most from success, on one CPU and for
	// some 100 ms: next to one that came and went 131 of 150 counts found the size on
	// one CPU, and 144 to 147 on the one or the other by turns of 1 to 3.
	lostInARow = 2
	// PoolTimes is how many times the level's size the lines are chosen from. What
	// frames a host gives decides which sets are crowded, and the search finds a
	// crowded one: with 8 times one count in 100 was half or twice the number (with 32
	// none of 210, 150 of them beside a load), and the hits of 100 counts differed by
	// 1.6 times what chance does; with 16 by 1.24, with 32 by 1.1 and with 64 by 1.0,
	// but those take a third longer.
	PoolTimes = 32
	// pieceLoads is about what is timed at once, 5 µs from a second level: a hundred
	// times what a reading of the clock costs, and less than from one interrupt to the
	// next.
	pieceLoads = 1 << 10
	// fastOf is of how many pieces the fastest counts: whatever disturbs a walk makes
	// it longer.
	fastOf = 2
	// stopEarly ends the searches: four that agree have 0.94.
	stopEarly = 0.92
	// MinReport is enough for an answer when the time is up. Of 350 cards beside a
	// load on all CPUs four reported half or twice the size, with 0.53 to 0.75, before
	// batches without lines were counted.
	MinReport = 0.76
)

// Found is what the searches of one cache found.
type Found struct {
	Searches  []Search
	Columns   int // places of a line in a page
	LineBytes int
}

// With is all searches of two measurements of one cache.
func (f Found) With(other Found) Found {
	f.Searches = slices.Concat(f.Searches, other.Searches)
	return f
}

// Measure searches the sets of a private cache of about the given size, whose
// lines are indexed by physical addresses; [Infer] says what the searches show. They
// are made on o.CPU, and where they get lost on other CPUs of its kind in turn.
//
// The search stops when the answer is certain. After soon it also stops when the
// answer is good enough to report, or when no set was found. It always stops at the
// budget, which is 1.2 s by default.
//
// The error is for a machine where nothing could be measured (no memory), or ctx's
// own.
func Measure(ctx context.Context, h instrument.Hints, aboutBytes int, soon time.Duration, o instrument.Options) (Found, error) {
	return measure(ctx, machine.Host{}, h, aboutBytes, soon, o)
}

func measure(ctx context.Context, m machine.Machine, h instrument.Hints, about int, soon time.Duration, o instrument.Options) (Found, error) {
	o = o.WithBudget(Budget)
	found := Found{Columns: blockBytes / h.LineBytes, LineBytes: h.LineBytes}
	pool := PoolTimes * about / blockBytes * blockBytes
	memory, err := arena.New(pool, arena.Huge)
	if err != nil {
		return found, err
	}
	defer memory.Close()
	turns := newTurns(sweep.Candidates(h), o.CPU)
	sweep.OnCPU(m, h, turns.cpu(), func() { err = sweep.Touch(ctx, memory) })
	if err != nil {
		return found, err
	}
	s := searcher{
		time:   func(lines []int, quick bool) float64 { return timeWalk(m, memory, lines, h.LineBytes, quick) },
		blocks: pool / blockBytes, columns: found.Columns, random: sweep.Random(o.Seed, "sets"), k: searchBy,
	}
	begin := m.Now()
	rule := stopRule{soon: min(soon, o.Budget), budget: o.Budget}
	more := func() bool { return ctx.Err() == nil && !rule.done(m.Now()-begin) }
	for more() {
		var one Search
		sweep.OnCPU(m, h, turns.cpu(), func() { one = s.search(more) })
		found.Searches = append(found.Searches, one)
		rule.any = rule.any || one.Lines > 0
		_, size := Infer(found)
		if rule.confidence = size.Confidence; rule.confidence >= stopEarly {
			break
		}
		turns.took(one.Lines > 0)
	}
	return found, ctx.Err()
}

// stopRule says when searches end that are not certain.
type stopRule struct {
	soon, budget time.Duration
	any          bool    // whether a search found a set
	confidence   float64 // in the size so far
}

// done reports whether to stop after so long.
func (r stopRule) done(elapsed time.Duration) bool {
	worthwhile := r.any && r.confidence < MinReport // found something that is not good enough yet
	return elapsed >= r.soon && (elapsed >= r.budget || !worthwhile)
}

// turns are CPUs to search on, one at a time.
type turns struct {
	cpus     []opt.Value[int]
	at, lost int
}

// newTurns begins with the CPU that is wanted; others of its kind, which have the
// same caches and other neighbours, follow. Where it is unknown there is no other.
func newTurns(candidates []int, want opt.Value[int]) *turns {
	t := &turns{cpus: []opt.Value[int]{want}}
	if id, ok := want.Get(); !ok || !slices.Contains(candidates, id) {
		return t
	}
	for _, id := range candidates {
		if cpu := opt.Some(id); cpu != want {
			t.cpus = append(t.cpus, cpu)
		}
	}
	return t
}

func (t *turns) cpu() opt.Value[int] { return t.cpus[t.at] }

// took notes whether a search found anything.
func (t *turns) took(found bool) {
	if t.lost++; found {
		t.lost = 0
	}
	if t.lost == lostInARow {
		t.at, t.lost = (t.at+1)%len(t.cpus), 0
	}
}

// timeWalk is the walkTimer of an arena.
func timeWalk(m machine.Machine, memory *arena.Arena, lines []int, lineBytes int, quick bool) float64 {
	loads := pieceLoads
	if quick {
		loads /= 2
	}
	offsets := make([]int, len(lines))
	for i, l := range lines {
		offsets[i] = l * lineBytes
	}
	chain, err := chase.NewLineChain(memory, offsets)
	if err != nil {
		return math.NaN()
	}
	times := (loads + len(lines) - 1) / len(lines)
	p, _ := m.Walk(chain.Start(), 2*len(lines)) // writing it was a walk as well
	best := math.Inf(1)
	for range fastOf {
		var took time.Duration
		p, took = m.Walk(p, times*len(lines))
		best = min(best, host.PerOp(took, times))
	}
	return best
}
