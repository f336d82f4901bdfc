package bench

import (
	"cmp"
	"context"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"cachelab/bench/internal/harness"
	"cachelab/cachelines/line"
	"cachelab/cachelines/reported"
	"cachelab/internal/arena"
	"cachelab/internal/chase"
	"cachelab/internal/crew"
)

// Lesson: lines. LineSize runs the detector and reports its answer as an exact
// metric, beside what the system claims. Distance is the raw sweep that a
// detector reasons from, for those who want to see the knee themselves:
//
//	op=touch, cross          one thread visits two words that far apart, in one block or
//	                         across two
//	op=writers.even, .odd    two workers write a word each that far apart, the first on an
//	                         even or an odd line of an aligned pair
//	op=beside                a worker counts beside a word that another one writes
//	op=contended             both add to one word, and one of them also to a word of its
//	                         own that far behind. A writer that keeps its line never misses,
//	                         so that a prefetcher of pairs cannot show in writers.even; here
//	                         the other core misses on the contended line all the time

// lineBudget is the time of one detection of one line size: some ten rounds
// over all distances, a quarter of what scripts/machine takes, because a run
// repeats it in each pass.
const lineBudget = 150 * time.Millisecond

func lineSizeCases(*harness.Machine) []harness.Case {
	return []harness.Case{
		{Name: harness.Name("op", "claimed"), Run: func(b *testing.B) { reportClaimedLine(b) }},
		{Name: harness.Name("op", "fetch"), Extra: 3 * lineBudget, Run: func(b *testing.B) { reportLine(b, fetchLine) }},
		{Name: harness.Name("op", "interference"), Extra: 3 * lineBudget, Run: func(b *testing.B) { reportLine(b, interferenceLine) }},
	}
}

func BenchmarkLineSize(b *testing.B) { runLesson(b, "LineSize") }

func reportClaimedLine(b *testing.B) {
	values, err := reported.Read()
	if err != nil {
		b.Fatal(err)
	}
	bytes, ok := values.LineBytes()
	if !ok {
		harness.Skip(b, "no source reports a line size on this machine")
	}
	onlyLineBytes(b, bytes)
}

func fetchLine(ctx context.Context) (line.Size, error) {
	size, _, err := line.MeasureFetch(ctx, line.Options{Budget: lineBudget})
	return size, err
}

func interferenceLine(ctx context.Context) (line.Size, error) {
	values, err := reported.Read()
	if err != nil {
		return line.Size{}, err
	}
	pair, ok := values.Topology.NearestCores()
	if !ok {
		return line.Size{Skipped: "two writers need two CPUs"}, nil
	}
	size, _, err := line.MeasureInterference(ctx, line.Options{Budget: lineBudget, Writers: [2]int{pair.A, pair.B}})
	return size, err
}

// reportLine detects one line size b.N times; an op is a detection. The answer
// is reported only where every detection gave it.
func reportLine(b *testing.B, measure func(context.Context) (line.Size, error)) {
	answer := 0
	for range b.N {
		size, err := measure(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		bytes, ok := size.Bytes.Get()
		if !ok {
			harness.Skipf(b, "cannot tell: candidates %v, %s", size.Candidates, cmp.Or(size.Skipped, size.Reason))
		}
		if answer != 0 && answer != bytes {
			harness.Skipf(b, "cannot tell: once %d, once %d bytes", answer, bytes)
		}
		answer = bytes
	}
	onlyLineBytes(b, answer)
}

// onlyLineBytes reports the metric alone: the time of a detection is its
// budget and says nothing.
func onlyLineBytes(b *testing.B, bytes int) {
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(bytes), "line-bytes")
}

// distances of the raw sweep: every word near the lines that exist, coarser
// between, always one on each side of a multiple of 64.
func distances() []int {
	var ds []int
	for _, d := range line.Distances() {
		if d <= 136 || d%64 == 0 || d%64 == 8 || d%64 == 56 {
			ds = append(ds, d)
		}
	}
	return ds
}

func distanceCases(m *harness.Machine) []harness.Case {
	var cases []harness.Case
	for _, d := range distances() {
		for _, op := range []string{"touch", "cross"} {
			cases = append(cases, harness.Case{
				Name: harness.Name("op", op, "dist", d),
				Run:  func(b *testing.B) { runVisits(b, op, d) },
			})
		}
		for _, p := range m.PairPlaces() {
			ops := []string{"writers.even", "writers.odd", "beside"}
			if d >= contendedLeast && d%64 == 0 {
				ops = append(ops, "contended")
			}
			for _, op := range ops {
				cases = append(cases, harness.Case{
					Name: harness.Name("op", op, "dist", d, "place", p.Name, "workers", 2),
					Run:  func(b *testing.B) { runSharing(b, op, d, p) },
				})
			}
		}
	}
	return cases
}

// contendedLeast is the shortest distance of op=contended: a line of one's own.
const contendedLeast = 64

// addBoth adds to a word that another worker adds to as well, and to one that is its own.
//
//go:noinline
func addBoth(contended, own unsafe.Pointer, n int) {
	for ; n > 0; n-- {
		atomic.AddUint64((*uint64)(contended), 1)
		atomic.AddUint64((*uint64)(own), 1)
	}
}

func BenchmarkDistance(b *testing.B) { runLesson(b, "Distance") }

func runVisits(b *testing.B, op string, d int) {
	mem, err := arena.New(line.VisitedBlocks*line.BlockBytes, arena.Huge)
	if err != nil {
		harness.Skip(b, err)
	}
	defer mem.Close()
	mem.Touch()
	first := 0 // touch: the second word is d after the first
	if op == "cross" {
		first = d - line.WordBytes // neighbours, with d at their seam
	}
	chain, err := chase.NewPairChain(mem, chase.PairSpec{Blocks: line.VisitedBlocks, BlockBytes: line.BlockBytes, First: first, Second: d, Seed: uint64(d)})
	if err != nil {
		b.Fatal(err)
	}
	visitEnd = chase.Walk(chain.Start(), chain.Len())
	end, took := chase.Time(chain.Start(), 2*b.N)
	visitEnd = end
	harness.ReportOps(b, took, b.N)
}

var visitEnd unsafe.Pointer // keeps the walk alive

// sharedWords is where the two words of a case are, in bytes from a page's start, with
// nothing of others near: the first on an even line of an aligned pair of lines of 64
// bytes, or for writers.odd on an odd one.
func sharedWords(op string, d int) (first, second int) {
	const evenLine = 2048
	first = evenLine
	if op == "writers.odd" {
		first += 64
	}
	return first, first + d
}

func runSharing(b *testing.B, op string, d int, p harness.Place) {
	s := harness.CrewAt(b, p)
	mem, err := arena.New(8192, arena.Small)
	if err != nil {
		b.Fatal(err)
	}
	defer mem.Close()
	beside := harness.NewBesideCrew(len(p.CPUs))
	first, second := sharedWords(op, d)
	touch := func(w *crew.Worker) {
		if w.Index == 0 {
			mem.Touch()
		}
	}
	var t harness.Timing
	switch op {
	case "writers.even", "writers.odd":
		words := [2]unsafe.Pointer{mem.At(first), mem.At(second)}
		t = s.TimedOps(b.N, touch, func(w *crew.Worker, n int) { crew.AddAtomic(words[w.Index], n) })
	case "contended":
		t = s.Timed(touch, func(w *crew.Worker) {
			if w.Index == 0 {
				beside.Measure(0, func() { addBoth(mem.At(first), mem.At(second), b.N) })
			} else {
				beside.Until(1, func() { crew.AddAtomic(mem.At(first), harness.LookEvery) })
			}
		})
		t.Span.Wall = *beside.Measured.At(0)
	case "beside":
		t = s.Timed(touch, func(w *crew.Worker) {
			if w.Index == 0 {
				beside.Until(1, func() { crew.AddAtomic(mem.At(second-harness.WordBytes), harness.LookEvery) })
			} else {
				beside.Measure(1, func() { crew.AddPlain(mem.At(second), b.N) })
			}
		})
		t.Span.Wall = *beside.Measured.At(1)
	}
	if own := harness.CountWord(mem.At(second)); op == "contended" && own != uint64(b.N) {
		b.Fatalf("the worker's own word came to %d, want %d", own, b.N)
	}
	s.Report(b, t, b.N)
}
