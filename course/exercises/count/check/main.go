// Check judges the counting exercise: go run ./course/check count.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"cachelab/affinity"
	"cachelab/course/internal/judge"
	"cachelab/course/internal/proc"
	"cachelab/internal/sched"
)

func main() {
	judge.Main(func(r *judge.Report) error {
		ctx := context.Background()
		if err := check(ctx, r, "part A", answers+"/a", false); err != nil {
			return err
		}
		return check(ctx, r, "part B", answers+"/b", true)
	})
}

const (
	// runLimit is a hundred times what an answer takes.
	runLimit = 5 * time.Second
	// mostRuns is how often a part B with two Ps is run before it counts as not
	// parallel: the second P's thread must wake up and find a free CPU within
	// the 4 ms that the counting takes, which on two busy CPUs it does not always.
	mostRuns = 20
)

// check judges one part, a main package.
func check(ctx context.Context, r *judge.Report, part, pkg string, wantParallel bool) error {
	dir, err := os.MkdirTemp("", "course-count-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path, err := proc.Build(ctx, dir, pkg)
	var compile *proc.CompileError
	if errors.As(err, &compile) {
		r.Missing("%s: %v", part, compile)
		return nil
	} else if err != nil {
		return err
	}
	cpus, err := affinity.Allowed()
	oneCPU := err == nil && len(cpus) == 1
	best := parallelism{}
	runs := 0
	for runs < mostRuns {
		runs++
		output, events, err := proc.Trace(ctx, runLimit, nil, path)
		switch {
		case errors.Is(err, proc.ErrTimeout):
			r.Missing("%s: did not end within %v: does main wait for something that never comes?", part, runLimit)
			return nil
		case errors.Is(err, proc.ErrNoTrace):
			r.Missing("%s: cannot be watched: begin main with `defer program.StartTrace()()`, and let main return rather than call os.Exit", part)
			return nil
		case err != nil:
			r.Missing("%s: ended with %v", part, err)
			return nil
		}
		timeline := sched.Interpret(events)
		missing := checkOutput(output)
		if len(missing) == 0 {
			missing = checkGoroutines(timeline)
		}
		if len(missing) > 0 {
			for _, m := range missing {
				r.Missing("%s: %s", part, m)
			}
			return nil
		}
		best = parallelismOf(timeline, oneCPU)
		if !wantParallel || best.procs < 2 || best.parallel() {
			break
		}
	}
	r.Done("%s: 101 numbers from each of two anonymous goroutines, in order, and the closing line last", part)
	if wantParallel {
		reportParallel(r, part, best, runs)
	}
	return nil
}

func reportParallel(r *judge.Report, part string, p parallelism, runs int) {
	switch {
	case p.parallel():
		r.Done("%s: %s", part, p.words())
		if p.oneCPU {
			r.Note("%s: this process has one CPU: its two threads had a P each and took turns on it. Parallel in Go, not on this machine", part)
		}
	case p.procs < 2:
		r.Missing("%s: GOMAXPROCS is 1, so one P ran both: that is concurrency, however the lines alternate. Give the scheduler two Ps", part)
	default:
		r.Missing("%s: there were %d Ps, and in %d runs the two never worked at the same time (both ran for %v of the %v that the shorter one ran, and printed %d and %d lines in that time): does one wait for the other, and does each call program.Think?",
			part, p.procs, runs, p.overlap.Round(time.Microsecond), p.shorter.Round(time.Microsecond), p.lines[0], p.lines[1])
		if p.oneCPU {
			r.Note("%s: this process has one CPU, so a second thread seldom gets its turn in time. Try again, or with two CPUs", part)
		}
	}
	r.Why("An overlap is a time at which the trace shows both goroutines running, each on a P of its own, and printing. It needs two Ps (GOMAXPROCS), and two threads that get a CPU\nwithin the 4 ms that the counting takes: on one CPU, or beside busy neighbours, it may take several runs.")
}

func (p parallelism) words() string {
	return fmt.Sprintf("both ran at the same time for %v of the %v that the shorter one ran", p.overlap.Round(time.Microsecond), p.shorter.Round(time.Microsecond))
}
