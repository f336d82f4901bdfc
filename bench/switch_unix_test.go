//go:build unix

package bench

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"cachelab/bench/internal/harness"
	"cachelab/internal/crew"
	"cachelab/internal/host"
	"cachelab/internal/stats"
)

// runThreadSwitch passes one byte between two threads on one CPU over pipes: a
// switch is a write and a read that waits, as lmbench's lat_ctx has it. The
// descriptors block, so that the kernel switches and not Go's poller. The system calls
// are no part of the switch, and cost more than it: those of one thread alone, measured
// right after it, are subtracted, part by part.
func runThreadSwitch(b *testing.B, p harness.Place) {
	s := harness.CrewAt(b, p)
	var there, back [2]int
	for _, pipe := range []*[2]int{&there, &back} {
		if err := unix.Pipe(pipe[:]); err != nil {
			b.Fatal(err)
		}
		defer unix.Close(pipe[0])
		defer unix.Close(pipe[1])
	}
	parts, rounds := switchParts(switchRounds(b))
	perSwitch := make([]float64, 0, parts)
	for range parts {
		spent, err := playPipes(s, there, back, rounds)
		if err != nil {
			b.Fatal(err)
		}
		calls, err := pipeCalls(s, 2*rounds)
		if err != nil {
			b.Fatal(err)
		}
		perSwitch = append(perSwitch, switchTime(spent, calls, rounds))
	}
	// What is left may be nothing: ReportNS skips then.
	harness.ReportNS(b, stats.Median(perSwitch))
}

// playPipes is the time of so many rounds of two switches between the two workers.
func playPipes(s *harness.Seat, there, back [2]int, rounds int) (spent time.Duration, err error) {
	var failed [2]error
	s.Crew.Run(func(w *crew.Worker) {
		w.StopCounting()
		ball := make([]byte, 1)
		if w.Index == 1 {
			for i := range rounds {
				if failed[1] = pass(unix.Read, there[0], ball, byte(i)); failed[1] != nil {
					return
				}
				ball[0]++
				if failed[1] = pass(unix.Write, back[1], ball, byte(i)+1); failed[1] != nil {
					return
				}
			}
			return
		}
		begin := host.Now()
		for i := range rounds {
			ball[0] = byte(i)
			if failed[0] = pass(unix.Write, there[1], ball, byte(i)); failed[0] != nil {
				return
			}
			if failed[0] = pass(unix.Read, back[0], ball, byte(i)+1); failed[0] != nil {
				return
			}
		}
		spent = host.Now() - begin
	})
	return spent, errors.Join(failed[:]...)
}

// runPipe times a write and a read of one thread on its own pipe, which wait for nobody.
func runPipe(b *testing.B, p harness.Place) {
	calls, err := pipeCalls(harness.CrewAt(b, p), b.N)
	if err != nil {
		b.Fatal(err)
	}
	harness.ReportOps(b, calls, b.N)
}

// pipeCalls is the time of n writes and reads of the first worker alone.
func pipeCalls(s *harness.Seat, n int) (spent time.Duration, failed error) {
	var pipe [2]int
	if err := unix.Pipe(pipe[:]); err != nil {
		return 0, err
	}
	defer unix.Close(pipe[0])
	defer unix.Close(pipe[1])
	s.Crew.Run(func(w *crew.Worker) {
		if w.Index != 0 {
			return
		}
		ball := make([]byte, 1)
		begin := host.Now()
		for i := 0; i < n && failed == nil; i++ {
			ball[0] = byte(i)
			if failed = pass(unix.Write, pipe[1], ball, byte(i)); failed == nil {
				failed = pass(unix.Read, pipe[0], ball, byte(i))
			}
		}
		spent = host.Now() - begin
	})
	return spent, failed
}

// pass moves the ball and checks that it is the one expected.
func pass(call func(int, []byte) (int, error), file int, ball []byte, want byte) error {
	n, err := call(file, ball)
	for err == unix.EINTR { // the runtime's preemption signals
		n, err = call(file, ball)
	}
	switch {
	case err != nil:
		return fmt.Errorf("pass ball %d: %w", want, err)
	case n != 1 || ball[0] != want:
		return fmt.Errorf("passed %d bytes with ball %d, want ball %d", n, ball[0], want)
	}
	return nil
}
