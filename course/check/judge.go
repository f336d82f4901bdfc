package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"cachelab/course/internal/judge"
	"cachelab/course/internal/proc"
)

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
	file := filepath.Join(dir, progressName)
	if other := os.Getenv(progressVariable); other != "" {
		file = other
	}
	p, err := readProgress(file)
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
	var args []string
	if why {
		args = append(args, "-why")
	}
	outcome, report, err := c.check(ctx, e, folder, args...)
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
// of the exercise's. Other arguments go to the check. The error is for what is no fault
// of the learner's.
func (c *course) check(ctx context.Context, e exercise, folder string, args ...string) (judge.Outcome, string, error) {
	dir, err := proc.Folder("course-check-")
	if err != nil {
		return judge.NotYet, "", err
	}
	defer os.RemoveAll(dir)
	program, err := c.build(ctx, dir, map[string]string{e.name: folder})
	var compile *proc.CompileError
	if errors.As(err, &compile) {
		return judge.NotYet, "  missing  " + doesNotCompile(e, inPlaceOf(compile.Output, folder, e.name+"/exercise")), nil
	} else if err != nil {
		return judge.NotYet, "", err
	}
	return examine(ctx, dir, program, e, folder, args...)
}

// inPlaceOf writes another name for a folder in what the compiler said. The go command
// says where a file is from the working folder, where that is shorter.
func inPlaceOf(said, folder, name string) string {
	said = strings.ReplaceAll(said, folder, name)
	if wd, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(wd, folder); err == nil {
			said = strings.ReplaceAll(said, rel, name)
		}
	}
	return said
}

// build compiles the examiner into dir, with the answers in some folders, by the name of
// the exercise. All other exercises are as they were given: what a learner has left
// unfinished there does not matter.
func (c *course) build(ctx context.Context, dir string, answers map[string]string) (program string, err error) {
	replace := map[string]string{}
	for _, e := range exercises {
		answer, ok := answers[e.name]
		if !ok {
			answer = c.folder(e, "testdata", "given")
		}
		files, err := proc.InPlaceOf(c.folder(e, "exercise"), answer)
		if err != nil {
			return "", err
		}
		for _, path := range goFiles(c.folder(e, "exercise")) {
			replace[path] = "" // go build sees no file there
		}
		maps.Copy(replace, files)
	}
	overlay, err := proc.Overlay(dir, replace)
	if err != nil {
		return "", err
	}
	return proc.Build(ctx, dir, "cachelab/course/check/examiner", overlay)
}

// examine runs the check of an exercise on an answer that the program was built with.
func examine(ctx context.Context, dir, program string, e exercise, folder string, args ...string) (judge.Outcome, string, error) {
	// What an interrupted check leaves behind goes when dir goes.
	env := []string{"TMPDIR=" + dir, "TMP=" + dir, "TEMP=" + dir}
	result, err := proc.Run(ctx, judge.Limit, env, program, append([]string{"-exercise=" + e.name, "-folder=" + folder}, args...)...)
	if errors.Is(err, proc.ErrTimeout) {
		return judge.NotYet, fmt.Sprintf("  missing  it did not end within %v: is there an endless loop, or a wait for what never comes?", judge.Limit), nil
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
