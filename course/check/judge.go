package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"cachelab/course/internal/judge"
	"cachelab/course/internal/proc"
)

// timeLimit ends a check that hangs. The slowest measures for some 10 s.
const timeLimit = time.Minute

// course is the learner's tree and progress.
type course struct {
	root     string // the folder course/exercises
	progress progress
}

func openCourse(ctx context.Context) (*course, error) {
	dir, err := proc.PackageDir(ctx, "cachelab/course")
	if err != nil {
		return nil, err
	}
	p, err := readProgress(filepath.Join(dir, progressName))
	return &course{filepath.Join(dir, "exercises"), p}, err
}

// folder is a folder of an exercise.
func (c *course) folder(e exercise, parts ...string) string {
	return filepath.Join(append([]string{c.root, e.name}, parts...)...)
}

// checkAndReport checks an exercise and prints what the check says. What passes is kept
// as progress.
func (c *course) checkAndReport(ctx context.Context, stdout io.Writer, e exercise, solution, why bool) (judge.Outcome, error) {
	folder := c.folder(e, "exercise")
	if solution {
		folder = c.folder(e, "solution")
	}
	outcome, report, err := c.check(ctx, e, folder, why)
	if err != nil {
		return outcome, fmt.Errorf("%s: %w", e.name, err)
	}
	text := fmt.Sprintf("%-10s %s\n%s\n", e.name, outcome, strings.TrimRight(report, "\n"))
	switch {
	case solution:
	case outcome == judge.Passes:
		text += fmt.Sprintf("  read     course/exercises/%s/solution/README.md: the solution, and why\n", e.name)
		c.progress.Passed[e.name] = true
	default:
		text += fmt.Sprintf("  task     course/exercises/%s/README.md (go run ./course/check -hint %s gives a hint)\n", e.name, e.name)
		delete(c.progress.Passed, e.name)
	}
	if !solution {
		if err := c.progress.write(); err != nil {
			return outcome, err
		}
	}
	_, err = io.WriteString(stdout, text)
	return outcome, err
}

// check builds and runs the check of an exercise, with the files of a folder in place
// of the exercise's. The error is for what is no fault of the learner's.
func (c *course) check(ctx context.Context, e exercise, folder string, why bool) (judge.Outcome, string, error) {
	dir, err := os.MkdirTemp("", "course-check-")
	if err != nil {
		return judge.NotYet, "", err
	}
	defer os.RemoveAll(dir)
	replace, err := proc.InPlaceOf(c.folder(e, "exercise"), folder)
	if err != nil {
		return judge.NotYet, "", err
	}
	overlay, err := proc.Overlay(dir, replace)
	if err != nil {
		return judge.NotYet, "", err
	}
	program, err := proc.Build(ctx, dir, "cachelab/course/exercises/"+e.name+"/check", overlay)
	var compile *proc.CompileError
	if errors.As(err, &compile) {
		return judge.NotYet, "  missing  " + doesNotCompile(e, strings.ReplaceAll(compile.Output, folder, e.name+"/exercise")), nil
	} else if err != nil {
		return judge.NotYet, "", err
	}
	args := []string{"-folder=" + folder}
	if why {
		args = append(args, "-why")
	}
	// What an interrupted check leaves behind goes when dir goes.
	env := []string{"TMPDIR=" + dir, "TMP=" + dir, "TEMP=" + dir}
	result, err := proc.Run(ctx, timeLimit, env, program, args...)
	if errors.Is(err, proc.ErrTimeout) {
		return judge.NotYet, fmt.Sprintf("  missing  it did not end within %v: is there an endless loop, or a wait for what never comes?", timeLimit), nil
	} else if err != nil {
		return judge.NotYet, "", err
	}
	return read(result)
}

// panicCode is the exit code of a Go program that panicked or that the runtime
// ended, for example because all goroutines were asleep.
const panicCode = 2

// read turns the end of a check's process into an outcome and a report.
func read(result proc.Result) (judge.Outcome, string, error) {
	switch outcome := judge.Outcome(result.Code); outcome {
	case judge.Passes, judge.NotYet, judge.Again, judge.NotHere:
		return outcome, result.Stdout, nil
	case panicCode:
		return judge.NotYet, "  missing  it breaks down:\n" + indent(proc.LearnersPanic(result.Stderr, "exercise")), nil
	}
	return judge.NotYet, "", errors.New(strings.TrimSpace(result.Stderr))
}

// doesNotCompile shows the compiler's lines about the learner's file. If there are none,
// the file compiles and no longer fits the check.
func doesNotCompile(e exercise, output string) string {
	lines := proc.LearnersLines(output, "exercise")
	if strings.Contains(lines, "/exercise/") || strings.HasPrefix(lines, "exercise/") {
		return "it does not compile yet:\n" + indent(lines)
	}
	return fmt.Sprintf("your file compiles, but the check cannot use it any more. Keep %s:\n%s", e.uses, indent(lines))
}

func indent(text string) string {
	return "           " + strings.ReplaceAll(text, "\n", "\n           ")
}
