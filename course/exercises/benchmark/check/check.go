// Package check judges the exercise benchmark: go run ./course/check benchmark.
package check

import (
	"fmt"
	"math"
	"sync"
	"time"

	"cachelab/course/internal/judge"
)

const (
	// many makes a sample of some 0.1 to 1 ms.
	many = 20_000
	// smallTrials make a minimum of very short times. The minimum and not the
	// median, because all that can happen to so short a time (a cold cache after the
	// workers' start, an interrupt) adds to it.
	smallTrials = 201
)

// Check holds the learner's benchmark to truths that are known beforehand: a
// benchmark that gets them wrong measures something else. The first that it gets wrong
// ends the check, because what follows builds on it.
func Check(r *judge.Report) error {
	for _, step := range []func(*judge.Report) error{totals, realTimes, onlyTheWork, nobodyBeside, somebodyBeside} {
		if err := step(r); err != nil || r.Outcome() != judge.Passes {
			return err
		}
	}
	return nil
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

const (
	// long makes a call of some 10 ms, long compared with starting workers.
	long = 2_000_000
	// sameCalls are enough calls to tell a measured number from a constant: two
	// readings of a clock in nanoseconds hardly ever agree to the last digit.
	sameCalls = 5
)

// realTimes: the times must be times of this call, by the check's own clock.
func realTimes(r *judge.Report) error {
	var first Result
	same := true
	for i := range sameCalls {
		got, err := Compare(1, many)
		if err != nil {
			r.Missing("Compare(1, %d) fails: %v", many, err)
			return nil
		}
		if i == 0 {
			first = got
		}
		same = same && got.PackedNS == first.PackedNS && got.PaddedNS == first.PaddedNS
	}
	if same {
		r.Missing("%d calls return the same two times, %g and %g ns: a time that is measured varies", sameCalls, first.PackedNS, first.PaddedNS)
		return nil
	}
	begin := time.Now()
	got, err := Compare(1, long)
	took := time.Since(begin)
	if err != nil {
		r.Missing("Compare(1, %d) fails: %v", long, err)
		return nil
	}
	reported := time.Duration((got.PackedNS + got.PaddedNS) * long)
	if reported > took {
		r.Missing("the times are too long to be true: by your numbers counting took %v in all, and the whole call took %v", reported.Round(time.Microsecond), took.Round(time.Microsecond))
		return nil
	}
	if got.PackedNS <= 0 || got.PaddedNS <= 0 {
		r.Missing("the times of one increment are %g and %g ns: both must be above 0", got.PackedNS, got.PaddedNS)
		return nil
	}
	r.Done("the times are times of the call: %v of counting in a call of %v", reported.Round(time.Microsecond), took.Round(time.Microsecond))
	return nil
}

// shareOfStart is how much of the time that it takes to start and join one goroutine a
// benchmark may take to time one increment. One that starts and joins on the
// clock takes all of it and more; one whose worker was there before takes the
// clock's own 30 ns, up to 130 where its thread has just woken up: a tenth to a
// half. What is between that and all of it is not judged: one that counts on a line which
// another CPU has just written took 331 ns of 371.
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
	switch {
	case ns > shareOfStart*started && ns < started:
		r.Again("one increment of one worker takes %.0f ns with your benchmark, and to start and join a goroutine alone takes %.0f: too near to tell whether that is on the clock. It need not be: where another worker has just written the counters, the first increment waits for their line. Run it again on a quiet machine", ns, started)
	case ns >= started:
		r.Missing("goroutines are started and joined on the clock: one increment of one worker takes %.0f ns with your benchmark, and to start and join a goroutine alone takes %.0f. Start the workers first, let them meet, then time (crew.Crew, Worker.Time)", ns, started)
	default:
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
			if want := uint64(workers * many); err == nil && (got.PackedTotal != want || got.PaddedTotal != want) {
				err = fmt.Errorf("%d workers that count to %d each have %d side by side and %d apart; right is %d", workers, many, got.PackedTotal, got.PaddedTotal, want)
			}
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
		r.NotHere("two workers cannot be judged: %s", why)
		r.Why("False sharing takes two CPUs at the same time: %s.", why)
		return nil
	}
	defer pair.Close()
	var failed error
	yours := arms(2, &failed)
	gain, err := judge.MeasurePairs(pair.Packed(), pair.Apart(), yours[0], yours[1])
	if err != nil {
		return err
	}
	if failed != nil {
		r.Missing("two workers: %v", failed)
		return nil
	}
	notGot := "with two workers your two layouts differ too little. Are your packed counters on one line, and your padded counters (not pointers to them) on lines of their own?"
	if gain.Yours.Hi < 1 {
		notGot = "with two workers your padded counters are the slower ones. Have the two layouts changed places?"
	}
	r.Weigh(gain, "with two workers your benchmark shows what the layout costs", notGot)
	r.WhySharing(pair)
	return nil
}
