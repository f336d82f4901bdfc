// Diagram runs a program of the course under the execution tracer and draws
// what the scheduler did: which P ran which goroutine when, on which thread.
//
//	go run ./course/diagram handoff
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"time"

	"cachelab/affinity"
	"cachelab/course/internal/proc"
	"cachelab/internal/sched"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := run(ctx, os.Stdout, os.Stderr, os.Args[1:])
	var usage usageError
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return
	case errors.As(err, &usage):
		fmt.Fprintln(os.Stderr, "diagram:", err)
		os.Exit(2)
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(os.Stderr, "diagram: interrupted")
		os.Exit(130)
	}
	fmt.Fprintln(os.Stderr, "diagram:", err)
	os.Exit(1)
}

// usageError is the user's mistake: exit code 2.
type usageError struct{ error }

const usage = `Diagram runs a program of the course under the execution tracer and draws what
the scheduler did.

usage: go run ./course/diagram PROGRAM [-o FILE.svg]

  go run ./course/diagram handoff
  go run ./course/diagram two-p -o two.svg

programs:
`

const (
	// runLimit is a hundred times what a program takes.
	runLimit = 20 * time.Second
	// mostRuns bounds how often a program is run until its trace shows what the
	// diagram is about: a second thread must find a CPU in time, for example.
	mostRuns = 20
)

func run(ctx context.Context, stdout, stderr io.Writer, args []string) error {
	f := flag.NewFlagSet("diagram", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	out := f.String("o", "", "write the drawing to this `file` (default PROGRAM.svg)")
	var name string
	// Flags may stand on either side of the program.
	for rest := args; ; {
		if err := f.Parse(rest); errors.Is(err, flag.ErrHelp) {
			fmt.Fprint(stderr, usage)
			for _, p := range drawings {
				fmt.Fprintf(stderr, "  %-12s %s\n", p.name, p.purpose)
			}
			fmt.Fprintln(stderr, "\nflags:")
			f.SetOutput(stderr)
			f.PrintDefaults()
			return err
		} else if err != nil {
			return usageError{fmt.Errorf("%w (-h shows the flags)", err)}
		}
		if f.NArg() == 0 {
			break
		}
		if name != "" {
			return usageError{fmt.Errorf("one program at a time, got %q and %q", name, f.Arg(0))}
		}
		name, rest = f.Arg(0), f.Args()[1:]
	}
	if name == "" {
		return usageError{fmt.Errorf("which program? expected one of %s", names())}
	}
	p, ok := find(name)
	if !ok {
		return usageError{fmt.Errorf("no program %q; expected one of %s", name, names())}
	}
	if *out == "" {
		*out = p.name + ".svg"
	}
	timeline, title, runs, err := trace(ctx, p)
	if err != nil {
		return err
	}
	var svg bytes.Buffer
	draw(&svg, timeline, labels{title: title, facts: facts(p), command: "go run ./course/diagram " + p.name})
	if err := os.WriteFile(*out, svg.Bytes(), 0o644); err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%s\nin %s (of run %d)\n", title, *out, runs)
	return err
}

// trace runs the program until a trace shows what the diagram is about.
func trace(ctx context.Context, p drawing) (t *sched.Timeline, title string, runs int, err error) {
	dir, err := os.MkdirTemp("", "course-diagram-")
	if err != nil {
		return nil, "", 0, err
	}
	defer os.RemoveAll(dir)
	binary, err := proc.Build(ctx, dir, p.pkg)
	if err != nil {
		return nil, "", 0, err
	}
	for runs = 1; runs <= mostRuns; runs++ {
		_, events, err := proc.Trace(ctx, runLimit, nil, binary, p.args...)
		if err != nil {
			return nil, "", 0, fmt.Errorf("%s: %w", p.pkg, err)
		}
		t = sched.Interpret(events)
		if title, ok := p.title(t, oneCPU()); ok {
			return t, title, runs, nil
		}
	}
	perhaps := "are the CPUs busy?"
	if oneCPU() {
		perhaps = "this process may use one CPU, on which threads take turns"
	}
	return nil, "", 0, fmt.Errorf("%s: none of %d runs showed it: %s", p.name, mostRuns, perhaps)
}

// oneCPU reports whether this process is known to have a single CPU.
func oneCPU() bool {
	cpus, err := affinity.Allowed()
	return err == nil && len(cpus) == 1
}

// facts is the line under the title: where and how the trace was made.
func facts(p drawing) string {
	cpus := "an unknown number of CPUs"
	if list, err := affinity.Allowed(); err == nil {
		cpus = fmt.Sprintf("%d CPUs", len(list))
		if len(list) == 1 {
			cpus = "one CPU, on which threads take turns"
		}
	}
	name := strings.TrimPrefix(p.pkg, "cachelab/") + " " + strings.Join(p.args, " ")
	return fmt.Sprintf("Execution trace of %s, %s %s/%s, %s", strings.TrimSpace(name), runtime.Version(), runtime.GOOS, runtime.GOARCH, cpus)
}
