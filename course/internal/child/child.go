// Package child builds the course's programs and runs them in processes of
// their own, with or without the execution tracer.
package child

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"cachelab/course/internal/traced"
	"cachelab/internal/sched"
)

// CompileError is a package that does not compile.
type CompileError struct {
	Package string
	Output  string // what the compiler said
}

func (e *CompileError) Error() string {
	return fmt.Sprintf("%s does not compile:\n%s", e.Package, e.Output)
}

// ErrTimeout is a program that did not end in time and was killed.
var ErrTimeout = errors.New("did not end in time")

// ErrNoTrace is a program that ended well and left no trace that can be read:
// it does not call traced.Start, or ends without the stop that Start returned.
var ErrNoTrace = errors.New("left no trace")

// Build compiles the main package pkg, named as for go build, into dir and
// returns the program's path. Extra arguments (-tags, -overlay) go to go build.
func Build(ctx context.Context, dir, pkg string, args ...string) (string, error) {
	program := filepath.Join(dir, filepath.Base(pkg)+".exe")
	cmd := exec.CommandContext(ctx, "go", append(append([]string{"build", "-o", program}, args...), pkg)...)
	// What an interrupted go build leaves behind goes with dir.
	cmd.Env = append(os.Environ(), "GOTMPDIR="+dir)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err != nil && Interrupted(ctx) != nil:
		return "", ctx.Err()
	case errors.As(err, &exit):
		return "", &CompileError{pkg, strings.TrimSpace(string(out))}
	case err != nil:
		return "", fmt.Errorf("building %s: %w (the course's tools compile programs, and need the go command)", pkg, err)
	}
	return program, nil
}

// Trace runs a program that calls traced.Start, with the time limit, and
// returns its standard output and the events of its trace.
//
// The output goes through a file and not through a pipe: a pipe's other end
// would wake for every line, on the CPUs that the program is to have.
func Trace(ctx context.Context, limit time.Duration, program string, args ...string) (output string, events []sched.Event, err error) {
	dir, err := os.MkdirTemp("", "course-trace-")
	if err != nil {
		return "", nil, err
	}
	defer os.RemoveAll(dir)
	tracePath := filepath.Join(dir, "trace")
	out, err := os.Create(filepath.Join(dir, "out"))
	if err != nil {
		return "", nil, err
	}
	defer out.Close()

	ctx, cancel := context.WithTimeoutCause(ctx, limit, ErrTimeout)
	defer cancel()
	var stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stdout, cmd.Stderr = out, &stderr
	cmd.Env = append(os.Environ(), traced.FileVariable+"="+tracePath)
	runErr := cmd.Run()
	printed, err := os.ReadFile(out.Name())
	if err != nil {
		return "", nil, err
	}
	output = string(printed)
	if runErr != nil {
		if Interrupted(ctx) != nil {
			// Not the cause as it is: it is ErrTimeout, or names the signal.
			if errors.Is(context.Cause(ctx), ErrTimeout) {
				return output, nil, ErrTimeout
			}
			return output, nil, ctx.Err()
		}
		return output, nil, fmt.Errorf("%w: %s", runErr, firstLines(stderr.String(), 3))
	}
	file, err := os.Open(tracePath)
	if err != nil {
		return output, nil, ErrNoTrace
	}
	defer file.Close()
	if events, err = sched.Read(file, traced.NameCategory); err != nil || len(events) == 0 {
		return output, nil, fmt.Errorf("%w: %v", ErrNoTrace, err)
	}
	return output, events, nil
}

// grace is how much later than a child this process may notice a Ctrl-C: a
// terminal sends it to both.
const grace = 50 * time.Millisecond

// Interrupted is to be asked when a child has failed: did it fail because ctx is
// done, or is about to be? It returns ctx's error, or nil.
func Interrupted(ctx context.Context) error {
	select {
	case <-ctx.Done():
	case <-time.After(grace):
	}
	return ctx.Err()
}

func firstLines(text string, n int) string {
	lines := strings.SplitN(strings.TrimSpace(text), "\n", n+1)
	return strings.Join(lines[:min(n, len(lines))], "\n")
}
