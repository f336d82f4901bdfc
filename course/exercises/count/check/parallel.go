package check

import (
	"context"
	"math"
	"os"
	"time"

	"cachelab/course/internal/judge"
	"cachelab/course/internal/proc"
)

// reportParallel says what the trace shows of part B, if it shows something.
func reportParallel(r *judge.Report, part string, p parallelism) {
	switch {
	case p.parallel():
		r.Done("%s: %s", part, p.words())
		if p.oneCPU {
			r.Note("%s: this process has one CPU: its two threads had a P each and took turns on it. Parallel in Go, not on this machine", part)
		}
	case p.procs < 2:
		r.Missing("%s: GOMAXPROCS is 1, so one P ran both: that is concurrency, however the lines alternate. Give the scheduler two Ps", part)
	case p.thoughts == [2]int{}:
		r.Missing("%s: no call of program.Think was seen in either goroutine. Call it before each number: it is the work by which the check tells running from waiting", part)
	}
	r.Why("An overlap is a time at which the trace shows both goroutines running, each on a P of its own, and calling program.Think. It needs two Ps (GOMAXPROCS), and two threads that get a CPU\nwithin the 4 ms that the counting takes: on one CPU, or beside busy neighbours, it may take several runs.")
}

// mayBe reports whether a run that was not parallel might have been: it has what it takes,
// and the second thread may only have got no CPU.
func (p parallelism) mayBe() bool {
	return !p.parallel() && p.procs >= 2 && p.thoughts != [2]int{}
}

// notSeen decides what it means that none of some runs was parallel: the model solution is
// run beside it, and tells an answer whose goroutines take turns from a machine without
// a second CPU to spare.
func notSeen(ctx context.Context, r *judge.Report, part string, p parallelism, runs int, think time.Duration) error {
	often, of, err := control(ctx, runs, p.oneCPU, think)
	if err != nil {
		return err
	}
	if byChance(often, of, runs) > mostChance {
		r.Again("%s: in %d runs the two never worked at the same time, and those of the model solution did in %d of %d. The CPUs are busy with other programs: run it again on a quiet machine", part, runs, often, of)
		return nil
	}
	r.Missing("%s: there were %d Ps, and in %d runs the two never worked at the same time (the model solution: in %d of %d). Both were on a thread for %v of the %v that the shorter one ran, and did %d and %d of their 101 pieces of work in that time",
		part, p.procs, runs, often, of, p.overlap.Round(time.Microsecond), p.shorter.Round(time.Microsecond), p.both[0], p.both[1])
	return nil
}

const (
	// mostChance is how probable it may be that an answer as good as the model is seen
	// in none of its runs, before it is refused.
	mostChance = 0.01
	// enough runs of the model say how often it is parallel.
	enough = 5
	// controlTime ends them too, see runsTime.
	controlTime = 5 * time.Second
)

// byChance is how probable it is that none of some runs is parallel, if a run is as often
// as the model's.
func byChance(often, of, runs int) float64 {
	if of == 0 {
		return 1
	}
	return math.Pow(1-float64(often)/float64(of), float64(runs))
}

// control runs the model solution of part B as often as it takes to know how often it is
// parallel.
func control(ctx context.Context, runs int, oneCPU bool, think time.Duration) (often, of int, err error) {
	dir, err := proc.Folder("course-count-")
	if err != nil {
		return 0, 0, err
	}
	defer os.RemoveAll(dir)
	binary, err := proc.Build(ctx, dir, "cachelab/course/exercises/count/solution/b")
	if err != nil {
		return 0, 0, err
	}
	model := part{"the model solution", binary, &judge.Report{}}
	for begin := time.Now(); of < mostRuns && time.Since(begin) < controlTime; {
		timeline, ok := model.run(ctx, think)
		of++
		if ok && parallelismOf(timeline, oneCPU).parallel() {
			often++
		}
		if of >= enough && byChance(often, of, runs) <= mostChance {
			break
		}
	}
	return often, of, nil
}
