package bench

import (
	"runtime"
	"sync/atomic"
	"testing"
	"unsafe"

	"cachelab/bench/internal/harness"
	"cachelab/cachelines"
	"cachelab/internal/crew"
)

// Lesson: neighbours. Words that a Go program would think far enough apart,
// or its own, and where the runtime puts them. Two workers count, each on its
// word, with one kernel; one op is one increment of one worker.
//
//	layout=escaped       two locals whose addresses escape, one after the other
//	layout=new           two new(uint64), one after the other
//	layout=onesided      a word that is padded behind, and a stranger's before it
//	layout=twosided      the same word in a cachelines.Padded
//	layout=mallocheader  the last word of an element of 64 bytes, and the first
//	                     of the next: with a pointer among them the runtime puts
//	                     a header before the elements, and they straddle lines
//	layout=noheader      the same without a pointer
//
// A case is skipped where the runtime has placed the words otherwise than its
// name says: Go promises none of this.

// neighbourPair makes two words on the Go heap.
type neighbourPair struct {
	layout  string
	sharing bool // they lie on one line
	words   func() (a, b *uint64, keep any)
}

var neighbourPairs = []neighbourPair{
	{"escaped", true, func() (*uint64, *uint64, any) { return escapedLocal(), escapedLocal(), nil }},
	{"new", true, func() (*uint64, *uint64, any) { return new(uint64), new(uint64), nil }},
	{"onesided", true, func() (*uint64, *uint64, any) {
		v := new(struct {
			stranger uint64
			own      uint64
			_        cachelines.Pad // keeps own from what lies behind, and from nothing before
		})
		return &v.stranger, &v.own, v
	}},
	{"twosided", false, func() (*uint64, *uint64, any) {
		v := new(struct {
			stranger uint64
			own      cachelines.Padded[uint64]
		})
		return &v.stranger, &v.own.Value, v
	}},
	{"mallocheader", true, func() (*uint64, *uint64, any) {
		v := make([]headedElement, manyElements)
		return &v[3].last, &v[4].first, v
	}},
	{"noheader", false, func() (*uint64, *uint64, any) {
		v := make([]plainElement, manyElements)
		return &v[3].last, &v[4].first, v
	}},
}

// escapedLocal counts on its stack, as its author believes.
//
//go:noinline
func escapedLocal() *uint64 {
	var count uint64
	return &count
}

// manyElements of 64 bytes are over the 512 from which on the runtime puts a
// header of 8 bytes before an object that has pointers (Go 1.26,
// internal/runtime/gc, MinSizeForMallocHeader).
const manyElements = 12

type headedElement struct {
	first uint64
	_     *byte
	_     [5]uint64
	last  uint64
}

type plainElement struct {
	first uint64
	_     [6]uint64
	last  uint64
}

// neighbourTries is how often a pair is made until it lies as its name says:
// eight words of 8 bytes share a line, so every eighth pair has the line's end between
// them.
const neighbourTries = 16

// sharingPairs is how many of neighbourSamples fresh pairs have both words on one line.
func (p neighbourPair) sharingPairs(lineBytes int) int {
	n := 0
	for range neighbourSamples {
		a, b, keep := p.words()
		if uintptr(unsafe.Pointer(a))/uintptr(lineBytes) == uintptr(unsafe.Pointer(b))/uintptr(lineBytes) {
			n++
		}
		runtime.KeepAlive(keep)
	}
	return n
}

// neighbourSamples is enough to tell half from seven eighths.
const neighbourSamples = 256

// place returns the pair as its layout says, or ok = false.
func (p neighbourPair) place(lineBytes int) (words [2]unsafe.Pointer, keep any, ok bool) {
	for range neighbourTries {
		a, b, keep := p.words()
		words = [2]unsafe.Pointer{unsafe.Pointer(a), unsafe.Pointer(b)}
		line := func(p unsafe.Pointer) uintptr { return uintptr(p) / uintptr(lineBytes) }
		if (line(words[0]) == line(words[1])) == p.sharing {
			return words, keep, true
		}
	}
	return words, nil, false
}

func neighbourCases(m *harness.Machine) []harness.Case {
	var cases []harness.Case
	for _, p := range m.PairPlaces() {
		for _, pair := range neighbourPairs {
			cases = append(cases, harness.Case{
				Name: harness.Name("op", "atomic", "layout", pair.layout, "place", p.Name, "workers", 2),
				Run:  func(b *testing.B) { runNeighbours(b, pair, p, m.LineBytes) },
			})
		}
	}
	return cases
}

func BenchmarkNeighbours(b *testing.B) { runLesson(b, "Neighbours") }

func runNeighbours(b *testing.B, pair neighbourPair, p harness.Place, lineBytes int) {
	s := harness.CrewAt(b, p)
	words, keep, ok := pair.place(lineBytes)
	if !ok {
		harness.Skipf(b, "this runtime has put the words of %s %v, with lines of %d bytes", pair.layout, words, lineBytes)
	}
	t := s.TimedOps(b.N, nil, func(w *crew.Worker, n int) { crew.AddAtomic(words[w.Index], n) })
	for i, word := range words {
		if got := harness.CountWord(word); got != uint64(b.N) {
			b.Fatalf("worker %d counted to %d, want %d", i, got, b.N)
		}
	}
	runtime.KeepAlive(keep)
	s.Report(b, t, b.N)
	// The case runs on a pair that shares a line where its name says so: how many do?
	b.ReportMetric(float64(pair.sharingPairs(lineBytes))/neighbourSamples, "one-line-share")
}

// The runtime of today puts them as the lesson says.
func TestNeighboursLieAsNamed(t *testing.T) {
	const lineBytes = 64
	for _, pair := range neighbourPairs {
		words, keep, ok := pair.place(lineBytes)
		if !ok {
			t.Errorf("%s: the words are at %v, want on one line: %v", pair.layout, words, pair.sharing)
		}
		runtime.KeepAlive(keep)
	}
}

// Lesson, its other half: what a slice's header does on a line that somebody
// writes. Every access to an element reads the header, for the address and the
// length; Duffy met it as the length word of an array.
//
//	layout=packed  header and counters on one line
//	layout=header  a line a counter, and the header on the first one's: worker 1
//	               writes no word near another's, and still waits
//	layout=ahead   a line a counter, and the header on one of its own
//
// Worker 0's counter is what spoils the header's line; ns/op is worker 1's.

// countPlainElement reads the header for each increment, because the compiler
// cannot know that the element is no part of it.
//
//go:noinline
func countPlainElement(s *[]uint64, i, n int) {
	for ; n > 0; n-- {
		(*s)[i]++
	}
}

// countAtomicElement is the same with an atomic add.
//
//go:noinline
func countAtomicElement(s *[]uint64, i, n int) {
	for ; n > 0; n-- {
		atomic.AddUint64(&(*s)[i], 1)
	}
}

var headerOps = []struct {
	name   string
	kernel func(s *[]uint64, i, n int)
}{{"plain", countPlainElement}, {"atomic", countAtomicElement}}

// headerLayouts: from the header to the first counter, and from one counter to
// the next, in bytes. A header has 24 bytes, and the first counter comes right
// behind it or lines away.
var headerLayouts = []struct {
	name           string
	ahead, between int
}{{"packed", 24, harness.WordBytes}, {"header", 24, 128}, {"ahead", 24 + 256, 128}}

func headerCases(m *harness.Machine) []harness.Case {
	var cases []harness.Case
	for _, p := range m.PairPlaces() {
		for _, op := range headerOps {
			for _, l := range headerLayouts {
				cases = append(cases, harness.Case{
					Name: harness.Name("op", op.name, "layout", l.name, "place", p.Name, "workers", 2),
					Run:  func(b *testing.B) { runHeader(b, op.kernel, l.ahead, l.between, p) },
				})
			}
		}
	}
	return cases
}

func BenchmarkHeader(b *testing.B) { runLesson(b, "Header") }

func runHeader(b *testing.B, kernel func(s *[]uint64, i, n int), ahead, between int, p harness.Place) {
	s := harness.CrewAt(b, p)
	words, arena := harness.CounterWords(b, 1, 0)
	defer arena.Close()
	arena.Touch()
	header := (*[]uint64)(words[0])
	first := unsafe.Add(words[0], ahead)
	*header = unsafe.Slice((*uint64)(first), between/harness.WordBytes+1)
	clear(*header)
	index := func(worker int) int { return worker * between / harness.WordBytes }

	c := harness.NewBesideCrew(2)
	t := s.Timed(nil, func(w *crew.Worker) {
		if w.Index == 0 {
			c.Until(1, func() { kernel(header, 0, harness.LookEvery) })
			return
		}
		c.Measure(1, func() { kernel(header, index(1), b.N) })
	})
	if got := (*header)[index(1)]; got != uint64(b.N) {
		b.Fatalf("worker 1 counted to %d, want %d", got, b.N)
	}
	if got := (*header)[0]; got%harness.LookEvery != 0 {
		b.Fatalf("worker 0 counted to %d, want a multiple of %d", got, harness.LookEvery)
	}
	harness.ReportOps(b, *c.Measured.At(1), b.N)
	s.ReportLink(b, t.Before, t.After)
	s.ReportOffCPU(b, t.Span)
}
