// Lab measures the machine that it runs on, puts the claims of the course, the
// talk and the papers to the test, and says which of them hold here.
//
//	go run ./scripts/lab
//
// It leaves a folder with every measured line, the verdicts, benchstat's tables
// and a report with figures.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first interrupt ends the measuring; the second one, while the report
	// is written, ends the program as usual.
	context.AfterFunc(ctx, stop)
	os.Exit(exitCode(run(ctx, os.Stdout, os.Stderr, os.Args[1:]), os.Stderr))
}

// usageError is the user's mistake: exit code 2.
type usageError struct{ error }

// errInterrupted says that the run was ended early, with what was finished
// kept: exit code 130, as a shell has it for SIGINT.
var errInterrupted = errors.New("interrupted")

func exitCode(err error, stderr io.Writer) int {
	var usage usageError
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "lab: %v\n", err)
		return 2
	case errors.Is(err, errInterrupted):
		fmt.Fprintf(stderr, "lab: %v\n", err)
		return 130
	}
	fmt.Fprintf(stderr, "lab: %v\n", err)
	return 1
}

// options are the flags as given.
type options struct {
	quick, full, plan       bool
	only, out, bin, machine string
	passes                  int
	fixed                   bool // the user said how many passes
	benchtime               time.Duration
}

const usage = `Lab measures this machine and tests what is taught about caches on it.

usage: go run ./scripts/lab [flags]

  go run ./scripts/lab                  everything, two to three minutes on two CPUs
  go run ./scripts/lab -quick           the main claims, under 45 seconds
  go run ./scripts/lab -full            20 passes of everything, to publish
  go run ./scripts/lab -only A7,line    some claims or lessons
  go run ./scripts/lab -plan            what would run, and for how long
  go run ./scripts/lab -plan -synthetic "pack:2 l3:8 core:8 pu:2"
  go test -c -o bench.test ./bench      then, on a host without Go:
  ./lab -bin ./bench.test

flags:
`

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("lab", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.BoolVar(&o.quick, "quick", false, "the main claims only, in fewer and shorter passes")
	f.BoolVar(&o.full, "full", false, "20 passes of everything")
	f.StringVar(&o.only, "only", "", "comma-separated claim `ids` or lessons, such as A7,line")
	f.IntVar(&o.passes, "passes", 0, "`number` of passes (default 12; 10 with -quick, 20 with -full)")
	f.DurationVar(&o.benchtime, "benchtime", 0, "`time` of one sample (default 10ms; 20ms with -full)")
	f.StringVar(&o.out, "out", "", "`folder` of the run (default results/runs/<machine>/<UTC stamp>)")
	f.StringVar(&o.bin, "bin", "", "benchmark `file` built with go test -c, for hosts without Go")
	f.BoolVar(&o.plan, "plan", false, "say what would run and how long it would take, and end")
	f.StringVar(&o.machine, "synthetic", "", "with -plan: for a machine of this `description`")
	err := f.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stderr, usage)
		f.SetOutput(stderr)
		f.PrintDefaults()
		return o, err
	case err != nil:
		return o, usageError{fmt.Errorf("%w (-h shows the flags; a time is written 10ms)", err)}
	case f.NArg() > 0:
		return o, usageError{fmt.Errorf("unexpected argument %q (-h shows the flags)", f.Arg(0))}
	case o.quick && o.full:
		return o, usageError{errors.New("-quick and -full exclude each other")}
	case o.machine != "" && !o.plan:
		return o, usageError{errors.New("-synthetic describes a machine that is not here: it goes with -plan")}
	}
	if err := checkGiven(f, o); err != nil {
		return o, usageError{err}
	}
	o.setDefaults()
	return o, nil
}

// checkGiven refuses values that are nonsense where the user gave them: a 0 would
// pass for a default, and an empty name mostly is a shell variable that is not
// set.
func checkGiven(f *flag.FlagSet, o options) error {
	var err error
	f.Visit(func(given *flag.Flag) {
		bad := false
		switch given.Name {
		case "passes":
			bad = o.passes < 1
		case "benchtime":
			bad = o.benchtime <= 0
		case "only", "out", "bin", "synthetic":
			if given.Value.String() == "" {
				err = cmpErr(err, fmt.Errorf("-%s is empty (-h shows examples)", given.Name))
			}
		}
		if bad {
			err = cmpErr(err, fmt.Errorf("-%s must be positive, and is %s", given.Name, given.Value))
		}
	})
	return err
}

// Defaults of a run. With n passes an exact signed-rank test reaches 2/2^n and
// the interval of the median loses one outlier at each end from nine passes on:
// ten can decide some twenty claims after correction, twelve a hundred.
const (
	quickPasses, defaultPasses, fullPasses = 10, 12, 20

	// A sample of 10 ms is a thousand times the clock's step at the fastest
	// kernel and mostly escapes a neighbour's time slices.
	shortSample, longSample = 10 * time.Millisecond, 20 * time.Millisecond
)

func (o *options) setDefaults() {
	passes, benchtime := defaultPasses, shortSample
	switch {
	case o.quick:
		passes = quickPasses
	case o.full:
		passes, benchtime = fullPasses, longSample
	}
	o.fixed = o.passes != 0
	if !o.fixed {
		o.passes = passes
	}
	if o.benchtime == 0 {
		o.benchtime = benchtime
	}
}
