package bench

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"runtime/trace"
	"strconv"
	"sync"
	"testing"
	"time"

	"cachelab/affinity"
	"cachelab/bench/internal/harness"
	"cachelab/internal/crew"
	"cachelab/internal/sched"
)

// Lesson: contexts. What a context (a P) owns, counted in execution traces that
// the benchmark takes of itself. The metric is an exact count, each beside the
// number that it is held against. An op is one trace, and a sample has three of
// them at the least. There are as many Ps as the name has workers.
//
//	op=contexts         the Ps themselves
//	op=compute.threads  eight goroutines compute: threads that run one of them at
//	                    the same time
//	op=block.threads    one goroutine blocks in a system call, three are queued
//	                    behind it: threads that their P runs them on
//	op=block.ran        goroutines that the P has run when the call returns, the
//	                    blocked one among them
//	op=block.started    all that there are of them
//	op=lock.threads     eight goroutines, each locked to its thread and alive
//	                    together: threads that they run on
//	op=lock.started     these goroutines
//	op=pin.cpus         CPUs that pinned workers are seen on
//	op=pin.started      these workers
//
// Each is the most of any trace: how late a thread wakes up, or the runtime's
// monitor looks, is not what is asked. The pinned workers' is the fewest.

const (
	// taskSteps is how long a task computes: half a millisecond, so that eight
	// of them outlast the wake-up of a second thread (trap H16) many times.
	taskSteps = 512
	// queuedTasks wait behind the one that blocks.
	queuedTasks = 3
	// blockTime is how long that one is away. The monitor takes its P when it
	// finds the same call a second time, and looks every 10 ms where nothing
	// else keeps it awake (runtime/proc.go, sysmon).
	blockTime = 25 * time.Millisecond
	// leastTraces is how many a sample takes at the least: in a single one a
	// busy machine may have been late.
	leastTraces = 3
	// taskCategory is the category in which tasks say their numbers in a trace.
	taskCategory = "task"
)

func contextCases(m *harness.Machine) []harness.Case {
	cases := []harness.Case{
		knownCount("contexts", "os", 1, contextsOf(1)),
		knownCount("contexts", "os", 2, contextsOf(2)),
		knownCount("block.started", "os", 1, func() int { return queuedTasks + 1 }),
		knownCount("lock.started", "os", 1, func() int { return manyTasks }),
	}
	type arm struct {
		op    string
		procs int
		tasks func() []func()
		count func(*sched.Timeline) int
		each  time.Duration // of one trace, for estimates; measured where it is no constant
	}
	arms := []arm{
		{"block.threads", 1, blockingTasks, func(t *sched.Timeline) int { threads, _ := besideCall(t, queuedTasks); return threads }, blockTime},
		{"block.ran", 1, blockingTasks, func(t *sched.Timeline) int { _, ran := besideCall(t, queuedTasks); return ran }, blockTime},
		{"lock.threads", 1, lockedTasks, threadsInAll, time.Millisecond},
	}
	if len(m.CPUs) >= 2 {
		arms = append(arms, arm{"compute.threads", 2, computingTasks, threadsAtOnce, 3 * time.Millisecond})
	}
	for _, a := range arms {
		cases = append(cases, harness.Case{
			Name:  harness.Name("op", a.op, "place", "os", "workers", a.procs),
			Extra: leastTraces * a.each,
			Run:   func(b *testing.B) { runTraced(b, a.procs, a.tasks, a.count) },
		})
	}
	for _, p := range m.Places(len(m.CPUs)) {
		cases = append(cases,
			harness.Case{Name: harness.Name("op", "pin.cpus", "place", p.Name, "workers", len(p.CPUs)), Run: func(b *testing.B) { runPinned(b, p) }},
			knownCount("pin.started", p.Name, len(p.CPUs), func() int { return len(p.CPUs) }))
	}
	return cases
}

func BenchmarkContexts(b *testing.B) { runLesson(b, "Contexts") }

// reportCount reports an exact count alone: how long it took to count says
// nothing.
func reportCount(b *testing.B, n int) {
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(n), "count")
}

// knownCount is the arm that a count is held against.
func knownCount(op, place string, workers int, count func() int) harness.Case {
	return harness.Case{
		Name: harness.Name("op", op, "place", place, "workers", workers),
		Run:  func(b *testing.B) { reportCount(b, count()) },
	}
}

// contextsOf is how many Ps the runtime has when it is asked for so many.
func contextsOf(procs int) func() int {
	return func() int {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		return runtime.GOMAXPROCS(0)
	}
}

func computingTasks() []func() {
	tasks := make([]func(), manyTasks)
	for i := range tasks {
		tasks[i] = func() { taskSums[i] = compute(taskSteps) }
	}
	return tasks
}

var taskSums [manyTasks]uint64 // keep the tasks' work

// blockingTasks has the one that blocks last, because the goroutine that was
// created last runs first, and the others are queued behind it.
func blockingTasks() []func() {
	return append(computingTasks()[:queuedTasks], func() { blockThread(blockTime) })
}

// lockedTasks live until the last of them runs, so that no thread serves two.
func lockedTasks() []func() {
	var all sync.WaitGroup
	all.Add(manyTasks)
	tasks := make([]func(), manyTasks)
	for i := range tasks {
		tasks[i] = func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			all.Done()
			all.Wait()
		}
	}
	return tasks
}

// runTraced takes b.N traces, or a few more, and reports the largest count in
// any of them.
func runTraced(b *testing.B, procs int, tasks func() []func(), count func(*sched.Timeline) int) {
	most := 0
	for range max(b.N, leastTraces) {
		t, err := traceTasks(procs, tasks())
		if err != nil {
			harness.Skip(b, err)
		}
		most = max(most, count(t))
	}
	reportCount(b, most)
}

// traceTasks runs each task in a goroutine of its own, on so many Ps, under the
// execution tracer. The goroutines are called by the tasks' numbers. An error
// is the tracer's: it may be in use, by go test -trace.
func traceTasks(procs int, tasks []func()) (*sched.Timeline, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
	var record bytes.Buffer
	if err := trace.Start(&record); err != nil {
		return nil, fmt.Errorf("no execution trace: %w", err)
	}
	var done sync.WaitGroup
	for i, task := range tasks {
		done.Go(func() {
			trace.Log(context.Background(), taskCategory, strconv.Itoa(i))
			task()
		})
	}
	done.Wait()
	trace.Stop()
	events, err := sched.Read(&record, taskCategory)
	if err != nil {
		return nil, err
	}
	return sched.Interpret(events), nil
}

// runPinned reports on how many CPUs the workers of a crew are seen at work.
func runPinned(b *testing.B, p harness.Place) {
	s := harness.CrewAt(b, p)
	at := make([]int, len(p.CPUs))
	fewest := len(at)
	for range b.N {
		s.Crew.Run(func(w *crew.Worker) {
			w.Sum += compute(1)
			at[w.Index], _ = affinity.Current()
		})
		seen := map[int]bool{}
		for _, cpu := range at {
			seen[cpu] = true
		}
		fewest = min(fewest, len(seen))
	}
	reportCount(b, fewest)
}
