// Handoff shows what the scheduler does with a goroutine that blocks in a
// system call: it keeps its thread, and the P goes to another thread and runs
// the next goroutine.
//
//	go run ./course/programs/handoff
//	go run ./course/diagram handoff
//
// One P, four goroutines. The reader runs first, with three workers in the
// queue behind it, and blocks in read(2) of a pipe that nobody has written to. The last
// worker writes; the reader's thread returns from the call without a P, and its
// goroutine joins the queue.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"time"

	"cachelab/course/internal/program"
)

const help = `Handoff shows what becomes of the P of a goroutine that blocks in a system call.

usage: go run ./course/programs/handoff
`

func main() {
	program.ParseFlags(flag.NewFlagSet("handoff", flag.ContinueOnError), help)
	out := &program.Output{W: os.Stdout}
	defer out.Check("handoff")
	defer program.StartTrace()()
	if err := run(out); err != nil {
		fmt.Fprintln(os.Stderr, "handoff:", err)
		os.Exit(1)
	}
}

// workTime is how long a worker computes: less than a time slice (10 ms), so
// that each runs in one piece, and more than the 20 us and up after which the
// monitor thread takes the P from a blocked thread (runtime/proc.go, retake), but
// not so much more that this moment is lost in a diagram of the whole.
const workTime = 400 * time.Microsecond

func run(w io.Writer) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	from, to, err := os.Pipe()
	if err != nil {
		return err
	}
	defer from.Close()
	defer to.Close()
	// Fd puts the file into blocking mode: a read then blocks its thread. Left
	// alone, the runtime would park the goroutine and wait in its network
	// poller, without a thread.
	from.Fd()

	var running sync.WaitGroup
	var readErr, writeErr error
	for _, name := range []string{"work 1", "work 2", "work 3"} {
		running.Go(func() {
			program.Name(name)
			compute(workTime)
			fmt.Fprintln(w, name, "done")
			if name == "work 3" {
				_, writeErr = to.Write([]byte("!"))
			}
		})
	}
	// Created last, it runs first: it takes the run-next slot.
	running.Go(func() {
		program.Name("reader")
		fmt.Fprintln(w, "reader blocks in read(2)")
		_, readErr = from.Read(make([]byte, 1))
		fmt.Fprintln(w, "reader done")
	})
	running.Wait()
	fmt.Fprintln(w, "Terminating Program")
	if readErr != nil {
		return readErr
	}
	return writeErr
}

// compute keeps the CPU busy for d.
func compute(d time.Duration) {
	for begin := time.Now(); time.Since(begin) < d; {
	}
}
