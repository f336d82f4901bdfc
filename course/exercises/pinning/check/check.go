// Package check judges the exercise pinning: go run ./course/check pinning.
package check

import (
	"fmt"
	"runtime"
	"slices"
	"unsafe"

	"cachelab/affinity"
	"cachelab/course/internal/judge"
	"cachelab/internal/arena"
)

const (
	// askedRounds are enough that a thread that is free to move, on a machine with
	// nothing else to do, is not taken for one that is pinned: its mask says so anyway.
	askedRounds = 20
	// nowhere is a CPU that no machine has.
	nowhere = 1 << 20
)

// Check asks the thread to stay on one CPU for all rounds, and to be free afterwards.
func Check(r *judge.Report) error {
	if can := affinity.Support(); !can.Pin {
		r.NotHere("%s", can.Reason)
		return nil
	}
	cpus, err := affinity.Allowed()
	if err != nil {
		return err
	}
	if len(cpus) < 2 {
		r.NotHere("it takes two CPUs, and this process may use one: a thread cannot move")
		return nil
	}
	if missing := stays(cpus); missing != "" {
		r.Missing("%s", missing)
		return nil
	}
	if missing := givesBack(cpus); missing != "" {
		r.Missing("%s", missing)
		return nil
	}
	r.Done("all %d rounds ran on one CPU of those given, and the thread may run where it might before", askedRounds)
	visited := false
	if err := onThread(func() error { return rounds([]int{nowhere}, 1, func(int) { visited = true }) }); err == nil || visited {
		r.Missing("with CPU %d, which this machine does not have, the error is %v and visit was called: %v. Nothing may run unpinned", nowhere, err, visited)
		return nil
	}
	r.Done("a CPU that is not there is an error, and visit is not called")
	return show(r, cpus)
}

// onThread runs f on a thread that ends with it, so that what f does to the thread has
// no consequence.
func onThread(f func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // and no unlock: the thread ends with the goroutine
		done <- f()
	}()
	return <-done
}

// stays says what is missing from how the rounds were run.
func stays(cpus []int) (missing string) {
	err := onThread(func() error {
		before, known := mask()
		var seen []int
		next := 0
		err := rounds(cpus, askedRounds, func(round int) {
			if round != next {
				missing = fmt.Sprintf("visit gets round %d, and round %d is next", round, next)
			}
			next++
			if cpu, err := affinity.Current(); err == nil && !slices.Contains(seen, cpu) {
				seen = append(seen, cpu)
			}
			if now, ok := mask(); ok && len(now) != 1 && missing == "" {
				missing = fmt.Sprintf("in round %d the thread may run on CPUs %v: it is not pinned", round, now)
			}
		})
		switch {
		case missing != "" || err != nil:
		case next != askedRounds:
			missing = fmt.Sprintf("visit was called %d times for %d rounds", next, askedRounds)
		case len(seen) != 1:
			missing = fmt.Sprintf("the rounds ran on CPUs %v: each move leaves the lines behind that the thread has written", seen)
		case !slices.Contains(cpus, seen[0]):
			missing = fmt.Sprintf("the rounds ran on CPU %d, which was not given", seen[0])
		default:
			if after, _ := mask(); known && !slices.Equal(before, after) {
				missing = fmt.Sprintf("after Rounds the thread may run on CPUs %v, before it was %v: give it back as it was", after, before)
			}
		}
		return err
	})
	if err != nil {
		return fmt.Sprintf("Rounds fails: %v", err)
	}
	return missing
}

// givesBack says what is missing where the thread was tied to another CPU before.
func givesBack(cpus []int) (missing string) {
	err := onThread(func() error {
		if err := affinity.Move(cpus[1]); err != nil {
			return err
		}
		before, known := mask()
		if err := rounds(cpus[:1], 1, func(int) {}); err != nil {
			return err
		}
		if after, _ := mask(); known && !slices.Equal(before, after) {
			missing = fmt.Sprintf("a thread that might run on CPUs %v before may run on %v after Rounds: give it back as it was", before, after)
		}
		return nil
	})
	if err != nil {
		return fmt.Sprintf("Rounds fails on a thread that is tied to another CPU: %v", err)
	}
	return missing
}

// setBytes is a working set that a private cache holds, and that a move leaves behind.
const setBytes = 256 << 10

// show measures rounds over a working set that is written, on a thread that stays and on
// one that moves.
func show(r *judge.Report, cpus []int) error {
	memory, err := arena.New(setBytes, arena.Huge)
	if err != nil {
		return err
	}
	defer memory.Close()
	visit := func(int) {
		for i := 0; i < setBytes; i += 64 {
			*(*uint64)(unsafe.Add(memory.At(0), i))++
		}
	}
	var failed error
	arm := func(run func([]int, int, func(int)) error) judge.Arm {
		return judge.Arm{Sample: func() float64 { return roundNS(cpus, visit, run, &failed) }}
	}
	gain, err := judge.MeasureGain(arm(moves), arm(pinned), arm(rounds))
	if err != nil {
		return err
	}
	if failed != nil {
		return failed
	}
	r.Show(gain)
	r.Why("A move costs the system call, and then each line that the thread had written comes out of the other CPU's cache when it is touched. go run ./scripts/lab -quick -only A8 takes the two apart.")
	return nil
}

func moves(cpus []int, n int, visit func(int)) error {
	for round := range n {
		if err := affinity.Do(cpus[round%len(cpus)], func() { visit(round) }); err != nil {
			return err
		}
	}
	return nil
}

func pinned(cpus []int, n int, visit func(int)) error {
	return affinity.Do(cpus[0], func() {
		for round := range n {
			visit(round)
		}
	})
}
