// Timeslicing prints primes from two goroutines on one P, and says how often the
// P went from one to the other.
//
//	go run ./course/programs/timeslicing                  primes below 5000: about one slice of work each
//	go run ./course/programs/timeslicing -below 30000     some five slices each
//
// A goroutine that never waits is stopped after its slice of 10 ms
// (runtime/proc.go, forcePreemptNS), so that the other gets its turn. Since Go
// 1.14 a signal stops it at nearly every instruction (a safe point), also in a loop without a call. The
// request comes from the runtime's monitor thread, which on a quiet program looks
// only every 10 ms: slices of 10 to 20 ms are normal.
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

const help = `Timeslicing prints primes from two goroutines on one P, and says how often the P
went from one to the other.

usage: go run ./course/programs/timeslicing [-below NUMBER] [-quiet]

  go run ./course/programs/timeslicing                  about one slice of work each
  go run ./course/programs/timeslicing -below 30000     some five slices each

flags:
`

func main() {
	f := flag.NewFlagSet("timeslicing", flag.ContinueOnError)
	below := f.Int("below", 5000, "print the primes below this `number`")
	quiet := f.Bool("quiet", false, "print the number of switches, and no primes")
	program.ParseFlags(f, help)
	if *below < 0 {
		fmt.Fprintf(os.Stderr, "timeslicing: -below is %d, expected 0 or more\n", *below)
		os.Exit(2)
	}
	out := &program.Output{W: os.Stdout}
	defer out.Check("timeslicing")
	defer program.StartTrace()()
	run(out, *below, *quiet)
}

// run is the program. It returns the number of switches: how often a line
// comes from the other goroutine than the line before.
func run(w io.Writer, below int, quiet bool) (switches int) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))

	fmt.Fprintln(w, "Start Goroutines")
	var running sync.WaitGroup
	out := &counter{w: w}
	if quiet {
		out.w = io.Discard
	}
	for _, name := range []string{"A", "B"} {
		running.Go(func() {
			program.Name(name)
			primes(out, name, below)
		})
	}
	fmt.Fprintln(w, "Waiting To Finish")
	running.Wait()
	fmt.Fprintf(w, "Switches between A and B: %d\n", out.switches)
	fmt.Fprintln(w, "Terminating Program")
	return out.switches
}

// primes prints name:p for the primes p below the bound, found by trying every
// smaller number: the slowness is the point.
func primes(out *counter, name string, below int) {
next:
	for n := 2; n < below; n++ {
		for d := 2; d < n; d++ {
			if n%d == 0 {
				continue next
			}
		}
		out.print(name, n)
	}
}

// counter prints lines and counts how often their name changes.
type counter struct {
	mu       sync.Mutex
	w        io.Writer
	last     string
	switches int
}

func (c *counter) print(name string, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last != "" && c.last != name {
		c.switches++
	}
	c.last = name
	fmt.Fprintf(c.w, "%s:%d\n", name, n)
}
