package bench

import (
	"testing"
	"time"
	"unsafe"

	"cachelab/affinity"
	"cachelab/bench/claims"
	"cachelab/bench/internal/harness"
	"cachelab/cachelines"
	"cachelab/internal/arena"
	"cachelab/internal/chase"
	"cachelab/internal/crew"
	"cachelab/internal/host"
)

// Lesson: swapping. Two pinned threads, each with a working set of its own that
// it keeps changing, change places every few milliseconds: each then finds the
// other's lines in its cache. One op is one line visited and changed, in random
// order; the system calls are not timed (BenchmarkMigrationCall does that), and
// the control makes the same calls and stays.
//
//	op=swap   two workers; move=none: they stay; 0.5ms, 1ms, 4ms: they change
//	          places that often
//	op=turns  one worker on one CPU that has two sets; move=none: it stays with
//	          the first; 0.5ms, 1ms, 4ms: the sets take turns that often

var swapMoves = []struct {
	name  string
	every time.Duration
	moves bool
}{
	{"none", time.Millisecond, false},
	{"0.5ms", time.Millisecond / 2, true},
	{"1ms", time.Millisecond, true},
	{"4ms", 4 * time.Millisecond, true},
}

func swapCases(m *harness.Machine) []harness.Case {
	set := m.L2Bytes / 2
	var cases []harness.Case
	for _, mv := range swapMoves {
		for _, p := range m.PairPlaces() {
			cases = append(cases, harness.Case{
				Name:  harness.Name("op", "swap", "set", claims.SizeName(set), "move", mv.name, "place", p.Name, "workers", 2),
				Extra: 3 * mv.every,
				Run:   func(b *testing.B) { runSwap(b, p, set, m.LineBytes, mv.every, mv.moves) },
			})
		}
		for _, p := range m.Places(1) {
			cases = append(cases, harness.Case{
				Name:  harness.Name("op", "turns", "set", claims.SizeName(set), "move", mv.name, "place", p.Name, "workers", 1),
				Extra: 3 * mv.every,
				Run:   func(b *testing.B) { runTurns(b, p, set, m.LineBytes, mv.every, mv.moves) },
			})
		}
	}
	return cases
}

func BenchmarkSwap(b *testing.B) { runLesson(b, "Swap") }

// changedSets is a chain of lines for each of n owners. Each line counts its
// visits beside the chain's pointer.
type changedSets struct {
	arena     *arena.Arena
	chains    []*chase.Chain
	set, line int
}

var lastSets *changedSets // kept for the next run: linking takes longer than a short sample

func changedSetsFor(b *testing.B, n, set, line int) *changedSets {
	b.Helper()
	if c := lastSets; c != nil {
		if len(c.chains) == n && c.set == set {
			clear(unsafe.Slice((*byte)(c.arena.At(0)), c.arena.Size()))
			c.link(b)
			return c
		}
		lastSets = nil
		c.arena.Close()
	}
	mem, err := arena.New(n*set, arena.Huge)
	if err != nil {
		harness.Skip(b, err)
	}
	lastSets = &changedSets{arena: mem, chains: make([]*chase.Chain, n), set: set, line: line}
	lastSets.link(b)
	return lastSets
}

func (c *changedSets) link(b *testing.B) {
	b.Helper()
	var err error
	for i := range c.chains {
		spec := chase.ChainSpec{OffsetBytes: i * c.set, SetBytes: c.set, StrideBytes: c.line, Seed: uint64(i + 1)}
		if c.chains[i], err = chase.NewChain(c.arena, spec); err != nil {
			b.Fatal(err)
		}
	}
	b.ResetTimer()
}

// visits sums the counts of all lines.
func (c *changedSets) visits() int {
	sum := 0
	for at := harness.WordBytes; at < c.arena.Size(); at += c.line {
		sum += int(*(*uint64)(c.arena.At(at)))
	}
	return sum
}

// walkChanging follows n links from p and adds 1 to the word behind each: a
// working set that is written. Each load waits for the one before; the additions
// wait for nobody.
//
//go:noinline
func walkChanging(p unsafe.Pointer, n int) unsafe.Pointer {
	for ; n > 0; n-- {
		*(*uint64)(unsafe.Add(p, harness.WordBytes))++
		p = *(*unsafe.Pointer)(p)
	}
	return p
}

// swapChunk is how many lines are visited between two looks at the clock: 4 us
// from a private cache, against 50 ns for the look.
const swapChunk = 1024

// stay is what one worker did.
type stay struct {
	lines int
	spent time.Duration
	at    unsafe.Pointer
	err   error
}

// walk visits lines of the chain at y.at until the time is over, or until
// enough lines are visited in all (0: no end).
func (y *stay) walk(every time.Duration, enough int) {
	begin := host.Now()
	took := time.Duration(0)
	for took < every && (enough == 0 || y.lines < enough) {
		y.at = walkChanging(y.at, swapChunk)
		y.lines += swapChunk
		took = (host.Now() - begin)
	}
	y.spent += took
}

// runSwap ends with a whole interval, so that no arrival counts more than it
// should; only a run that is shorter than one interval ends inside it.
func runSwap(b *testing.B, p harness.Place, set, line int, every time.Duration, moves bool) {
	s := harness.CrewAt(b, p)
	c := changedSetsFor(b, 2, set, line)
	stays := cachelines.NewSlots[stay](2)
	var before, after float64
	warm := 2 * c.chains[0].Len()
	s.Crew.Run(func(w *crew.Worker) {
		y := stays.At(w.Index)
		y.at = walkChanging(c.chains[w.Index].Start(), warm)
		link := s.LinkNow(w)
		place := w.Index
		enough := b.N
		for w.Decide(func() bool { return stays.At(0).lines < b.N }) {
			if moves {
				place = 1 - place
			}
			if err := affinity.Move(p.CPUs[place]); err != nil && y.err == nil {
				y.err = err
			}
			w.Barrier()
			y.walk(every, enough)
			enough = 0
		}
		if err := affinity.Move(w.CPU); err != nil && y.err == nil {
			y.err = err
		}
		linkAfter := s.LinkNow(w)
		if w.Index == 0 {
			before, after = link, linkAfter
		}
	})
	lines, spent := 0, time.Duration(0)
	for i := range 2 {
		y := stays.At(i)
		if y.err != nil {
			b.Fatal(y.err)
		}
		lines, spent = lines+y.lines, spent+y.spent
	}
	if got, want := c.visits(), lines+2*warm; got != want {
		b.Fatalf("the lines were visited %d times, want %d", got, want)
	}
	harness.ReportOps(b, spent, lines)
	s.ReportLink(b, before, after)
}

func runTurns(b *testing.B, p harness.Place, set, line int, every time.Duration, moves bool) {
	s := harness.CrewAt(b, p)
	c := changedSetsFor(b, 2, set, line)
	var at [2]unsafe.Pointer
	var y stay
	warm := 2 * c.chains[0].Len()
	s.Crew.Run(func(w *crew.Worker) {
		for i := range at {
			at[i] = walkChanging(c.chains[i].Start(), warm)
		}
		turn, enough := 0, b.N
		for y.lines < b.N {
			if moves {
				turn = 1 - turn
			}
			y.at = at[turn]
			y.walk(every, enough)
			at[turn] = y.at
			enough = 0
		}
	})
	if got, want := c.visits(), y.lines+2*warm; got != want {
		b.Fatalf("the lines were visited %d times, want %d", got, want)
	}
	harness.ReportOps(b, y.spent, y.lines)
}
