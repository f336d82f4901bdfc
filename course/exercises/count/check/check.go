// Package check judges the counting exercise: go run ./course/check count.
package check

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"cachelab/affinity"
	"cachelab/course/internal/judge"
	"cachelab/course/internal/proc"
	"cachelab/course/internal/program"
	"cachelab/internal/sched"
)

const exercise = "cachelab/course/exercises/count/exercise"

// Check builds and traces both parts, and asks the second to be parallel.
func Check(r *judge.Report) error {
	ctx := context.Background()
	if err := checkPart(ctx, r, "a", false); err != nil {
		return err
	}
	return checkPart(ctx, r, "b", true)
}

const (
	// runLimit is a hundred times what an answer takes.
	runLimit = 5 * time.Second
	// mostRuns is how often a part B with two Ps is run before it counts as not
	// parallel: the second P's thread must wake up and find a free CPU within
	// the 4 ms that the counting takes, which on two busy CPUs it does not always.
	mostRuns = 20
	// runsTime ends the runs as well: beside other programs each takes long, and the
	// whole check has a minute (judge.Limit) for them and for compiling.
	runsTime = 10 * time.Second
)

// part is one of the two programs, built and with what is said of it.
type part struct {
	name   string
	binary string
	r      *judge.Report
}

// checkPart judges one part, a main package.
func checkPart(ctx context.Context, r *judge.Report, folder string, wantParallel bool) error {
	dir, err := proc.Folder("course-count-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	p := part{name: map[string]string{"a": "part A", "b": "part B"}[folder], r: r}
	p.binary, err = build(ctx, dir, folder)
	var compile *proc.CompileError
	if errors.As(err, &compile) {
		r.Missing("%s does not compile:\n%s", p.name, proc.LearnersLines(strings.ReplaceAll(compile.Output, judge.Folder(), "count/exercise"), "exercise"))
		return nil
	} else if err != nil {
		return err
	}
	cpus, err := affinity.Allowed()
	oneCPU := err == nil && len(cpus) == 1
	think := time.Duration(0)
	if wantParallel && oneCPU {
		think = longThink
	}
	best, runs := parallelism{}, 0
	for begin := time.Now(); runs < mostRuns && (runs == 0 || time.Since(begin) < runsTime); {
		runs++
		timeline, ok := p.run(ctx, think)
		if !ok {
			return nil
		}
		if runs == 1 && !p.waits(ctx, timeline) {
			return nil
		}
		best = parallelismOf(timeline, oneCPU)
		if !wantParallel || best.procs < 2 || best.parallel() {
			break
		}
	}
	r.Done("%s: 101 numbers from each of two anonymous goroutines, in order, and the closing line last", p.name)
	if !wantParallel {
		return nil
	}
	reportParallel(r, p.name, best)
	if best.mayBe() {
		return notSeen(ctx, r, p.name, best, runs, think)
	}
	return nil
}

// build compiles a part, with the files under judgement in place of the exercise's.
func build(ctx context.Context, dir, folder string) (string, error) {
	pkg, err := proc.PackageDir(ctx, exercise+"/"+folder)
	if err != nil {
		return "", err
	}
	replace, err := proc.InPlaceOf(pkg, filepath.Join(judge.Folder(), folder))
	if err != nil {
		return "", err
	}
	overlay, err := proc.Overlay(dir, replace)
	if err != nil {
		return "", err
	}
	return proc.Build(ctx, dir, exercise+"/"+folder, overlay)
}

// run runs the part under the tracer and looks at what it printed and at its
// goroutines. think is how long each program.Think is to take; 0 for the usual time.
// What is missing is in the report, and ok is then false.
func (p part) run(ctx context.Context, think time.Duration) (t *sched.Timeline, ok bool) {
	var env []string
	limit := runLimit
	if think > 0 {
		env = append(env, program.ThinkVariable+"="+think.String())
		limit += 202 * think // on one P the goroutines take turns
	}
	output, events, err := proc.Trace(ctx, limit, env, p.binary)
	var exit *proc.ExitError
	switch {
	case errors.Is(err, proc.ErrTimeout):
		p.r.Missing("%s: did not end within %v: does main wait for something that never comes?", p.name, limit)
		return nil, false
	case errors.Is(err, proc.ErrNoTrace):
		p.r.Missing("%s: cannot be watched: begin main with `defer program.StartTrace()()`, and let main return rather than call os.Exit", p.name)
		return nil, false
	case errors.As(err, &exit):
		p.r.Missing("%s ends with exit code %d:\n%s", p.name, exit.Result.Code, proc.LearnersPanic(exit.Result.Stderr, "exercise"))
		return nil, false
	case err != nil:
		p.r.Missing("%s: %v", p.name, err)
		return nil, false
	}
	t = sched.Interpret(events)
	missing := checkOutput(output)
	if len(missing) == 0 {
		missing = checkGoroutines(t)
	}
	for _, m := range missing {
		p.r.Missing("%s: %s", p.name, m)
	}
	return t, len(missing) == 0
}

const (
	// slower is how much longer than main slept its goroutines take in the second run.
	slower = 3
	// mostThink bounds that run: 101 numbers take 5 s at most.
	mostThink = 50 * time.Millisecond
)

// waits reports whether main waits for its goroutines. If main was asleep when they
// ended, it may have slept for a fixed time that happened to be enough: the goroutines
// are then made slower than that, and main must still be there.
func (p part) waits(ctx context.Context, t *sched.Timeline) bool {
	slept := sleptFor(t)
	if slept == 0 {
		return true
	}
	think := min(mostThink, max(time.Millisecond, slower*slept/101))
	quiet := part{p.name, p.binary, &judge.Report{}}
	if _, ok := quiet.run(ctx, think); ok {
		return true
	}
	p.r.Missing("%s: main slept for %v when its goroutines ended. When they take longer (%v a number), main ends before them: it does not wait for them", p.name, slept.Round(time.Millisecond), think)
	return false
}

// sleptFor is how long main slept in all, if it was asleep when the last of the
// counting goroutines ended; 0 if it was not.
func sleptFor(t *sched.Timeline) (sum time.Duration) {
	var last time.Duration
	for _, g := range counters(t) {
		last = max(last, g.Life.To)
	}
	if t.WaitsFor(mainID, last) != "sleep" {
		return 0
	}
	for _, park := range t.Parks {
		if park.G == mainID && park.Why == "sleep" {
			sum += park.Length()
		}
	}
	return sum
}
