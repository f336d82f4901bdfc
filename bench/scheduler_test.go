package bench

import (
	"runtime"
	"sync"
	"testing"
	"time"

	"cachelab/bench/internal/harness"
	"cachelab/cachelines"
	"cachelab/internal/chase"
	"cachelab/internal/crew"
	"cachelab/internal/host"
)

// Lesson: the scheduler, in two benchmarks.
//
// Overlap: concurrency is not parallelism. One or eight goroutines compute, or
// wait for a timer, with as many Ps as the name has workers. One op is one step
// of one of them, so ns/op over that of one goroutine says how much they
// overlap.
//
// Switch: what handing over costs on one CPU. One op is one switch.
//
//	op=goroutine  two goroutines of one P over channels
//	op=locked     two goroutines, each locked to a thread of the one CPU, over
//	              channels; one P
//	op=thread     two threads over pipes, in the kernel alone, less op=pipe
//	op=pipe       one thread writes a pipe and reads it: the system calls of op=thread,
//	              without the switch

const (
	// computeStep is one step of computing: 4096 dependent additions, about a
	// microsecond, against the 0.3 us that a goroutine costs to start, once.
	computeStep = 4096
	// waitStep is one wait: a timer is late by some 60 us here, and short waits
	// would measure that.
	waitStep  = time.Millisecond
	manyTasks = 8
)

func compute(steps int) uint64 {
	x := uint64(1)
	for range steps {
		x = chase.AddChain(computeStep, x, 2)
	}
	return x
}

func overlapCases(m *harness.Machine) []harness.Case {
	type arm struct {
		op           string
		tasks, procs int
		extra        time.Duration
	}
	const long = leastSteps * 1100 * time.Nanosecond // of a step, measured
	arms := []arm{
		{"compute.one", 1, 1, long}, {"compute.eight", manyTasks, 1, long},
		{"wait.one", 1, 1, 0}, {"wait.eight", manyTasks, 1, 0},
	}
	if len(m.CPUs) >= 2 {
		arms = append(arms, arm{"compute.eight", manyTasks, 2, long / 2}, arm{"wait.eight", manyTasks, 2, 0})
	}
	var cases []harness.Case
	for _, a := range arms {
		cases = append(cases, harness.Case{
			Name:  harness.Name("op", a.op, "place", "os", "workers", a.procs),
			Extra: a.extra,
			Run:   func(b *testing.B) { runOverlap(b, a.op[0] == 'w', a.tasks, a.procs) },
		})
	}
	return cases
}

func BenchmarkOverlap(b *testing.B) { runLesson(b, "Overlap") }

func runOverlap(b *testing.B, waits bool, tasks, procs int) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
	steps := b.N
	if !waits {
		steps = stepsEach(b.N, tasks)
	}
	results := cachelines.NewSlots[uint64](tasks)
	var seen harness.CPUsSeen
	var done sync.WaitGroup
	begin := host.Now()
	for i := range tasks {
		done.Go(func() {
			if !waits {
				*results.At(i) = computeLooking(steps, &seen)
				return
			}
			for range steps {
				time.Sleep(waitStep)
				*results.At(i)++
			}
		})
	}
	done.Wait()
	spent := host.Now() - begin
	want := uint64(steps)
	if !waits {
		want *= compute(1)
	}
	for i := range tasks {
		if got := *results.At(i); got != want {
			b.Fatalf("task %d came to %d, want %d", i, got, want)
		}
	}
	harness.ReportOps(b, spent, tasks*steps)
	if !waits && procs > 1 { // on one P there is one state
		seen.Report(b)
	}
}

// leastSteps is how many steps a sample of computing has in all: some 160 ms on one P. The
// kernel may keep two runnable threads on one CPU for tens of milliseconds, and a sample
// must outlast its balancing, or show one state or the other by chance.
const leastSteps = 150_000

// stepsEach is how many steps of computing each of some tasks makes in a sample of n.
func stepsEach(n, tasks int) int { return max(n, leastSteps/tasks) }

// stepsBetweenLooks is about a millisecond of computing.
const stepsBetweenLooks = 1000

// computeLooking is compute with a look at the CPU now and then; it adds up the steps.
func computeLooking(steps int, seen *harness.CPUsSeen) (sum uint64) {
	for ; steps > 0; steps -= stepsBetweenLooks {
		for range min(steps, stepsBetweenLooks) {
			sum += compute(1)
		}
		seen.Look()
	}
	return sum
}

func switchCases(m *harness.Machine) []harness.Case {
	same := m.OneCPU()
	return []harness.Case{
		{Name: harness.Name("op", "goroutine", "place", "os", "workers", 2), Run: runGoroutineSwitch},
		{Name: harness.Name("op", "locked", "place", same.Name, "workers", 2), Run: func(b *testing.B) { runLockedSwitch(b, same) }},
		{Name: harness.Name("op", "thread", "place", same.Name, "workers", 2), Run: func(b *testing.B) { runThreadSwitch(b, same) }},
		{Name: harness.Name("op", "pipe", "place", same.Name, "workers", 2), Run: func(b *testing.B) { runPipe(b, same) }},
	}
}

func BenchmarkSwitch(b *testing.B) { runLesson(b, "Switch") }

// rally is two players over two unbuffered channels: each hand-over is a switch.
type rally struct {
	there, back chan int
	last        int // what came back last
}

func newRally() *rally { return &rally{there: make(chan int), back: make(chan int)} }

func (r *rally) serve(rounds int) {
	for i := range rounds {
		r.there <- i
		r.last = <-r.back
	}
}

func (r *rally) answer(rounds int) {
	for range rounds {
		r.back <- <-r.there + 1
	}
}

// check fails the benchmark unless all rounds were played.
func (r *rally) check(b *testing.B, rounds int) {
	b.Helper()
	if r.last != rounds {
		b.Fatalf("the last answer was %d, want %d", r.last, rounds)
	}
}

// switchRounds is how many rounds of two switches are b.N switches.
func switchRounds(b *testing.B) int { return (b.N + 1) / 2 }

// switchParts splits the rounds of thread switches into parts, each with the pipe's calls
// right after it: an interrupt then spoils one part, and not the difference of all.
func switchParts(rounds int) (parts, roundsEach int) {
	const most, leastRounds = 9, 50 // 50 rounds take some 0.4 ms, and the two meetings 20 µs
	parts = max(1, min(most, rounds/leastRounds))
	return parts, (rounds + parts - 1) / parts
}

// switchTime is what is left of a part's time without its system calls, for each of its
// two switches a round, in nanoseconds.
func switchTime(spent, calls time.Duration, rounds int) float64 {
	return float64((spent - calls).Nanoseconds()) / float64(2*rounds)
}

func reportSwitches(b *testing.B, spent time.Duration, rounds int) {
	harness.ReportOps(b, spent, 2*rounds)
}

func runGoroutineSwitch(b *testing.B) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	rounds, r := switchRounds(b), newRally()
	go r.answer(rounds)
	begin := host.Now()
	r.serve(rounds)
	reportSwitches(b, (host.Now() - begin), rounds)
	r.check(b, rounds)
}

// runLockedSwitch has two workers pinned to one CPU. Their switch is not one of
// two threads all the same: a locked thread that blocks hands its P to a third
// thread, one that is free to run anything (runtime, stoplockedm), and that one
// finds out that the other worker's thread is wanted. The third is not pinned,
// so that waking it may wake another CPU (trap G5).
func runLockedSwitch(b *testing.B, p harness.Place) {
	s := harness.CrewAt(b, p)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // no worker may spin now: they share a P
	rounds, r := switchRounds(b), newRally()
	var spent time.Duration
	s.Crew.Run(func(w *crew.Worker) {
		w.StopCounting()
		if w.Index == 1 {
			r.answer(rounds)
			return
		}
		begin := host.Now()
		r.serve(rounds)
		spent = (host.Now() - begin)
	})
	reportSwitches(b, spent, rounds)
	r.check(b, rounds)
}
