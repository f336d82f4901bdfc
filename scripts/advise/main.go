// Advise tells whether a program of your own suffers from false sharing,
// where, and what padding gains on this machine.
//
//	go install ./scripts/advise
//	advise -bench Queue ./...
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"cachelab/internal/advise"
	"cachelab/internal/advise/finding"
	"cachelab/internal/advise/show"
	"cachelab/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Stdout, os.Stderr, os.Args[1:])
	stop()
	os.Exit(code)
}

// Exit codes, as the usage text gives them.
const (
	exitMeasured    = 0
	exitFailed      = 1
	exitUsage       = 2
	exitGain        = 3
	exitInterrupted = 130
)

const usage = `Advise runs your program, finds lines that are falsely shared, names the fields,
and measures what padding gains on this machine. It changes nothing in your tree.

usage: advise [flags] [packages]

  advise -bench Queue ./...            run benchmarks
  advise -run TestLoad ./server        run tests
  advise -main ./cmd/server -- -n 100  run a program
  advise -bench . -json . > found.json
  advise -bench . -patch pads.patch .  also write the pads that are worth it
  advise -bench . -check .             for CI: exit 3 if a pad gains more than 1.05

Exit codes: 0 measured, 1 something could not be measured or shown, 2 usage, 3
with -check where a pad is proved to gain more than the limit, 130 interrupted.

Not seen: copy, append, maps and channels, plain fields inside package sync,
assembly and C code. Counts are of sampled accesses: compare them with each other,
but do not read them as rates.

flags:
`

// check is the value of -check: a limit that needs no value.
type check struct{ limit float64 }

func (c *check) String() string   { return "" }
func (c *check) IsBoolFlag() bool { return true }
func (c *check) Set(s string) error {
	if s == "true" {
		c.limit = 1.05 // the same limit as "worth it" has
		return nil
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || v < 1 {
		return fmt.Errorf("need a factor of at least 1, such as 1.2")
	}
	c.limit = v
	return nil
}

type settings struct {
	advise.Options
	json  bool
	patch string
	check check
}

// parse reads the command line. Errors are usage errors.
func parse(stderr io.Writer, args []string) (*settings, error) {
	s := &settings{}
	f := flag.NewFlagSet("advise", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.StringVar(&s.Bench, "bench", "", "run the benchmarks that match this `expression`")
	f.StringVar(&s.Run, "run", "", "run the tests that match this `expression`")
	f.StringVar(&s.Main, "main", "", "run the program of this `package`; its arguments follow --")
	f.StringVar(&s.Dir, "C", "", "work in this `folder`")
	f.BoolVar(&s.json, "json", false, "print one JSON document")
	f.IntVar(&s.Line, "line", 64, "judge for lines of this many `bytes`: 64 or 128")
	f.StringVar(&s.patch, "patch", "", "write the pads that are worth it to this `file`")
	f.Var(&s.check, "check", "exit 3 if a gain above 1.05 is proved; -check=1.2 sets another limit")
	pkgs := f.String("pkg", "", "record only these `packages` (patterns, comma-separated)")
	f.DurationVar(&s.Limit, "limit", 2*time.Minute, "end a recorded process after this `time`")
	gain := f.Bool("gain", true, "measure what padding gains; -gain=false only finds the lines")
	if err := f.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			cli.Help(stderr, f, usage)
		}
		return nil, err
	}
	s.Prove, s.Patterns = *gain, f.Args()
	if *pkgs != "" {
		s.Packages = strings.Split(*pkgs, ",")
	}
	if s.Main != "" {
		if n := len(args) - f.NArg(); f.NArg() > 0 && args[n-1] != "--" {
			return nil, fmt.Errorf("-main %s: %q is not a flag of advise: put the program's arguments after --", s.Main, f.Arg(0))
		}
		s.Args, s.Patterns = f.Args(), nil
	} else if len(s.Patterns) == 0 {
		s.Patterns = []string{"."}
	}
	return s, s.validate()
}

func (s *settings) validate() error {
	asked := 0
	for _, what := range []string{s.Bench, s.Run, s.Main} {
		if what != "" {
			asked++
		}
	}
	switch {
	case asked != 1:
		return errors.New("say what to run: one of -bench, -run and -main")
	case s.Line != 64 && s.Line != 128:
		return fmt.Errorf("-line %d: the sizes are 64 and 128", s.Line)
	case !s.Prove && (s.patch != "" || s.check.limit > 0):
		return errors.New("-patch and -check need the gain: leave -gain=false out")
	case s.Limit <= 0:
		return fmt.Errorf("-limit %v: need a positive time", s.Limit)
	case s.patch != "":
		return writable(s.patch)
	}
	return nil
}

// writable says early, before minutes of measuring, that a file cannot be written.
func writable(path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("-patch %s: this is a folder, name a file", path)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".advise-*")
	if err != nil {
		var p *os.PathError
		if errors.As(err, &p) {
			err = p.Err
		}
		return fmt.Errorf("-patch %s: cannot write to this folder: %w", path, err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

func run(ctx context.Context, stdout, stderr io.Writer, args []string) int {
	s, err := parse(stderr, args)
	if errors.Is(err, flag.ErrHelp) {
		return exitMeasured
	} else if err != nil {
		fmt.Fprintf(stderr, "advise: %v (-h shows the flags)\n", err)
		return exitUsage
	}
	s.Stderr = stderr
	doc, err := advise.Run(ctx, s.Options)
	if doc != nil {
		for _, f := range doc.Failures {
			fmt.Fprintf(stderr, "advise: %s: %s\n", f.What, f.Reason)
		}
		if err := s.write(stdout, stderr, doc); err != nil {
			fmt.Fprintf(stderr, "advise: %v\n", err)
			return exitFailed
		}
	}
	var mistake advise.UsageError
	switch {
	case errors.Is(err, advise.ErrInterrupted):
		return exitInterrupted
	case errors.As(err, &mistake):
		fmt.Fprintf(stderr, "advise: %v\n", err)
		return exitUsage
	case err != nil:
		fmt.Fprintf(stderr, "advise: %v\n", err)
		return exitFailed
	case s.check.limit > 0 && proved(doc, s.check.limit):
		return exitGain
	case len(doc.Failures) > 0:
		return exitFailed
	}
	return exitMeasured
}

// proved says whether a gain above the limit is certain.
func proved(doc *finding.Document, limit float64) bool {
	for _, f := range doc.Findings {
		if g := f.Gain; g != nil && g.By == "benchmark" && g.Ratio != nil && g.Ratio.Lo > limit {
			return true
		}
	}
	return false
}

// write shows the document and writes the patch that was asked for.
func (s *settings) write(stdout, stderr io.Writer, doc *finding.Document) error {
	if s.patch != "" && doc.Patch == "" {
		fmt.Fprintf(stderr, "advise: no pad is worth it, so %s is not written\n", s.patch)
	} else if s.patch != "" {
		if err := writePatch(s.patch, doc.Patch); err != nil {
			return err
		}
		fmt.Fprintf(stderr, "advise: the pads that are worth it are in %s; git apply writes them into the source\n", s.patch)
	}
	switch {
	case s.json:
		return show.JSON(stdout, doc)
	case doc.Watched.Seconds > 0 || len(doc.Findings) > 0:
		return show.Text(stdout, doc)
	}
	return nil
}

// writePatch writes beside the file and renames, so that a patch is whole.
func writePatch(path, diff string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".advise-*")
	if err != nil {
		return err
	}
	_, err = f.WriteString(diff)
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
