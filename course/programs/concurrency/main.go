// Concurrency prints the alphabet from two goroutines that share one P: many
// things dealt with at once, one done at a time.
//
//	go run ./course/programs/concurrency
//
// Usually the upper case comes first, although the lower case was started
// first: the goroutine created last sits in the P's run-next slot
// (runtime/proc.go, runqput), the others wait in its queue. It is a habit of the
// scheduler and no promise. Neither is it a promise that a case comes in one
// block: each letter is a write to the terminal, and a goroutine whose write
// takes long gives its P away (see course/programs/handoff).
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"

	"cachelab/course/internal/program"
)

const help = `Concurrency prints the alphabet from two goroutines that share one P.

usage: go run ./course/programs/concurrency
`

func main() {
	program.ParseFlags(flag.NewFlagSet("concurrency", flag.ContinueOnError), help)
	out := &program.Output{W: os.Stdout}
	defer out.Check("concurrency")
	defer program.StartTrace()()
	run(out)
}

// run is the program. w must take writes of several goroutines, as a file does.
func run(w io.Writer) {
	// One P: one goroutine runs Go code at a time, however many CPUs there are.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))

	fmt.Fprintln(w, "Start Goroutines")
	// The account of running goroutines: Go adds one, and takes it off when
	// the function returns.
	var running sync.WaitGroup
	running.Go(func() {
		program.Name("lower")
		alphabet(w, 'a')
	})
	running.Go(func() {
		program.Name("upper")
		alphabet(w, 'A')
	})

	fmt.Fprintln(w, "Waiting To Finish")
	running.Wait()
	fmt.Fprintln(w, "\nTerminating Program")
}

// alphabet prints the 26 letters from first on, three times.
func alphabet(w io.Writer, first rune) {
	for range 3 {
		for letter := first; letter < first+26; letter++ {
			program.Think()
			fmt.Fprintf(w, "%c ", letter)
		}
	}
}
