// Diagram runs a program of the course under the execution tracer and draws
// what the scheduler did: which P ran which goroutine when, on which thread.
//
//	go run ./course/diagram handoff
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"cachelab/affinity"
	"cachelab/course/internal/proc"
	"cachelab/internal/cli"
	"cachelab/internal/sched"
)

func main() { cli.Main("diagram", run) }

const usage = `Diagram runs a program under the execution tracer and draws what the scheduler did.

usage: go run ./course/diagram [-o FILE.svg] WHAT [ARGUMENTS]

  go run ./course/diagram handoff
  go run ./course/diagram -o two.svg two-p
  go run ./course/diagram ./my/program -n 3     any main package
  go run ./course/diagram trace.out             a trace of go test -trace or runtime/trace

WHAT is a main package, a trace file, or one of the lesson's drawings:

%s
flags:
`

const (
	// runLimit is a hundred times what a program of the lesson takes.
	runLimit = 20 * time.Second
	// mostRuns bounds how often a program is run until its trace shows what the
	// diagram is about: a second thread must find a CPU in time, for example.
	mostRuns = 20
)

func run(ctx context.Context, stdout, stderr io.Writer, args []string) error {
	f := flag.NewFlagSet("diagram", flag.ContinueOnError)
	out := f.String("o", "", "write the drawing to this `file` (default WHAT.svg in the folder for temporary files)")
	var list strings.Builder
	for _, d := range drawings {
		fmt.Fprintf(&list, "  %-12s %s\n", d.name, d.purpose)
	}
	if err := cli.Parse(f, stderr, fmt.Sprintf(usage, &list), args); err != nil {
		return err
	}
	rest := f.Args()
	if len(rest) == 0 {
		return cli.Usagef("what? a main package, a trace file, or one of %s", names())
	}
	what, rest := rest[0], rest[1:]
	// As people type it: the flag may stand behind as well.
	err := cli.Parse(f, stderr, fmt.Sprintf(usage, &list), rest)
	if _, known := find(what); known && err != nil {
		return err
	}
	if err == nil {
		rest = f.Args() // else they are the program's own flags
	}
	if *out == "" {
		*out = filepath.Join(os.TempDir(), strings.TrimSuffix(filepath.Base(what), filepath.Ext(what))+".svg")
	}
	timeline, l, err := drawn(ctx, what, rest)
	if err != nil {
		return err
	}
	var svg bytes.Buffer
	if err := draw(&svg, timeline, l); err != nil {
		return err
	}
	if err := os.WriteFile(*out, svg.Bytes(), 0o644); err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%s\nin %s\n", l.title, *out)
	return err
}

// drawn finds out what is to be drawn, and traces it where it is a program.
func drawn(ctx context.Context, what string, args []string) (*sched.Timeline, labels, error) {
	l := labels{command: strings.Join(append([]string{"go run ./course/diagram", what}, args...), " ")}
	d, known := find(what)
	if info, err := os.Stat(what); !known && err == nil && !info.IsDir() && filepath.Ext(what) != ".go" {
		t, err := readTrace(what)
		if err != nil {
			return nil, l, err
		}
		l.title, l.facts = plainTitle(t, what), "Execution trace "+filepath.Base(what)
		return t, l, nil
	}
	switch {
	case known && len(args) > 0:
		return nil, l, cli.Usagef("one drawing at a time, and %s takes no arguments", what)
	case !known && !strings.ContainsAny(what, "./"):
		return nil, l, cli.Usagef("no drawing %q; expected a main package, a trace file, or one of %s", what, names())
	case !known:
		d = anything(what, args)
	}
	t, title, err := trace(ctx, d)
	l.title, l.facts, l.oneCPU = title, facts(d), oneCPU()
	return t, l, err
}

// trace runs the program until a trace shows what the diagram is about.
func trace(ctx context.Context, d drawing) (t *sched.Timeline, title string, err error) {
	dir, err := proc.Folder("course-diagram-")
	if err != nil {
		return nil, "", err
	}
	defer os.RemoveAll(dir)
	flags, err := traced(ctx, dir, d.pkg)
	if err != nil {
		return nil, "", err
	}
	binary, err := proc.Build(ctx, dir, d.pkg, flags...)
	if err != nil {
		return nil, "", err
	}
	limit := runLimit
	if _, known := find(d.name); !known {
		limit = patience
	}
	for range mostRuns {
		_, events, err := proc.Trace(ctx, limit, nil, binary, d.args...)
		if err != nil {
			return nil, "", fmt.Errorf("%s: %w", d.pkg, err)
		}
		t = sched.Interpret(events)
		if title, ok := d.title(t, oneCPU()); ok {
			return t, title, nil
		}
	}
	perhaps := "are the CPUs busy?"
	if oneCPU() {
		perhaps = "this process may use one CPU, on which threads take turns"
	}
	return nil, "", fmt.Errorf("%s: none of %d runs showed it: %s", d.name, mostRuns, perhaps)
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
