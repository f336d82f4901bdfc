// Package check judges the exercise shutdown: go run ./course/check shutdown.
package check

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/trace"
	"strings"
	"time"

	"cachelab/course/internal/judge"
	"cachelab/internal/sched"
)

const (
	// patience is how long a call may take that should return at once. A loaded machine
	// is late by tens of milliseconds.
	patience = 3 * time.Second
	// grace is how long after the return a goroutine may take to end that has said that
	// it is done: sync.WaitGroup lets the waiter go on before the goroutine has ended.
	grace = 100 * time.Millisecond
)

var errJob = errors.New("the job's error")

// call is one way to use Process.
type call struct {
	what    string
	jobs    int
	workers int
	failing int  // the job that fails; none if negative
	cancel  bool // the context is cancelled while the jobs wait for it
	blocks  bool // jobs wait until their context is done
	slow    bool // the last job takes a while, and does not look at its context
	want    error
}

var calls = []call{
	{what: "all jobs succeed", jobs: 100, workers: 4, failing: -1},
	{what: "more workers than jobs", jobs: 3, workers: 8, failing: -1},
	{what: "there are no jobs", jobs: 0, workers: 4, failing: -1},
	{what: "a job fails", jobs: 100, workers: 4, failing: 10, want: errJob},
	{what: "a job fails while others wait for their context", jobs: 100, workers: 4, failing: 3, blocks: true, want: errJob},
	{what: "the last job takes long", jobs: 8, workers: 4, failing: -1, slow: true},
	{what: "the context is cancelled", jobs: 100, workers: 4, failing: -1, blocks: true, cancel: true, want: context.Canceled},
}

// Check calls Process in several ways, and asks each time that no goroutine is left.
func Check(r *judge.Report) error {
	for _, c := range calls {
		missing, account, err := c.run()
		if err != nil {
			return err
		}
		if missing != "" {
			r.Missing("%s: %s", c.what, missing)
			return nil
		}
		r.Done("%s: %s", c.what, account)
	}
	r.Why("The account is counted in an execution trace of the call: goroutines started, and goroutines ended. Each of them needs an end that somebody brings about (a closed channel, a cancelled\ncontext), and somebody who waits for it.")
	return nil
}

// run calls Process under the tracer. It says what is missing, or what the account is.
func (c call) run() (missing, account string, err error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	j := &jobs{call: c, cancel: cancel, begun: map[int]int{}}
	list := make([]int, c.jobs)
	for i := range list {
		list[i] = i
	}
	var recorded bytes.Buffer
	if err := trace.Start(&recorded); err != nil {
		return "", "", err
	}
	before := runtime.NumGoroutine()
	returned := make(chan result, 1)
	go func() {
		done, err := process(ctx, list, c.workers, j.work)
		returned <- result{done, j.active.Load(), err}
	}()
	var got result
	select {
	case got = <-returned:
	case <-time.After(patience):
		trace.Stop()
		return fmt.Sprintf("Process has not returned after %v", patience), "", nil
	}
	for begin := time.Now(); runtime.NumGoroutine() > before && time.Since(begin) < grace; {
		time.Sleep(time.Millisecond)
	}
	trace.Stop()
	events, err := sched.Read(&recorded, "")
	if err != nil {
		return "", "", err
	}
	a := sched.Interpret(events).Account()
	return j.missing(got, a), fmt.Sprintf("%d goroutines started, all ended", a.Started-1), nil // without the check's own
}

// result is what Process returned, and how many jobs still ran then.
type result struct {
	done   int
	active int64
	err    error
}

// missing says what is wrong with a call that returned.
func (j *jobs) missing(got result, a sched.Account) string {
	switch {
	case got.active > 0:
		return fmt.Sprintf("Process returns while %d jobs are still running: wait for the workers", got.active)
	case len(a.Left) > 0:
		var where []string
		for _, g := range a.Left {
			where = append(where, strings.TrimPrefix(g.Func, "cachelab/course/exercises/"))
		}
		return fmt.Sprintf("%d goroutines are left behind after Process has returned: %s", len(a.Left), strings.Join(where, ", "))
	case j.late.Load():
		return "jobs that were running did not see their context cancelled"
	case !errors.Is(got.err, j.want):
		return fmt.Sprintf("the error is %v, want %v", got.err, j.want)
	case int64(got.done) != j.done.Load():
		return fmt.Sprintf("it says that %d jobs were done, and %d were", got.done, j.done.Load())
	}
	return j.jobsMissing()
}
