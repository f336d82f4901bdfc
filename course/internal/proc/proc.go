// Package proc builds the programs of the course and runs them in processes of
// their own, with or without the execution tracer.
package proc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
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

// Folder makes a new folder for a program that is compiled and run: in GOTMPDIR, as the go
// command has it, for those whose other temporary folder is mounted noexec.
func Folder(pattern string) (string, error) { return os.MkdirTemp(os.Getenv("GOTMPDIR"), pattern) }

// Build compiles the main package pkg, named as for go build, into dir and
// returns the program's path. Extra arguments (-tags, -overlay) go to go build.
func Build(ctx context.Context, dir, pkg string, args ...string) (string, error) {
	path := filepath.Join(dir, filepath.Base(pkg)+".exe")
	cmd := exec.CommandContext(ctx, "go", append(append([]string{"build", "-o", path}, args...), pkg)...)
	// What an interrupted go build leaves behind goes with dir. Without cgo the runtime
	// notices that all goroutines are asleep, and no machine needs a C compiler.
	cmd.Env = append(os.Environ(), "GOTMPDIR="+dir, "CGO_ENABLED=0")
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
	return path, nil
}

// Result is what a program that ended has printed, and its exit code.
type Result struct {
	Stdout, Stderr string
	Code           int
}

// Run runs a program with a time limit. Extra environment variables have the form
// "KEY=value". The error is ErrTimeout, the context's, or why the program could not
// be started; a program that ends with an exit code is no error.
//
// The standard output goes through a file and not through a pipe: a pipe's other end
// would wake for every line, on the CPUs that the program is to have.
func Run(ctx context.Context, limit time.Duration, env []string, path string, args ...string) (Result, error) {
	out, err := os.CreateTemp("", "course-out-")
	if err != nil {
		return Result{}, err
	}
	defer os.Remove(out.Name())
	defer out.Close()
	limited, cancel := context.WithTimeoutCause(ctx, limit, ErrTimeout)
	defer cancel()
	var stderr bytes.Buffer
	cmd := exec.CommandContext(limited, path, args...)
	cmd.Stdout, cmd.Stderr = out, &stderr
	cmd.Env = append(os.Environ(), env...)
	runErr := cmd.Run()
	printed, err := os.ReadFile(out.Name())
	if err != nil {
		return Result{}, err
	}
	result := Result{Stdout: string(printed), Stderr: stderr.String()}
	if cmd.ProcessState != nil {
		result.Code = cmd.ProcessState.ExitCode()
	}
	var exit *exec.ExitError
	switch {
	case runErr == nil:
		return result, nil
	case Interrupted(ctx) != nil:
		return result, ctx.Err()
	case errors.Is(context.Cause(limited), ErrTimeout):
		return result, ErrTimeout
	case errors.As(runErr, &exit):
		return result, nil
	}
	if errors.Is(runErr, fs.ErrPermission) {
		runErr = fmt.Errorf("%w: programs cannot be run in %s, which may be mounted noexec; set GOTMPDIR to another folder", runErr, filepath.Dir(path))
	}
	return result, runErr
}

// grace is how much later than a child this process may notice a Ctrl-C: a
// terminal sends it to both.
const grace = 50 * time.Millisecond

// Interrupted says whether a child that failed did so because ctx is done or is
// about to be. It returns ctx's error, or nil.
func Interrupted(ctx context.Context) error {
	select {
	case <-ctx.Done():
	case <-time.After(grace):
	}
	return ctx.Err()
}

// FirstLines returns the first n lines of a text.
func FirstLines(text string, n int) string {
	lines := strings.SplitN(strings.TrimSpace(text), "\n", n+1)
	return strings.Join(lines[:min(n, len(lines))], "\n")
}
