// Parallelism prints the alphabet from two goroutines on two Ps: two things
// done at once.
//
//	go run ./course/programs/parallelism
//
// It is course/programs/concurrency with another number in one line. Now the cases may
// interleave, each in its own order. They need not: a second P's thread must wake
// up first (some 50 us), and it needs a CPU that is free.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"

	"cachelab/affinity"
	"cachelab/course/internal/program"
)

const help = `Parallelism prints the alphabet from two goroutines on two Ps.

usage: go run ./course/programs/parallelism
`

func main() {
	program.ParseFlags(flag.NewFlagSet("parallelism", flag.ContinueOnError), help)
	out := &program.Output{W: os.Stdout}
	defer out.Check("parallelism")
	defer program.StartTrace()()
	run(out)
	if cpus, err := affinity.Allowed(); err == nil && len(cpus) == 1 {
		fmt.Fprintln(out, "(One CPU: two Ps and two threads, which the operating system lets take turns. This is concurrency again.)")
	}
}

// run is the program. w must take writes of several goroutines, as a file does.
func run(w io.Writer) {
	// Two Ps: two goroutines run Go code at the same time, where there are two
	// CPUs to run the threads.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))

	fmt.Fprintln(w, "Start Goroutines")
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
