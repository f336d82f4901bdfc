package harness

import (
	"math"
	"testing"
	"time"
	"unsafe"

	"cachelab/affinity"
	"cachelab/internal/arena"
	"cachelab/internal/chase"
	"cachelab/internal/crew"
	"cachelab/internal/host"
)

// What the experiments of one thread have in common: a worker that does not
// migrate, memory that is laid out once and not once a round of the testing
// package's search for a count, and the time of the kernel alone.

// Solo is a crew of one. It is pinned where threads can be pinned at
// all; the configuration key pin says which, so no name has to.
func Solo(b *testing.B, m *Machine) *Seat {
	b.Helper()
	cpu := crew.Anywhere
	if affinity.Support().Pin {
		cpu = SoloCPU(m)
	}
	return CrewAt(b, Place{"solo", []int{cpu}})
}

// SoloCPU is where one worker runs: on the first CPU of the pair that two workers have,
// because CPU 0 may be another kind of core.
func SoloCPU(m *Machine) int { return m.Spread(1)[0] }

// PageNames are the words for page sizes in names. A base page is 4 KiB on most machines; the
// configuration key pages says what was got for huge.
var PageNames = map[arena.Pages]string{arena.Small: "4k", arena.Huge: "huge"}

// cachedArena is an arena that is kept from case to case, and what it holds now:
// touching tens of MiB afresh takes longer than a sample.
type cachedArena struct {
	arena *arena.Arena
	holds string // full name of the case that laid it out
	laid  any
}

var cachedArenas = map[arena.Pages]*cachedArena{}

// LayOut lets the seat's first worker lay out memory of its own node, unless
// the last case to use this kind of page was the same. lay finds the memory
// touched, with anything in it, and at least sizeBytes large.
func LayOut[T any](b *testing.B, s *Seat, pages arena.Pages, sizeBytes int, lay func(a *arena.Arena) (T, error)) T {
	b.Helper()
	g := cachedArenas[pages]
	if g == nil {
		g = &cachedArena{}
		cachedArenas[pages] = g
	}
	if g.holds == b.Name() {
		return g.laid.(T)
	}
	g.holds = ""
	var laid T
	var failed error
	s.Crew.Run(func(w *crew.Worker) {
		if w.Index != 0 {
			return
		}
		if g.arena == nil || g.arena.Size() < sizeBytes {
			g.arena.Close()
			if g.arena, failed = arena.New(sizeBytes, pages); failed != nil {
				g.arena = nil
				return
			}
			g.arena.Touch()
		}
		laid, failed = lay(g.arena)
	})
	if failed != nil {
		Skip(b, failed)
	}
	g.holds, g.laid = b.Name(), laid
	return laid
}

// OnExit registers something to be done after the last benchmark of a process.
func OnExit(f func()) { onExit = append(onExit, f) }

var onExit []func()

func dropArenas() {
	for _, f := range onExit {
		f()
	}
	for _, g := range cachedArenas {
		g.arena.Close()
	}
	clear(cachedArenas)
}

// TimeAlone runs warm and then work on the seat's only worker, and returns
// the time of work. It marks a sample that other work disturbed.
func (s *Seat) TimeAlone(b *testing.B, warm, work func()) time.Duration {
	b.Helper()
	s.Crew.Run(func(*crew.Worker) { warm() })
	var span crew.Span
	b.ResetTimer()
	s.Crew.Run(func(w *crew.Worker) { span = w.Time(work) })
	b.StopTimer()
	s.ReportOffCPU(b, span)
	return span.Wall
}

// ReportOps reports the time of one of ops operations.
func ReportOps(b *testing.B, took time.Duration, ops int) {
	b.Helper()
	ReportNS(b, host.PerOp(took, ops))
}

// ReportNS reports the time of an operation, in nanoseconds. A time that is not
// positive and finite is no result, and the benchmark skips itself: the clock stood
// still, or something disturbed one of two times of which this is the difference. The
// first short runs may be shorter than a step of the clock; they report nothing.
func ReportNS(b *testing.B, ns float64) {
	b.Helper()
	if ns > 0 && !math.IsInf(ns, 0) {
		b.ReportMetric(ns, "ns/op")
		return
	}
	if !Searching(b) {
		Skipf(b, "%d operations took no time that the clock shows (%v ns each)", b.N, ns)
	}
	b.ReportMetric(0, "ns/op") // instead of the time of the whole function
}

// Searching reports whether this run of a benchmark is one of the first, in which the
// testing package searches for the number of operations. Those are short, and none of
// them is the result.
func Searching(b *testing.B) bool { return b.N == 1 || b.Elapsed() < shortestSample }

// shortestSample is ten thousand steps of the coarsest clock (100 ns, on Windows), and a
// tenth of the samples that scripts/lab takes.
const shortestSample = time.Millisecond

// ReportMetric reports a value that stands beside the time. One that is not finite, as
// the first run may give it, is left out.
func ReportMetric(b *testing.B, value float64, unit string) {
	if !math.IsNaN(value) && !math.IsInf(value, 0) {
		b.ReportMetric(value, unit)
	}
}

// Walker goes along a chain and stays where the last round left it, so that a
// round does not meet again what the round before has just brought in.
type Walker struct {
	Chain *chase.Chain
	At    unsafe.Pointer
	Links int // walked since the chain was linked
}

// Kernel is a walk: it that follows n links from p and returns where it ends.
type Kernel func(p unsafe.Pointer, n int) unsafe.Pointer

// ChainCase is a walk along a chain from the start of an arena.
type ChainCase struct {
	Spec   chase.ChainSpec
	Pages  arena.Pages
	Walk   Kernel
	Values bool // what the walk finds beside the links must be 0 at first
}

// linkTime is what linking and checking a node costs at most, for estimates:
// measured, 60 to 110 ns in random order over twice the claimed last level.
const linkTime = 110 * time.Nanosecond

// Extra is the time that laying out the chain takes.
func (c ChainCase) Extra() time.Duration {
	nodes := time.Duration(c.Spec.SetBytes / c.Spec.StrideBytes)
	if c.Spec.Order != chase.Random {
		return nodes * 4 * time.Nanosecond
	}
	return nodes * linkTime
}

// WarmLinks bounds the warm-up: a set of more nodes than a private cache has
// lines is as warm from its linking as it will ever be.
const WarmLinks = 32 << 10

// Run walks b.N links and returns the time of them.
func (c ChainCase) Run(b *testing.B, s *Seat) (*Walker, time.Duration) {
	b.Helper()
	w := LayOut(b, s, c.Pages, c.Spec.SetBytes, func(a *arena.Arena) (*Walker, error) {
		if c.Values {
			clear(unsafe.Slice((*byte)(a.At(0)), c.Spec.SetBytes))
		}
		chain, err := chase.NewChain(a, c.Spec)
		if err != nil {
			return nil, err
		}
		return &Walker{Chain: chain, At: chain.Start()}, nil
	})
	follow := func(n int) {
		w.At = c.Walk(w.At, n)
		w.Links += n
	}
	took := s.TimeAlone(b, func() {
		if n := w.Chain.Len(); n <= WarmLinks {
			follow(n)
		}
	}, func() { follow(b.N) })
	c.check(b, w)
	return w, took
}

// check fails the benchmark where a walk in order is not where its count of
// links puts it, or a random one has left the chain's nodes.
func (c ChainCase) check(b *testing.B, w *Walker) {
	b.Helper()
	nodes := w.Chain.Len()
	// A node may lie anywhere in its stride, which begins at a multiple of it.
	at, start := uintptr(w.At), uintptr(w.Chain.Start())
	if c.Spec.SpreadBytes > 0 {
		at, start = at-at%uintptr(c.Spec.StrideBytes), start-start%uintptr(c.Spec.StrideBytes)
	}
	offset := int(at) - int(start)
	want := w.Links % nodes * c.Spec.StrideBytes
	switch c.Spec.Order {
	case chase.Backward:
		want = -want
	case chase.Random:
		want = offset
		if offset%c.Spec.StrideBytes != 0 || max(offset, -offset) >= c.Spec.SetBytes {
			b.Fatalf("the walk is %d bytes from its start, and nodes are %d apart", offset, c.Spec.StrideBytes)
		}
	}
	if offset != want {
		b.Fatalf("after %d links the walk is %d bytes from its start, want %d", w.Links, offset, want)
	}
}
