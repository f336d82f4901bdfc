package bench

import (
	"testing"
	"time"
	"unsafe"

	"cachelab/affinity"
	"cachelab/internal/arena"
	"cachelab/internal/chase"
	"cachelab/internal/crew"
)

// What the experiments of one thread have in common: a worker that does not
// migrate, memory that is laid out once and not once a round of the testing
// package's search for a count, and the time of the kernel alone.

// soloStation is a crew of one. It is pinned where threads can be pinned at
// all; the configuration key pin says which, so no name has to.
func soloStation(b *testing.B, m *machine) *station {
	b.Helper()
	cpu := crew.Anywhere
	if affinity.Support().Pin {
		cpu = m.spread(1)[0]
	}
	return crewAt(b, place{"solo", []int{cpu}})
}

// The words for page sizes in names. A base page is 4 KiB on most machines; the
// configuration key pages says what was got for huge.
var pageNames = map[arena.Pages]string{arena.Small: "4k", arena.Huge: "huge"}

// ground is an arena that is kept from case to case, and what it holds now:
// touching tens of MiB afresh takes longer than a sample.
type ground struct {
	arena *arena.Arena
	holds string // full name of the case that laid it out
	laid  any
}

var grounds = map[arena.Pages]*ground{}

// layOut lets the station's first worker lay out memory of its own node, unless
// the last case to use this kind of page was the same. lay finds the memory
// touched, with anything in it, and at least sizeBytes large.
func layOut[T any](b *testing.B, s *station, pages arena.Pages, sizeBytes int, lay func(a *arena.Arena) (T, error)) T {
	b.Helper()
	g := grounds[pages]
	if g == nil {
		g = &ground{}
		grounds[pages] = g
	}
	if g.holds == b.Name() {
		return g.laid.(T)
	}
	g.holds = ""
	var laid T
	var failed error
	s.crew.Run(func(w *crew.Worker) {
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
		b.Skip(failed)
	}
	g.holds, g.laid = b.Name(), laid
	return laid
}

func dropGrounds() {
	dropStreams()
	for _, g := range grounds {
		g.arena.Close()
	}
	clear(grounds)
}

// timeAlone runs warm and then work on the station's only worker, and returns
// the time of work.
func (s *station) timeAlone(b *testing.B, warm, work func()) time.Duration {
	b.Helper()
	s.crew.Run(func(*crew.Worker) { warm() })
	var span crew.Span
	b.ResetTimer()
	s.crew.Run(func(w *crew.Worker) { span = w.Time(work) })
	b.StopTimer()
	return span.Wall
}

// reportOps reports the time of one of ops operations.
func reportOps(b *testing.B, took time.Duration, ops int) {
	b.ReportMetric(float64(took.Nanoseconds())/float64(ops), "ns/op")
}

// walker goes along a chain and stays where the last round left it, so that a
// round does not meet again what the round before has just brought in.
type walker struct {
	chain *chase.Chain
	at    unsafe.Pointer
	links int // walked since the chain was linked
}

// walk is a kernel that follows n links from p and returns where it ends.
type walk func(p unsafe.Pointer, n int) unsafe.Pointer

// chainCase is a walk along a chain from the start of an arena.
type chainCase struct {
	spec   chase.ChainSpec
	pages  arena.Pages
	walk   walk
	values bool // what the walk finds beside the links must be 0 at first
}

// linkTime is what linking and checking a node costs at most, for estimates:
// measured, 60 to 110 ns in random order over twice the claimed last level.
const linkTime = 110 * time.Nanosecond

func (c chainCase) extra() time.Duration {
	nodes := time.Duration(c.spec.SetBytes / c.spec.StrideBytes)
	if c.spec.Order != chase.Random {
		return nodes * 4 * time.Nanosecond
	}
	return nodes * linkTime
}

// warmLinks bounds the warm-up: a set of more nodes than a private cache has
// lines is as warm from its linking as it will ever be.
const warmLinks = 32 << 10

// run walks b.N links and returns the time of them.
func (c chainCase) run(b *testing.B, s *station) (*walker, time.Duration) {
	b.Helper()
	w := layOut(b, s, c.pages, c.spec.SetBytes, func(a *arena.Arena) (*walker, error) {
		if c.values {
			clear(unsafe.Slice((*byte)(a.At(0)), c.spec.SetBytes))
		}
		chain, err := chase.NewChain(a, c.spec)
		if err != nil {
			return nil, err
		}
		return &walker{chain: chain, at: chain.Start()}, nil
	})
	follow := func(n int) {
		w.at = c.walk(w.at, n)
		w.links += n
	}
	took := s.timeAlone(b, func() {
		if n := w.chain.Len(); n <= warmLinks {
			follow(n)
		}
	}, func() { follow(b.N) })
	c.check(b, w)
	return w, took
}

// check fails the benchmark where a walk in order is not where its count of
// links puts it, or a random one has left the chain's nodes.
func (c chainCase) check(b *testing.B, w *walker) {
	b.Helper()
	nodes := w.chain.Len()
	offset := int(uintptr(w.at)) - int(uintptr(w.chain.Start()))
	want := w.links % nodes * c.spec.StrideBytes
	switch c.spec.Order {
	case chase.Backward:
		want = -want
	case chase.Random:
		want = offset
		if offset%c.spec.StrideBytes != 0 || max(offset, -offset) >= c.spec.SetBytes {
			b.Fatalf("the walk is %d bytes from its start, and nodes are %d apart", offset, c.spec.StrideBytes)
		}
	}
	if offset != want {
		b.Fatalf("after %d links the walk is %d bytes from its start, want %d", w.links, offset, want)
	}
}
