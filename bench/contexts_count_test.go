package bench

import (
	"strconv"
	"testing"
	"time"

	"cachelab/internal/sched"
)

// What is counted in a trace of tasks: pure functions of a timeline. A task is a
// goroutine that has said its number.

// taskRuns are the runs of tasks alone.
func taskRuns(t *sched.Timeline) []sched.Run {
	var runs []sched.Run
	for _, r := range t.Runs {
		if t.Goroutines[r.G].Name != "" {
			runs = append(runs, r)
		}
	}
	return runs
}

// threadsAtOnce is the most threads that ran a task at the same time.
func threadsAtOnce(t *sched.Timeline) int {
	runs, most := taskRuns(t), 0
	for _, begun := range runs { // the most are at work when some run begins
		threads := map[int64]bool{}
		for _, r := range runs {
			if r.From <= begun.From && begun.From < r.To {
				threads[r.M] = true
			}
		}
		most = max(most, len(threads))
	}
	return most
}

// threadsInAll is how many threads ran a task at any time.
func threadsInAll(t *sched.Timeline) int {
	threads := map[int64]bool{}
	for _, r := range taskRuns(t) {
		threads[r.M] = true
	}
	return len(threads)
}

// besideCall counts what the P of a task ran tasks on, and how many of them,
// from when it put this one on to when the task's longest system call returned.
// The task itself is one of them.
func besideCall(t *sched.Timeline, task int) (threads, ran int) {
	var own sched.Run // the run in which it called
	var call time.Duration
	for _, r := range taskRuns(t) {
		for _, c := range r.Syscalls {
			if t.Goroutines[r.G].Name == strconv.Itoa(task) && c.Length() > call {
				own, call = r, c.Length()
			}
		}
	}
	window := own.Span
	for _, w := range t.Blocked {
		// Where it lost its P the call goes on after the run.
		if w.G == own.G && w.Lost == own.To {
			window.To = w.To
		}
	}
	on, which := map[int64]bool{}, map[int64]bool{}
	for _, r := range taskRuns(t) {
		if r.P == own.P && r.Overlap(window) > 0 {
			on[r.M], which[r.G] = true, true
		}
	}
	return len(on), len(which)
}

// timelineOf has the tasks 0, 1 .. as the goroutines 1, 2 .., beside one of the
// runtime's, 99. Times are microseconds.
func timelineOf(blocked []sched.Block, runs ...sched.Run) *sched.Timeline {
	t := &sched.Timeline{Goroutines: map[int64]*sched.Goroutine{99: {ID: 99}}, Runs: runs, Blocked: blocked}
	for g := range int64(8) {
		t.Goroutines[g+1] = &sched.Goroutine{ID: g + 1, Name: strconv.Itoa(int(g))}
	}
	return t
}

func TestThreadsAtOnce(t *testing.T) {
	run := func(g, p, m int64, from, to time.Duration) sched.Run {
		return sched.Run{Span: sched.Span{From: from, To: to}, G: g, P: p, M: m}
	}
	for _, c := range []struct {
		what          string
		runs          []sched.Run
		atOnce, inAll int
	}{
		{"nothing ran", nil, 0, 0},
		{"one after the other on one thread", []sched.Run{run(1, 0, 100, 0, 5), run(2, 0, 100, 5, 9)}, 1, 1},
		{"one after the other on two threads", []sched.Run{run(1, 0, 100, 0, 5), run(2, 0, 200, 5, 9)}, 1, 2},
		{"together", []sched.Run{run(1, 0, 100, 0, 5), run(2, 1, 200, 3, 9)}, 2, 2},
		{"three, two of them together", []sched.Run{run(1, 0, 100, 0, 5), run(2, 1, 200, 3, 9), run(3, 0, 300, 6, 9)}, 2, 3},
		{"the runtime's own do not count", []sched.Run{run(1, 0, 100, 0, 5), run(99, 1, 200, 0, 9)}, 1, 1},
	} {
		timeline := timelineOf(nil, c.runs...)
		if atOnce, inAll := threadsAtOnce(timeline), threadsInAll(timeline); atOnce != c.atOnce || inAll != c.inAll {
			t.Errorf("%s: %d threads at once and %d in all, want %d and %d", c.what, atOnce, inAll, c.atOnce, c.inAll)
		}
	}
}

// A scheduler that leaves the queue with the thread, or the thread with the
// context, comes out as other numbers.
func TestBesideCall(t *testing.T) {
	run := func(g, m int64, from, to time.Duration, calls ...sched.Span) sched.Run {
		return sched.Run{Span: sched.Span{From: from, To: to}, G: g, P: 0, M: m, Syscalls: calls}
	}
	caller := run(4, 100, 0, 30, sched.Span{From: 2, To: 3}, sched.Span{From: 10, To: 30})
	lost := []sched.Block{{Span: sched.Span{From: 10, To: 90}, G: 4, M: 100, P: 0, Lost: 30}}
	for _, c := range []struct {
		what         string
		blocked      []sched.Block
		runs         []sched.Run
		threads, ran int
	}{
		{"handed over", lost, []sched.Run{caller, run(1, 200, 40, 50), run(2, 200, 50, 60), run(3, 200, 60, 70), run(4, 200, 91, 95)}, 2, 4},
		{"the queue waits for the call", nil, []sched.Run{caller, run(1, 100, 30, 50), run(2, 100, 50, 60)}, 1, 1},
		{"one thread for all", lost, []sched.Run{caller, run(1, 100, 40, 50), run(2, 100, 50, 60), run(3, 100, 60, 70)}, 1, 4},
		{"one came too late", lost, []sched.Run{caller, run(1, 200, 40, 60), run(2, 200, 60, 92), run(3, 200, 92, 99)}, 2, 3},
		{"another P's are not its own", lost, []sched.Run{caller, {Span: sched.Span{From: 40, To: 50}, G: 1, P: 1, M: 200}}, 1, 1},
	} {
		if threads, ran := besideCall(timelineOf(c.blocked, c.runs...), 3); threads != c.threads || ran != c.ran {
			t.Errorf("%s: %d tasks on %d threads, want %d on %d", c.what, ran, threads, c.ran, c.threads)
		}
	}
}

// A real trace has every task, by its number, and what it ran on.
func TestTraceHasEveryTask(t *testing.T) {
	timeline, err := traceTasks(1, lockedTasks())
	if err != nil {
		t.Skip(err)
	}
	tasks := map[string]bool{}
	for _, r := range taskRuns(timeline) {
		tasks[timeline.Goroutines[r.G].Name] = true
	}
	if len(tasks) != manyTasks || !tasks["0"] || !tasks[strconv.Itoa(manyTasks-1)] {
		t.Errorf("the trace has the tasks %v, want %d", tasks, manyTasks)
	}
	if n := threadsAtOnce(timeline); n != 1 {
		t.Errorf("%d threads at once on one P", n)
	}
}
