package lab

import (
	"errors"
	"flag"
	"io"
	"time"

	"cachelab/internal/cli"
)

// options are the flags as given.
type options struct {
	quick, full, plan, list, wait bool
	only, out, bin, machine       string
	passes                        int
	fixed                         bool // the user said how many passes
	benchtime                     time.Duration
}

const usage = `Lab measures this machine and tests what is taught about caches on it.

usage: go run ./scripts/lab [flags]

  go run ./scripts/lab                  everything, two to three minutes on two CPUs
  go run ./scripts/lab -quick           the main claims, under 45 seconds
  go run ./scripts/lab -full            20 passes of everything, to publish
  go run ./scripts/lab -only A7,line    some claims or lessons; -only 'C*' works too
  go run ./scripts/lab -list            the claims, lessons and benchmarks
  go run ./scripts/lab -plan            what would run, and for how long
  go run ./scripts/lab -plan -synthetic "pack:2 l3:8 core:8 pu:2"
  go test -c -o bench.test ./bench      then, on a host without Go:
  ./lab -bin ./bench.test

flags:
`

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("lab", flag.ContinueOnError)
	f.BoolVar(&o.quick, "quick", false, "the main claims only, in fewer and shorter passes")
	f.BoolVar(&o.full, "full", false, "20 passes of everything")
	f.StringVar(&o.only, "only", "", "comma-separated claim `ids` or lessons, such as A7,line; * and ? match as in file names")
	f.IntVar(&o.passes, "passes", 0, "`number` of passes (default 12; 10 with -quick, 20 with -full)")
	f.Func("benchtime", "`time` of one sample (default 10ms; 20ms with -full)", func(text string) (err error) {
		if o.benchtime, err = time.ParseDuration(text); err != nil {
			return errors.New("a time is written 10ms")
		}
		return nil
	})
	f.StringVar(&o.out, "out", "", "`folder` of the run (default results/runs/<machine>/<UTC stamp>)")
	f.StringVar(&o.bin, "bin", "", "benchmark `file` built with go test -c, for hosts without Go")
	f.BoolVar(&o.plan, "plan", false, "say what would run and for how long, and measure nothing")
	f.BoolVar(&o.list, "list", false, "list the claims, the lessons and the benchmarks, and measure nothing")
	f.BoolVar(&o.wait, "wait", false, "wait until no other run measures on this machine")
	f.StringVar(&o.machine, "synthetic", "", "with -plan or -list: for a machine of this `description`")
	if err := cli.Parse(f, stderr, usage, args); err != nil {
		return o, err
	}
	if err := cli.NoArgs(f); err != nil {
		return o, err
	}
	switch {
	case o.quick && o.full:
		return o, cli.Usagef("-quick and -full exclude each other")
	case o.machine != "" && !o.plan && !o.list:
		return o, cli.Usagef("-synthetic describes another machine, which cannot be measured: use it with -plan or -list")
	case o.plan:
		if err := cli.Only(f, "plan", "quick", "full", "only", "passes", "benchtime", "bin", "synthetic"); err != nil {
			return o, err
		}
	case o.list:
		if err := cli.Only(f, "list", "quick", "only", "bin", "synthetic"); err != nil {
			return o, err
		}
	}
	if err := checkGiven(f, o); err != nil {
		return o, err
	}
	o.setDefaults()
	return o, nil
}

// checkGiven refuses numbers that are nonsense where the user gave them: a 0
// would pass for a default.
func checkGiven(f *flag.FlagSet, o options) error {
	var err error
	f.Visit(func(given *flag.Flag) {
		switch {
		case err != nil:
		case given.Name == "passes" && o.passes < 1:
			err = cli.Usagef("-passes must be positive, and is %d", o.passes)
		case given.Name == "benchtime" && o.benchtime <= 0:
			err = cli.Usagef("-benchtime must be positive, and is %v", o.benchtime)
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
