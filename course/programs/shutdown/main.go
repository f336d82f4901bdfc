// Shutdown shows four programs that end badly, and their fixes.
//
//	go run ./course/programs/shutdown -show leak
//	go run ./course/programs/shutdown -show leak -fixed
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"cachelab/course/internal/program"
)

const help = `Shutdown shows four programs that end badly, and their fixes.

usage: go run ./course/programs/shutdown -show leak|early|deaf|error [-fixed]

  leak    a goroutine sends to nobody, and waits for ever
  early   main returns while a goroutine is writing
  deaf    a worker ignores that it was told to stop
  error   one of three downloads fails, and the others go on for nothing

flags:
`

// show is a program: as it goes wrong, and fixed.
type show struct{ wrong, fixed func(io.Writer) }

var shows = map[string]show{
	"leak":  {leak, leakFixed},
	"early": {early, earlyFixed},
	"deaf":  {deaf, deafFixed},
	"error": {failure, failureFixed},
}

func main() {
	f := flag.NewFlagSet("shutdown", flag.ContinueOnError)
	name := f.String("show", "leak", "the `program`: leak, early, deaf or error")
	fixed := f.Bool("fixed", false, "run the fixed program")
	program.ParseFlags(f, help)
	chosen, ok := shows[*name]
	if !ok {
		names := slices.Sorted(maps.Keys(shows))
		fmt.Fprintf(os.Stderr, "shutdown: no program %q; there are %s\n", *name, strings.Join(names, ", "))
		os.Exit(2)
	}
	out := &program.Output{W: os.Stdout}
	defer out.Check("shutdown")
	defer program.StartTrace()()
	run := chosen.wrong
	if *fixed {
		run = chosen.fixed
	}
	account(out, run)
}

// settle is how long a goroutine may take to end that has told a WaitGroup that it is done.
const settle = 5 * time.Millisecond

// account runs a program and says how many goroutines it left behind: they end with the
// process, wherever they are.
func account(w io.Writer, run func(io.Writer)) (left int) {
	before := runtime.NumGoroutine()
	run(w)
	for begin := time.Now(); runtime.NumGoroutine() > before && time.Since(begin) < settle; {
		runtime.Gosched()
	}
	left = runtime.NumGoroutine() - before
	fmt.Fprintf(w, "goroutines before: %d, after: %d, left behind: %d\n", before, before+left, left)
	return left
}

// search asks three servers and takes the first answer. The other two send to a channel
// that nobody reads any more.
func search(ctx context.Context, answers chan string, running *sync.WaitGroup) {
	for i := range 3 {
		running.Go(func() {
			answer := fmt.Sprintf("answer of server %d", i)
			select {
			case answers <- answer:
			case <-ctx.Done():
			}
		})
	}
}

func leak(w io.Writer) {
	answers := make(chan string)
	search(context.Background(), answers, new(sync.WaitGroup)) // never done, and never waited for
	<-answers
	fmt.Fprintln(w, "got the first answer")
}

func leakFixed(w io.Writer) {
	ctx, cancel := context.WithCancel(context.Background())
	answers := make(chan string)
	var running sync.WaitGroup
	search(ctx, answers, &running)
	<-answers
	fmt.Fprintln(w, "got the first answer")
	cancel() // gives each sender a way out
	running.Wait()
}

// lines is how much the goroutine of early writes, and slow how long it takes for each.
// main has something to do as well, for a line and a bit.
const (
	lines  = 5
	slow   = 4 * settle
	mainly = slow + settle
)

func write(w io.Writer) {
	for i := 1; i <= lines; i++ {
		time.Sleep(slow) // a slow disk
		fmt.Fprintf(w, "line %d of %d\n", i, lines)
	}
}

func early(w io.Writer) {
	go write(w)
	time.Sleep(mainly)
	fmt.Fprintln(w, "main returns")
}

func earlyFixed(w io.Writer) {
	var running sync.WaitGroup
	running.Go(func() { write(w) })
	time.Sleep(mainly)
	running.Wait()
	fmt.Fprintln(w, "main returns")
}

// work goes on until stop says so.
func work(stop func() bool) {
	for range 500 { // half a second: a worker that is deaf outlives the program
		if stop() {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

func deaf(w io.Writer) {
	_, cancel := context.WithCancel(context.Background())
	go work(func() bool { return false }) // the context was dropped on the way
	cancel()
	fmt.Fprintln(w, "told the worker to stop")
}

func deafFixed(w io.Writer) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { work(func() bool { return ctx.Err() != nil }) })
	cancel()
	fmt.Fprintln(w, "told the worker to stop")
	running.Wait() // to tell is not to wait
}

// steps is how long a download is, in milliseconds.
const steps = 300

// download goes on for some steps unless ctx is done. The first server does not answer.
func download(ctx context.Context, server int, done *atomic.Int64) error {
	if server == 0 {
		return errors.New("server 0 does not answer")
	}
	for range steps {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		time.Sleep(time.Millisecond)
		done.Add(1)
	}
	return nil
}

func failure(w io.Writer) {
	var running sync.WaitGroup
	var done atomic.Int64
	var all error // one goroutine writes it here; with two it would be a race
	for server := range 3 {
		running.Go(func() {
			if err := download(context.Background(), server, &done); err != nil {
				all = err
			}
		})
	}
	running.Wait()
	fmt.Fprintf(w, "%v; the others went on for %d steps\n", all, done.Load())
}

func failureFixed(w io.Writer) {
	group, ctx := errgroup.WithContext(context.Background())
	var done atomic.Int64
	for server := range 3 {
		group.Go(func() error { return download(ctx, server, &done) })
	}
	err := group.Wait() // the first error, which has cancelled ctx
	fmt.Fprintf(w, "%v; the others went on for %d steps\n", err, done.Load())
}
