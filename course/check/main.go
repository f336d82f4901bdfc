// Check says what is missing from the course's exercises.
//
//	go run ./course/check
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"time"

	"cachelab/course/internal/judge"
	"cachelab/course/internal/proc"
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
		fmt.Fprintln(os.Stderr, "check:", err)
		os.Exit(2)
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(os.Stderr, "check: interrupted")
		os.Exit(130)
	}
	fmt.Fprintln(os.Stderr, "check:", err)
	os.Exit(1)
}

// usageError is the user's mistake: exit code 2.
type usageError struct{ error }

// exercises in the order of the course. Each is a folder of course/exercises
// with a check of its own, a program: an exercise that does not compile, hangs or
// panics then says so, and leaves the others alone.
var exercises = []string{"count", "unpad", "pad", "stack", "matrix", "shards", "benchmark"}

const usage = `Check says what is missing from the course's exercises.

usage: go run ./course/check [flags] [NAME ...]

  go run ./course/check                   all exercises
  go run ./course/check pad               one of them
  go run ./course/check -why pad          and why it may not reproduce here
  go run ./course/check -solution         the solutions instead

Exit code 0: all pass; 1: something is not yet.

exercises: %s

flags:
`

// timeLimit ends a check that hangs. The slowest measures for some 3 s.
const timeLimit = time.Minute

func run(ctx context.Context, stdout, stderr io.Writer, args []string) error {
	f := flag.NewFlagSet("check", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	solution := f.Bool("solution", false, "check the solutions instead of the exercises")
	why := f.Bool("why", false, "explain why an effect may not reproduce on this machine")
	if err := f.Parse(args); errors.Is(err, flag.ErrHelp) {
		fmt.Fprintf(stderr, usage, strings.Join(exercises, ", "))
		f.SetOutput(stderr)
		f.PrintDefaults()
		return err
	} else if err != nil {
		return usageError{fmt.Errorf("%w (-h shows the flags)", err)}
	}
	names := f.Args()
	for _, name := range names {
		if !slices.Contains(exercises, name) {
			return usageError{fmt.Errorf("no exercise %q; there are %s", name, strings.Join(exercises, ", "))}
		}
	}
	if len(names) == 0 {
		names = exercises
	}
	dir, err := os.MkdirTemp("", "course-check-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	notYet := 0
	for _, name := range names {
		result, report, err := checkOne(ctx, dir, "cachelab/course/exercises/"+name+"/check", *solution, *why)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if result != passes {
			notYet++
		}
		text := fmt.Sprintf("%-10s %s\n%s\n", name, result, strings.TrimRight(report, "\n"))
		if result != passes && !*solution {
			text += fmt.Sprintf("  task     course/exercises/%s/README.md\n", name)
		}
		if _, err := io.WriteString(stdout, text); err != nil {
			return err
		}
	}
	if notYet > 0 {
		return fmt.Errorf("%d of %d not yet", notYet, len(names))
	}
	return nil
}

// result is what is said of an exercise.
type result string

const (
	passes result = "passes"
	notYet result = "not yet"
)

// panicCode is the exit code of a Go program that panicked or that the runtime
// ended, for example because all goroutines were asleep.
const panicCode = 2

// checkOne builds and runs the check of one exercise, a main package. The error is for what is
// no fault of the learner's.
func checkOne(ctx context.Context, dir, pkg string, solution, why bool) (result, string, error) {
	var flags, args []string
	if solution {
		flags = []string{"-tags=solution"}
	}
	if why {
		args = []string{"-why"}
	}
	program, err := proc.Build(ctx, dir, pkg, flags...)
	var compile *proc.CompileError
	if errors.As(err, &compile) {
		return notYet, "  missing  it does not compile yet:\n" + compile.Output, nil
	} else if err != nil {
		return "", "", err
	}
	limited, cancel := context.WithTimeout(ctx, timeLimit)
	defer cancel()
	var stdout, stderr strings.Builder
	cmd := exec.CommandContext(limited, program, args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	// What an interrupted check leaves behind goes when dir goes.
	cmd.Env = append(os.Environ(), "TMPDIR="+dir, "TMP="+dir, "TEMP="+dir)
	err = cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return passes, stdout.String(), nil
	case errors.As(err, &exit) && exit.ExitCode() == judge.ExitNotYet:
		return notYet, stdout.String(), nil
	case proc.Interrupted(ctx) != nil:
		return "", "", ctx.Err()
	case limited.Err() != nil:
		return notYet, fmt.Sprintf("  missing  it did not end within %v: is there an endless loop, or a wait for what never comes?", timeLimit), nil
	case errors.As(err, &exit) && exit.ExitCode() == panicCode:
		return notYet, "  missing  it breaks down:\n" + firstLines(stderr.String(), 12), nil
	case errors.As(err, &exit):
		return "", "", errors.New(strings.TrimSpace(stderr.String()))
	}
	return "", "", err
}

func firstLines(text string, n int) string {
	lines := strings.SplitN(strings.TrimSpace(text), "\n", n+1)
	return strings.Join(lines[:min(n, len(lines))], "\n")
}
