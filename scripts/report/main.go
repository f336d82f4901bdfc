// Command report draws a recorded run anew, or compares runs of several
// machines.
//
//	go run ./scripts/report results/runs/MACHINE/STAMP
//	go run ./scripts/report -out /tmp/side-by-side RUN-A RUN-B
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"cachelab/results/report"
)

func main() {
	os.Exit(exitCode(os.Stderr, run(os.Stdout, os.Stderr, os.Args[1:])))
}

const usage = `usage: go run ./scripts/report [-out DIR] RUN...

RUN is the folder of a run, or a file of benchmark output. One run is drawn
anew: report.html and figures/*.svg, from run.txt, machine.json and
verdicts.json as they are; nothing is measured or judged again. Several runs
are set side by side on one page.

Examples:

  go run ./scripts/report results/runs/MACHINE/STAMP
  go run ./scripts/report -out /tmp/side-by-side results/reference/*
  go test -bench=. -count=10 ./bench > mine.txt && go run ./scripts/report mine.txt

Nothing is overwritten. Without -out the page of one run goes to a new folder
beside its files, RUN/report-<UTC stamp>, that of several to
results/runs/comparison-<UTC stamp>.

Flags:
`

// errUsage marks an error of the command line.
var errUsage = errors.New("see -h")

// exitCode prints what went wrong, in one line, and chooses the exit status.
func exitCode(stderr io.Writer, err error) int {
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errUsage):
		fmt.Fprintln(stderr, "report:", err)
		return 2
	}
	fmt.Fprintln(stderr, "report:", err)
	return 1
}

// run is the command: it writes the path of the new page to stdout.
func run(stdout, stderr io.Writer, args []string) error {
	flags := flag.NewFlagSet("report", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	out := flags.String("out", "", "write the report into `DIR`, which must not have one yet")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stderr, usage)
		flags.SetOutput(stderr)
		flags.PrintDefaults()
		return err
	} else if err != nil {
		return fmt.Errorf("%v; %w", err, errUsage)
	}
	if flags.NArg() == 0 {
		return fmt.Errorf("no run is named; %w", errUsage)
	}
	var runs []report.Input
	for _, path := range flags.Args() {
		in, err := report.Read(path)
		if err != nil {
			return err
		}
		runs = append(runs, in)
	}
	dir := *out
	if dir == "" {
		dir = defaultDir(flags.Args(), time.Now())
	}
	var err error
	if len(runs) == 1 {
		err = report.Write(dir, runs[0])
	} else {
		err = report.WriteComparison(dir, runs)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(stdout, filepath.Join(dir, report.PageFile))
	return err
}

// defaultDir is where a report goes when nobody says. The page of one run
// stays with the run, because its numbers are read beside run.txt; it is a new
// folder each time, because a run that has been looked at must not change. A
// comparison belongs to no single run and goes where runs are kept.
func defaultDir(paths []string, now time.Time) string {
	stamp := now.UTC().Format("20060102T150405Z") // as run folders are named
	if len(paths) > 1 {
		return filepath.Join("results", "runs", "comparison-"+stamp)
	}
	base := paths[0]
	if info, err := os.Stat(base); err == nil && !info.IsDir() {
		base = filepath.Dir(base)
	}
	return filepath.Join(base, "report-"+stamp)
}
