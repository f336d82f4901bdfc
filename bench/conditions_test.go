package bench

import (
	"cmp"
	"sync/atomic"
	"testing"
	"unsafe"

	"cachelab/bench/internal/harness"
	"cachelab/internal/crew"
	"cachelab/internal/host"
	"cachelab/internal/stats"
)

// Lesson: conditions. False sharing takes four things at once: one line,
// several cores, frequent touches, and a writer. All sixteen combinations:
//
//	op      write.often, write.seldom, read.often, read.seldom: what both
//	        workers do to a word of their own, and whether they work in between
//	layout  packed: words on one line; pad64: on a line each
//	place   the nearest pair: two cores; same: both threads on one CPU
//
// One op is one touch, and ns/op the CPU time that it took: on one CPU the
// wall time over all touches, on two over those of one worker.

// touchKernel touches a word n times and does steps of work of its own after
// each. Often and seldom are one kernel with another number of steps.
type touchKernel func(p unsafe.Pointer, n, steps int) uint64

// touchWriting is bound by the atomic add where the touches are frequent, and
// by the multiplies where they are seldom.
//
//go:noinline
func touchWriting(p unsafe.Pointer, n, steps int) uint64 {
	word := (*uint64)(p)
	x := uint64(1)
	for ; n > 0; n-- {
		atomic.AddUint64(word, 1)
		for k := steps; k > 0; k-- {
			x *= touchWork
		}
	}
	return x
}

// touchReading reads where touchWriting writes: the word holds its own address,
// and each read waits for the one before, so that it is bound by latency and
// not by who else is on the core (trap H14).
//
//go:noinline
func touchReading(p unsafe.Pointer, n, steps int) uint64 {
	x := uint64(1)
	for ; n > 0; n-- {
		p = *(*unsafe.Pointer)(p)
		for k := steps; k > 0; k-- {
			x *= touchWork
		}
	}
	return x + uint64(uintptr(p))
}

// touchWork is odd, so that no product dies out: the golden ratio's bits.
const touchWork = 0x9e3779b97f4a7c15

// seldomLinks is the work between two seldom touches, in multiples of the core-to-core
// latency: a transfer for each touch is then half of the band of 5%.
const seldomLinks = 40

// seldomSteps is that work where both threads are on one CPU, which has no link:
// dependent multiplies of three or four cycles, 4 µs in all where the clock is 3 GHz.
const seldomSteps = 4096

// seldomWork has the steps of a place once they are measured, so that both layouts are
// compared at the same work.
var seldomWork = map[string]int{}

// stepsFor measures how many multiplies take seldomLinks transfers between the two CPUs
// of a place.
func stepsFor(b *testing.B, s *harness.Seat, p harness.Place) int {
	b.Helper()
	if steps, ok := seldomWork[p.Name]; ok || s.Link == nil {
		return cmp.Or(steps, seldomSteps)
	}
	var links, multiplies []float64
	s.Crew.Run(func(w *crew.Worker) {
		for range 5 { // of which the median: one may be interrupted
			link := s.LinkNow(w)
			if w.Index != 0 || link == 0 {
				continue
			}
			var word unsafe.Pointer
			word = unsafe.Pointer(&word)
			begin := host.Now()
			w.Sum += touchReading(word, 1, seldomSteps)
			multiplies = append(multiplies, host.PerOp(host.Now()-begin, seldomSteps))
			links = append(links, link)
		}
	})
	if len(links) == 0 {
		harness.Skipf(b, "other programs take the CPUs: no transfer between them can be timed")
	}
	seldomWork[p.Name] = stepsOf(stats.Median(links), stats.Median(multiplies))
	b.ResetTimer()
	return seldomWork[p.Name]
}

// stepsOf is how many multiplies, of so many ns each, take seldomLinks transfers of linkNS.
func stepsOf(linkNS, multiplyNS float64) int { return max(1, int(seldomLinks*linkNS/multiplyNS)) }

var touchOps = []struct {
	name   string
	kernel touchKernel
	seldom bool
	writes bool
}{
	{"write.often", touchWriting, false, true},
	{"write.seldom", touchWriting, true, true},
	{"read.often", touchReading, false, false},
	{"read.seldom", touchReading, true, false},
}

func conditionCases(m *harness.Machine) []harness.Case {
	var cases []harness.Case
	places := m.NearPairs()
	if len(places) > 0 {
		places = append(places, m.OneCPU())
	}
	for _, p := range places {
		for _, op := range touchOps {
			for _, l := range harness.Layouts {
				if l.Name != "packed" && l.Name != m.PadLayout() {
					continue
				}
				cases = append(cases, harness.Case{
					Name: harness.Name("op", op.name, "layout", l.Name, "place", p.Name, "workers", 2),
					Run: func(b *testing.B) {
						runConditions(b, op.kernel, op.seldom, op.writes, l, p)
					},
				})
			}
		}
	}
	return cases
}

func BenchmarkConditions(b *testing.B) { runLesson(b, "Conditions") }

func runConditions(b *testing.B, kernel touchKernel, seldom, writes bool, l harness.Layout, p harness.Place) {
	s := harness.CrewAt(b, p)
	steps := 0
	if seldom {
		steps = stepsFor(b, s, p)
	}
	words, arena := harness.CounterWords(b, len(p.CPUs), l.Bytes(harness.WordBytes))
	defer arena.Close()
	prepare := func(w *crew.Worker) {
		if w.Index == 0 {
			clear(unsafe.Slice((*byte)(arena.At(0)), arena.Size()))
			for _, word := range words {
				if !writes {
					*(*unsafe.Pointer)(word) = word
				}
			}
		}
	}
	t := s.TimedOps(b.N, prepare, func(w *crew.Worker, n int) { w.Sum += kernel(words[w.Index], n, steps) })
	for i, word := range words {
		want := uint64(b.N)
		if !writes {
			want = uint64(uintptr(word))
		}
		if got := harness.CountWord(word); got != want {
			b.Fatalf("worker %d left %d in its word, want %d", i, got, want)
		}
	}
	touches := b.N
	if p.CPUs[0] == p.CPUs[1] {
		touches *= 2
	}
	s.Report(b, t, touches)
}
