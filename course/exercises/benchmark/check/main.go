// Check judges the exercise benchmark: go run ./course/check benchmark.
package main

import (
	"fmt"
	"math"
	"sync"
	"time"

	"cachelab/course/internal/judge"
)

func main() { judge.Main(check) }

const (
	// many makes a sample of some 0.1 to 1 ms.
	many = 20_000
	// smallTrials make a minimum of very short times. The minimum and not the
	// median, because all that can happen to so short a time (a cold cache after the
	// workers' start, an interrupt) adds to it.
	smallTrials = 201
)

// check holds the learner's benchmark to truths that are known beforehand: a
// benchmark that gets them wrong measures something else.
func check(r *judge.Report) error {
	if err := totals(r); err != nil {
		return err
	}
	if err := onlyTheWork(r); err != nil {
		return err
	}
	if err := nobodyBeside(r); err != nil {
		return err
	}
	return somebodyBeside(r)
}

func totals(r *judge.Report) error {
	got, err := Compare(1, many)
	if err != nil {
		r.Missing("Compare(1, %d) fails: %v", many, err)
		return nil
	}
	if got.PackedTotal != many || got.PaddedTotal != many {
		r.Missing("one worker that counts to %d has %d side by side and %d apart: both layouts must do the same work, and prove it", many, got.PackedTotal, got.PaddedTotal)
	} else {
		r.Done("both layouts count as much as they should")
	}
	return nil
}

// shareOfStart is how much of the time that it takes to start and join one goroutine a
// benchmark may take to time one increment. One that starts and joins on the
// clock takes all of it and more; one whose worker was there before takes the
// clock's own 30 ns, up to 130 where its thread has just woken up: a tenth to a
// half.
const shareOfStart = 0.7

// onlyTheWork: with one increment to do, what is timed is the way to time it.
func onlyTheWork(r *judge.Report) error {
	// Before and after: the machine may be in another mood by then.
	started := startAndJoin()
	packed, padded := math.Inf(1), math.Inf(1)
	for range smallTrials {
		got, err := Compare(1, 1)
		if err != nil {
			r.Missing("Compare(1, 1) fails: %v", err)
			return nil
		}
		packed, padded = min(packed, got.PackedNS), min(padded, got.PaddedNS)
	}
	started = min(started, startAndJoin())
	ns := max(packed, padded)
	if ns > shareOfStart*started {
		r.Missing("goroutines are started and joined on the clock: one increment of one worker takes %.0f ns with your benchmark, and to start and join a goroutine alone takes %.0f. Start the workers first, let them meet, then time (crew.Crew, Worker.Time)", ns, started)
	} else {
		r.Done("nothing is timed but the work: %.0f ns for one increment (a goroutine started and joined would be %.0f ns)", ns, started)
	}
	return nil
}

// startAndJoin is the least time in which a goroutine is started and waited
// for, in nanoseconds.
func startAndJoin() float64 {
	least := math.Inf(1)
	for range smallTrials {
		begin := time.Now()
		var running sync.WaitGroup
		running.Go(func() {})
		running.Wait()
		least = min(least, float64(time.Since(begin).Nanoseconds()))
	}
	return least
}

// arms are the learner's two layouts.
func arms(workers int, failed *error) []judge.Arm {
	arm := func(name string, pick func(Result) float64) judge.Arm {
		return judge.Arm{Name: name, Sample: func() float64 {
			got, err := Compare(workers, many)
			if err != nil {
				*failed = err
				return 1
			}
			return max(pick(got), 1e-3) // a time of nothing has no ratio
		}}
	}
	return []judge.Arm{
		arm("side", func(r Result) float64 { return r.PackedNS }),
		arm("lines", func(r Result) float64 { return r.PaddedNS }),
	}
}

// somebodyBeside: two workers must show what the lab's own arms show.
func somebodyBeside(r *judge.Report) error {
	pair, why, err := judge.NewPair()
	if err != nil {
		return err
	}
	if pair == nil {
		r.Note("two workers cannot be judged here: %s", why)
		r.Why("False sharing takes two CPUs at the same time: %s.", why)
		return nil
	}
	defer pair.Close()
	var failed error
	verdicts, err := judge.Measure(append(arms(2, &failed), pair.Packed(), pair.Apart()),
		judge.Comparison{ID: "control", Slow: "packed", Fast: "apart", AtLeast: 1.3},
		judge.Comparison{ID: "yours", Slow: "side", Fast: "lines", AtLeast: 1.2})
	if err != nil || failed != nil {
		return fmt.Errorf("two workers: %w", firstOf(err, failed))
	}
	control, yours := verdicts["control"], verdicts["yours"]
	const structure = true // nothing else is asked where the machine shows nothing
	r.Weigh(control, yours, structure,
		"with two workers your packed counters take "+judge.Ratio(yours)+" times as long as the padded ones",
		"with two workers your packed counters take "+judge.Ratio(yours)+" times as long as the padded ones, and the lab's own "+judge.Ratio(control)+" times. Are the padded ones really on lines of their own? Padding round a pointer does not move what it points to")
	r.Why("%s", pair.Place())
	return nil
}

func firstOf(a, b error) error {
	if a != nil {
		return a
	}
	return b
}
