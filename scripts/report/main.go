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

	"cachelab/bench/claims"
	"cachelab/internal/cli"
	"cachelab/internal/format"
	"cachelab/internal/lab"
	"cachelab/results/report"
	"cachelab/results/report/text"
	"cachelab/results/rundir"
)

func main() { cli.Main("report", run) }

const usage = `usage: go run ./scripts/report [-out DIR | -csv | -md] RUN...

RUN is the folder of a run, or a file of benchmark output. One run is drawn
again from its files, as report.html and figures/*.svg. Nothing is measured or
judged again. Several runs are compared on one page, which starts with the
verdicts that differ. For a file, the page has its benchmarks. For two files, or
one with a line such as "version: old", it has what changed. -csv and -md
print the verdicts, or the file's benchmarks, as a table instead.
A run that was ended before it was judged is judged and drawn where it is.

Examples:

  go run ./scripts/report results/runs/MACHINE/STAMP
  go run ./scripts/report -out /tmp/compared results/reference/*
  go run ./scripts/report -csv results/reference/* > verdicts.csv
  go test -bench . -count=10 ./bench > mine.txt && go run ./scripts/report mine.txt

No file is overwritten. Without -out the page of one run goes to a new folder
in the run, RUN/report-<UTC stamp>, and that of several to
results/runs/comparison-<UTC stamp>.

Flags:
`

// run is the command: it writes the path of the new page to stdout.
func run(ctx context.Context, stdout, stderr io.Writer, args []string) error {
	f := flag.NewFlagSet("report", flag.ContinueOnError)
	out := f.String("out", "", "write the report into `DIR`, which must have no report yet")
	asCSV := f.Bool("csv", false, "print the verdicts as comma-separated values, and write no report")
	asMarkdown := f.Bool("md", false, "print the verdicts as a Markdown table, and write no report")
	if err := cli.Parse(f, stderr, usage, args); err != nil {
		return err
	}
	if err := cli.FlagsFirst(f); err != nil {
		return err
	}
	switch {
	case f.NArg() == 0:
		return cli.Usagef("no run is named (-h shows examples)")
	case (*asCSV || *asMarkdown) && *out != "", *asCSV && *asMarkdown:
		return cli.Usagef("-csv, -md and -out exclude each other")
	}
	if f.NArg() == 1 && *out == "" && !*asCSV && !*asMarkdown {
		if done, err := rundir.Finished(f.Arg(0)); err == nil && !done {
			return lab.Complete(ctx, f.Arg(0), stdout, stderr)
		}
	}
	var runs []report.Input
	for _, path := range f.Args() {
		in, err := lab.Read(path)
		if err != nil {
			return err
		}
		runs = append(runs, in)
		warn(stderr, in)
	}
	root := lab.CloneRoot()
	known := claims.Describe(os.DirFS(root)) // of no folder, "", nothing can be read
	for i := range runs {
		report.Describe(&runs[i], root, known)
		if v := runs[i].Verdicts; v != nil {
			if note := claims.OutdatedNote(v.Verdicts); note != "" {
				runs[i].Notes = append([]string{note}, runs[i].Notes...)
			}
		}
	}
	switch {
	case *asCSV:
		return text.CSV(stdout, runs)
	case *asMarkdown:
		return text.Markdown(stdout, runs)
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
