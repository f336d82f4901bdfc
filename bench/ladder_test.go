package bench

import (
	"cmp"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"

	"github.com/puzpuzpuz/xsync/v4"

	"cachelab/bench/internal/harness"
	"cachelab/internal/arena"
	"cachelab/internal/crew"
	"cachelab/internal/host"
)

// Lesson: the ladder of counters. All workers count together, and somebody
// must be able to read the sum: what does one increment cost on each rung? One op
// is one increment of one worker.
//
//	local    in a register, added once at the end
//	padded   an atomic add on a word a worker, two lines apart
//	xsync    xsync.Counter: stripes that workers choose by chance
//	atomic   an atomic add on one word
//	cas      a loop of load and compare-and-swap on one word
//	mutex    a word behind a sync.Mutex
//	channel  a word behind a channel of one element, used as a lock
//
// place=os has ordinary goroutines, where all others are locked to pinned threads.

// rung is a way to count together.
type rung struct {
	name string
	// draws is how many counters share a sample, one after the other: the stripes of
	// one are drawn once, and luck would decide the sample. 0: one.
	draws int
	// sleeps says that who waits gives its CPU away.
	sleeps bool
	// begin gives each worker's part, and the sum of all.
	begin func(words func(step int) []unsafe.Pointer) (count func(worker, n int), sum func() uint64)
}

// wordRung counts with a kernel on words that lie step bytes apart.
func wordRung(name string, kernel crew.Kernel, step int, read func(unsafe.Pointer) uint64) rung {
	return rung{name: name, begin: func(words func(int) []unsafe.Pointer) (func(worker, n int), func() uint64) {
		at := words(step)
		sum := func() uint64 {
			if step == 0 {
				return read(at[0])
			}
			total := uint64(0)
			for _, p := range at {
				total += read(p)
			}
			return total
		}
		return func(worker, n int) { kernel(at[worker], n) }, sum
	}}
}

func sleeping(r rung) rung {
	r.sleeps = true
	return r
}

const twoLines = 128

var ladder = []rung{
	wordRung("local", crew.AddLocal, twoLines, harness.CountWord),
	wordRung("padded", crew.AddAtomic, twoLines, harness.CountWord),
	{name: "xsync", draws: 9, begin: func(func(int) []unsafe.Pointer) (func(worker, n int), func() uint64) {
		c := xsync.NewCounter()
		return func(_, n int) { countStriped(c, n) }, func() uint64 { return uint64(c.Value()) }
	}},
	wordRung("atomic", crew.AddAtomic, 0, harness.CountWord),
	wordRung("cas", crew.AddCAS, 0, harness.CountWord),
	sleeping(wordRung("mutex", crew.AddMutex, 0, func(p unsafe.Pointer) uint64 { return (*crew.Guarded)(p).Count() })),
	{name: "channel", sleeps: true, begin: func(words func(int) []unsafe.Pointer) (func(worker, n int), func() uint64) {
		lock, word := make(chan struct{}, 1), (*uint64)(words(0)[0])
		return func(_, n int) { countLocked(lock, word, n) }, func() uint64 { return atomic.LoadUint64(word) }
	}},
}

// countStriped is bound by the counter's own calls.
//
//go:noinline
func countStriped(c *xsync.Counter, n int) {
	for ; n > 0; n-- {
		c.Inc()
	}
}

// countLocked holds the lock while its one element is in the channel.
//
//go:noinline
func countLocked(lock chan struct{}, word *uint64, n int) {
	for ; n > 0; n-- {
		lock <- struct{}{}
		*word++
		<-lock
	}
}

func ladderCases(m *harness.Machine) []harness.Case {
	var cases []harness.Case
	for _, n := range m.WorkerCounts() {
		for _, p := range m.Places(n) {
			for _, r := range ladder {
				cases = append(cases, harness.Case{
					Name: harness.Name("op", r.name, "place", p.Name, "workers", n),
					Run:  func(b *testing.B) { runLadder(b, r, p) },
				})
			}
		}
	}
	if len(m.CPUs) < 2 {
		return cases
	}
	// What waits in the kernel is a thread, and what waits in a program is a goroutine:
	// the same two rungs between ordinary goroutines, which nobody locks or pins.
	for _, r := range ladder {
		if r.sleeps {
			cases = append(cases, harness.Case{
				Name: harness.Name("op", r.name, "place", "os", "workers", 2),
				Run:  func(b *testing.B) { runLadderFree(b, r) },
			})
		}
	}
	return cases
}

func BenchmarkLadder(b *testing.B) { runLesson(b, "Ladder") }

// leastDraw is how many operations one counter of several gets at least. The first
// runs of a benchmark have one operation, and a meeting of the workers takes longer.
const leastDraw = 1000

// split says how many counters share a sample of n operations, and how many each gets.
func (r rung) split(n int) (draws, each int) {
	if r.draws < 2 {
		return 1, n
	}
	return r.draws, max(leastDraw, (n+r.draws-1)/r.draws)
}

// typicalSpan is the median of the counters of a sample by their time: as many drew
// better stripes as drew worse ones.
func typicalSpan(spans []crew.Span) crew.Span {
	slices.SortFunc(spans, func(a, b crew.Span) int { return cmp.Compare(a.Wall, b.Wall) })
	return spans[len(spans)/2]
}

func runLadder(b *testing.B, r rung, p harness.Place) {
	s := harness.CrewAt(b, p)
	draws, each := r.split(b.N)
	var counts []func(worker, n int)
	var checks []func()
	for range draws {
		count, check, mem := r.prepare(b, len(p.CPUs), each)
		defer mem.Close()
		counts, checks = append(counts, count), append(checks, check)
	}
	// The link is measured once before all draws and once after them.
	var spans []crew.Span
	var before, after float64
	s.Crew.Run(func(w *crew.Worker) {
		first := s.LinkNow(w)
		for _, count := range counts {
			counting := func(n int) { count(w.Index, n) }
			var span crew.Span
			if r.sleeps {
				span = w.Time(func() { counting(each) })
			} else {
				span = s.TimeOps(w, each, counting)
			}
			if w.Index == 0 {
				spans = append(spans, span)
			}
		}
		last := s.LinkNow(w)
		if w.Index == 0 {
			before, after = first, last
		}
	})
	for _, check := range checks {
		check()
	}
	typical := typicalSpan(spans)
	harness.ReportOps(b, typical.Wall, each)
	s.ReportLink(b, before, after)
	if !r.sleeps {
		s.ReportOffCPU(b, typical)
	}
}

// runLadderFree has two goroutines that the system may put anywhere.
func runLadderFree(b *testing.B, r rung) {
	const workers = 2
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(workers))
	var seen harness.CPUsSeen
	count, check, mem := r.prepare(b, workers, b.N)
	defer mem.Close()
	begin := make(chan struct{})
	var done sync.WaitGroup
	for i := range workers {
		done.Go(func() {
			<-begin
			for left := b.N; left > 0; {
				part := min(left, freeLook)
				count(i, part)
				seen.Look()
				left -= part
			}
		})
	}
	start := host.Now()
	close(begin)
	done.Wait()
	took := host.Now() - start
	check()
	harness.ReportOps(b, took, b.N)
	seen.ReportOutcome(b)
}

// freeLook is how many increments an unpinned goroutine makes between two looks at the
// CPU that it is on: 40 µs of the cheapest rung there, against 0.2 µs for the look.
const freeLook = 1 << 10

// prepare gives the counters of a rung for so many workers, a check that each counted to
// n, to be called afterwards, and the memory that they lie on.
func (r rung) prepare(b *testing.B, workers, n int) (count func(worker, n int), check func(), mem *arena.Arena) {
	b.Helper()
	count, sum := r.begin(func(step int) []unsafe.Pointer {
		var words []unsafe.Pointer
		words, mem = harness.CounterWords(b, workers, step)
		mem.Touch()
		clear(unsafe.Slice((*byte)(mem.At(0)), mem.Size()))
		return words
	})
	return count, func() {
		b.Helper()
		if got, want := sum(), uint64(n)*uint64(workers); got != want {
			b.Fatalf("%d workers counted to %d, want %d", workers, got, want)
		}
	}, mem
}
