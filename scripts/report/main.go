// Command report draws a recorded run anew, or compares runs of several
// machines.
//
//	go run ./scripts/report results/runs/MACHINE/STAMP
//	go run ./scripts/report -out /tmp/side-by-side RUN-A RUN-B
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"cachelab/internal/cli"
	"cachelab/internal/format"
	"cachelab/results/report"
	"cachelab/results/rundir"
)

func main() { cli.Main("report", run) }

const usage = `usage: go run ./scripts/report [-out DIR] RUN...

RUN is the folder of a run, or a file of benchmark output. One run is drawn
anew: report.html and figures/*.svg, from run.txt, machine.json and
verdicts.json as they are; nothing is measured or judged again. Several runs
are set side by side on one page.

Examples:

  go run ./scripts/report results/runs/MACHINE/STAMP
  go run ./scripts/report -out /tmp/side-by-side results/reference/*
  go test -bench . -count=10 ./bench > mine.txt && go run ./scripts/report mine.txt

Nothing is overwritten. Without -out the page of one run goes to a new folder
beside its files, RUN/report-<UTC stamp>, that of several to
results/runs/comparison-<UTC stamp>.

Flags:
`

// run is the command: it writes the path of the new page to stdout.
func run(_ context.Context, stdout, stderr io.Writer, args []string) error {
	f := flag.NewFlagSet("report", flag.ContinueOnError)
	out := f.String("out", "", "write the report into `DIR`, which must not have one yet")
	if err := cli.Parse(f, stderr, usage, args); err != nil {
		return err
	}
	if f.NArg() == 0 {
		return cli.Usagef("no run is named (-h shows examples)")
	}
	var runs []report.Input
	for _, path := range f.Args() {
		in, err := report.Read(path)
		if err != nil {
			return err
		}
		runs = append(runs, in)
		warn(stderr, in)
	}
	dir := *out
	if dir == "" {
		dir = defaultDir(f.Args(), time.Now())
	}
	if err := write(dir, runs); err != nil {
		return cli.Hint(err, rundir.ErrFolder, "choose another folder with -out")
	}
	_, err := fmt.Fprintln(stdout, filepath.Join(dir, rundir.PageName))
	return err
}

// warn says what of a file could not be read. The page says it as well.
func warn(stderr io.Writer, in report.Input) {
	if in.Log == nil {
		return
	}
	for _, w := range in.Log.Warnings {
		fmt.Fprintf(stderr, "report: %s\n", format.OneLine(w.String()))
	}
}

func write(dir string, runs []report.Input) error {
	if len(runs) == 1 {
		return report.Write(dir, runs[0])
	}
	return report.WriteComparison(dir, runs)
}

// defaultDir is where a report goes when nobody says. The page of one run
// stays with the run, because its numbers are read beside run.txt; it is a new
// folder each time, because a run that has been looked at must not change. A
// comparison belongs to no single run and goes where runs are kept.
func defaultDir(paths []string, now time.Time) string {
	stamp := format.Stamp(now) // as run folders are named
	if len(paths) > 1 {
		return filepath.Join("results", "runs", "comparison-"+stamp)
	}
	base := paths[0]
	if info, err := os.Stat(base); err == nil && !info.IsDir() {
		base = filepath.Dir(base)
	}
	return filepath.Join(base, "report-"+stamp)
}
