package proc

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"cachelab/course/internal/program"
	"cachelab/internal/sched"
)

// ErrNoTrace is a program that ended well and left no trace that can be read:
// it does not call program.StartTrace, or ends without calling the stop function.
var ErrNoTrace = errors.New("left no trace")

// Trace runs a program that calls program.StartTrace, with a time limit, and
// returns its standard output and the events of its trace. A program that ends with
// an exit code is an error that holds the first lines of its standard error.
func Trace(ctx context.Context, limit time.Duration, env []string, path string, args ...string) (output string, events []sched.Event, err error) {
	dir, err := os.MkdirTemp("", "course-trace-")
	if err != nil {
		return "", nil, err
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "trace")
	result, err := Run(ctx, limit, append(env, program.TraceFileVariable+"="+name), path, args...)
	if err != nil {
		return result.Stdout, nil, err
	}
	if result.Code != 0 {
		return result.Stdout, nil, &ExitError{result}
	}
	file, err := os.Open(name)
	if err != nil {
		return result.Stdout, nil, ErrNoTrace
	}
	defer file.Close()
	if events, err = sched.Read(file, program.NameCategory); err != nil || len(events) == 0 {
		return result.Stdout, nil, fmt.Errorf("%w: %v", ErrNoTrace, err)
	}
	return result.Stdout, events, nil
}

// ExitError is a program that ended with an exit code other than 0.
type ExitError struct{ Result Result }

func (e *ExitError) Error() string {
	return fmt.Sprintf("exit code %d: %s", e.Result.Code, FirstLines(e.Result.Stderr, 3))
}
