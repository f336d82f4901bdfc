// Shutdown shows three programs that end badly, and their fixes.
//
//	go run ./course/programs/shutdown -show leak
//	go run ./course/programs/shutdown -show leak -fixed
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"cachelab/course/internal/program"
)

const help = `Shutdown shows three programs that end badly, and their fixes.

usage: go run ./course/programs/shutdown -show leak|early|deaf [-fixed]

  leak    a goroutine sends to nobody, and waits for ever
  early   main returns while a goroutine is writing
  deaf    a worker ignores that it was told to stop

flags:
`

// shows are the programs: as they go wrong, and fixed.
var shows = map[string][2]func(io.Writer){
	"leak":  {leak, leakFixed},
	"early": {early, earlyFixed},
	"deaf":  {deaf, deafFixed},
}

func main() {
	f := flag.NewFlagSet("shutdown", flag.ContinueOnError)
	show := f.String("show", "leak", "the `program`: leak, early or deaf")
	fixed := f.Bool("fixed", false, "run the fixed program")
	program.ParseFlags(f, help)
	pair, ok := shows[*show]
	if !ok {
		names := slices.Sorted(maps.Keys(shows))
		fmt.Fprintf(os.Stderr, "shutdown: no program %q; there are %s\n", *show, strings.Join(names, ", "))
		os.Exit(2)
	}
	out := &program.Output{W: os.Stdout}
	defer out.Check("shutdown")
	defer program.StartTrace()()
	run := pair[0]
	if *fixed {
		run = pair[1]
	}
	account(out, run)
}

// settle is how long a goroutine that is about to end may take.
const settle = 20 * time.Millisecond

// account runs a program and says how many goroutines it left behind.
func account(w io.Writer, run func(io.Writer)) (left int) {
	before := runtime.NumGoroutine()
	run(w)
	for begin := time.Now(); runtime.NumGoroutine() > before && time.Since(begin) < settle; {
		time.Sleep(time.Millisecond)
	}
	left = runtime.NumGoroutine() - before
	fmt.Fprintf(w, "goroutines before: %d, after: %d, left behind: %d\n", before, before+left, left)
	return left
}

// search asks three servers and takes the first answer. The other two send to a channel
// that nobody reads any more.
func search(ctx context.Context, answers chan string) {
	for i := range 3 {
		go func() {
			answer := fmt.Sprintf("answer of server %d", i)
			select {
			case answers <- answer:
			case <-ctx.Done():
			}
		}()
	}
}

func leak(w io.Writer) {
	answers := make(chan string)
	search(context.Background(), answers) // a context that is never done
	<-answers
	fmt.Fprintln(w, "got the first answer")
}

func leakFixed(w io.Writer) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel() // gives each sender a way out
	answers := make(chan string)
	search(ctx, answers)
	<-answers
	fmt.Fprintln(w, "got the first answer")
}

// lines is how much the goroutine of early writes.
const lines = 5

func write(w io.Writer) {
	for i := 1; i <= lines; i++ {
		time.Sleep(time.Millisecond) // a slow disk
		fmt.Fprintf(w, "line %d of %d\n", i, lines)
	}
}

func early(w io.Writer) {
	go write(w)
	fmt.Fprintln(w, "main returns")
}

func earlyFixed(w io.Writer) {
	var running sync.WaitGroup
	running.Go(func() { write(w) })
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
