package bench

import (
	"testing"
	"unsafe"

	"cachelab/bench/internal/harness"
	"cachelab/internal/arena"
	"cachelab/internal/chase"
	"cachelab/internal/crew"
)

// Lesson: SMT. One thread, two siblings of one core (place=core, where the
// machine says that it has any), and two cores do the same kinds of work. One
// op is one step by any worker, so ns/op over that of one thread is the gain:
// 2 where nothing is shared, 1 where the threads only take turns.
//
//	op=loads   dependent loads from the second level: waiting, mostly
//	op=chain   one chain of additions: one of a core's ports
//	op=wide    eight chains of additions: all of a core's ports
//	op=stream  reading memory in order: the core's share of the bus

const (
	// smtLoadBytes lies beyond any first level (192 KiB at most) and inside a
	// second that two siblings share.
	smtLoadBytes = 256 << 10
	// smtStreamBytes is a worker's own: more than its share of the last level.
	smtStreamBytes = 32 << 20
	// smtStep is how many steps a kernel is called for at the least: its own
	// call is then nothing.
	smtStep = 64
)

// smtKernel does n steps of work on the memory of worker i.
type smtKernel func(w *crew.Worker, n int)

// smtMemory has a part for each of two workers, kept from run to run: touching
// it takes longer than a sample.
var smtMemory struct {
	loads, stream *arena.Arena
	chains        [2]*chase.Chain
}

func smtPrepare(b *testing.B) {
	b.Helper()
	m := &smtMemory
	if m.stream != nil { // the last that is made
		return
	}
	loads, err := arena.New(2*smtLoadBytes, arena.Huge)
	if err != nil {
		harness.Skip(b, err)
	}
	stream, err := arena.New(2*smtStreamBytes, arena.Huge)
	if err != nil {
		loads.Close()
		harness.Skip(b, err)
	}
	stream.Touch()
	for i := range m.chains {
		spec := chase.ChainSpec{OffsetBytes: i * smtLoadBytes, SetBytes: smtLoadBytes, StrideBytes: 64, Seed: uint64(i)}
		if m.chains[i], err = chase.NewChain(loads, spec); err != nil {
			b.Fatal(err)
		}
	}
	m.loads, m.stream = loads, stream
	b.ResetTimer()
}

var smtOps = []struct {
	name   string
	kernel smtKernel
}{
	{"loads", func(w *crew.Worker, n int) {
		w.Sum += uint64(uintptr(chase.Walk(smtMemory.chains[w.Index].Start(), n)))
	}},
	{"chain", func(w *crew.Worker, n int) { w.Sum += chase.AddChain(n, 1, 2) }},
	{"wide", func(w *crew.Worker, n int) { w.Sum += wideChains(n) }},
	{"stream", func(w *crew.Worker, n int) {
		const each = smtStreamBytes / harness.WordBytes
		words := unsafe.Slice((*uint64)(smtMemory.stream.At(w.Index*smtStreamBytes)), each)
		for ; n > each; n -= each {
			w.Sum += sumWords(words)
		}
		w.Sum += sumWords(words[:n])
	}},
}

// wideChains does n additions in eight chains that do not depend on each
// other. The exclusive ors keep the compiler from folding two additions.
//
//go:noinline
func wideChains(n int) uint64 {
	a, b, c, d, e, f, g, h := uint64(1), uint64(2), uint64(3), uint64(4), uint64(5), uint64(6), uint64(7), uint64(8)
	k := uint64(n)
	for ; n >= 16; n -= 16 {
		a += k
		b += k
		c += k
		d += k
		e += k
		f += k
		g += k
		h += k
		a ^= k
		b ^= k
		c ^= k
		d ^= k
		e ^= k
		f ^= k
		g ^= k
		h ^= k
	}
	return a ^ b ^ c ^ d ^ e ^ f ^ g ^ h
}

// sumWords adds up words, eight a round in four sums, so that memory is the
// limit and not one chain of additions.
//
//go:noinline
func sumWords(words []uint64) uint64 {
	var a, b, c, d uint64
	for ; len(words) >= 8; words = words[8:] {
		a += words[0] + words[4]
		b += words[1] + words[5]
		c += words[2] + words[6]
		d += words[3] + words[7]
	}
	for _, v := range words {
		a += v
	}
	return a + b + c + d
}

func smtCases(m *harness.Machine) []harness.Case {
	var cases []harness.Case
	for _, op := range smtOps {
		for _, p := range append(m.Places(1), m.PairPlaces()...) {
			cases = append(cases, harness.Case{
				Name: harness.Name("op", op.name, "place", p.Name, "workers", len(p.CPUs)),
				Run:  func(b *testing.B) { runSMT(b, op.kernel, p) },
			})
		}
	}
	return cases
}

func BenchmarkSMT(b *testing.B) { runLesson(b, "SMT") }

func runSMT(b *testing.B, kernel smtKernel, p harness.Place) {
	s := harness.CrewAt(b, p)
	smtPrepare(b)
	workers := len(p.CPUs)
	each := (b.N/workers/smtStep + 1) * smtStep
	t := s.Timed(nil, func(w *crew.Worker) { kernel(w, each) })
	s.Report(b, t, each*workers)
}
