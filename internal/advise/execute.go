package advise

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"

	"cachelab/internal/process"
)

// grace is how long a program may take to end after an interrupt.
const grace = 2 * time.Second

// execute runs a binary of the unit as go test would: in its package's folder.
// A program of the user's that is recorded shows what it prints on the
// adviser's stderr, because stdout is for the findings.
func (s *session) execute(ctx context.Context, u *unit, program string, args, env []string) (string, error) {
	limited, cancel := context.WithTimeout(ctx, s.Limit)
	defer cancel()
	cmd := exec.CommandContext(limited, program, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = grace
	cmd.Env = append(os.Environ(), env...)
	var out bytes.Buffer
	cmd.Dir, cmd.Stdout = u.pkg.Dir, &out
	if s.Main != "" {
		cmd.Dir = s.builder.Dir
		if program == u.recorded {
			cmd.Stdout = io.MultiWriter(&out, s.Stderr)
		}
	}
	cmd.Stderr = cmd.Stdout
	defer process.Tie(cmd)()
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return out.String(), ctx.Err()
	case limited.Err() != nil && s.Main != "": // a server has no end of its own
		s.warn("%s did not end within %v and was stopped. The findings are those until then. -limit sets another time.", u.pkg.ImportPath, s.Limit)
		return out.String(), nil
	case limited.Err() != nil:
		return out.String(), fmt.Errorf("it did not end within %v and was stopped; the findings are those until then, and -limit sets another time", s.Limit)
	case err != nil:
		return out.String(), failure(out.String(), err)
	}
	return out.String(), nil
}

// failedTest are the lines by which package testing names what failed.
var failedTest = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)

// failure says in one line what failed: the test, and the line of its output
// that says why.
func failure(out string, err error) error {
	what := "it"
	if m := failedTest.FindStringSubmatch(out); m != nil {
		what = m[1]
	}
	if detail := reason(out); detail != "" {
		return fmt.Errorf("%s failed (%w): %s", what, err, detail)
	}
	return fmt.Errorf("%s failed (%w) and printed no reason", what, err)
}

// crash is what the runtime prints of a program that cannot go on.
var crash = regexp.MustCompile(`\b(panic|fatal error): .*`)

// reason is the line of a program's output that says why it failed: that of a
// panic or of the runtime, else the message of a test, else the last line,
// where TestMain and log.Fatal leave it.
func reason(out string) string {
	var test, last string
	for line := range strings.Lines(out) {
		line = strings.TrimSpace(line)
		switch {
		case crash.MatchString(line): // a benchmark's name may stand before it
			return crash.FindString(line)
		case strings.Contains(line, "_test.go:") && test == "":
			test = line
		case line != "" && line != "FAIL" && line != "PASS" && !strings.HasPrefix(line, "exit status "):
			last = line
		}
	}
	if test != "" {
		return test
	}
	return last
}

// result is a line with which a benchmark reports.
var result = regexp.MustCompile(`(?m)^Benchmark.*\sns/op`)

// errNoResult is of a benchmark that ended well and measured nothing.
var errNoResult = errors.New("it printed no result: it was skipped, or no benchmark matched below it")

// unfinished says why the output of a test binary that exited with 0 is not
// that of one that ran to its end.
func unfinished(bench, out string) error {
	switch {
	case bench != "" && !result.MatchString(out):
		return errNoResult
	case !strings.Contains(out, "PASS"):
		return errors.New("it ended before package testing said PASS: something called os.Exit(0)")
	}
	return nil
}
