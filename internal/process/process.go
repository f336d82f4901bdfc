// Package process runs another program under limits of time and of output, and
// ends it together with everything that it has started.
//
// Package os/exec alone is not enough for a program that may misbehave: a limit
// that kills the program leaves the programs that it started running, and waits
// for ever where one of those holds the standard output.
package process

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// Command is a program to run.
type Command struct {
	Path string
	Args []string // after the program's name
	Dir  string   // empty: the working directory

	Limit time.Duration // of its time; 0: none
}

// MostOutput is how many bytes a program may print to one stream. The widest
// pass of the benchmarks prints 200 kB; a program that prints 64 MiB is lost in
// a loop, and its text would fill the memory next.
const MostOutput = 64 << 20

// Output is what a program printed. Where it was ended, it is what had come
// until then.
type Output struct {
	Stdout, Stderr []byte

	// Held is true where the program ended by itself and left another one that
	// kept its output open. That one was ended.
	Held bool
}

var (
	// ErrTimeout is a program that did not end within its limit. Output.Stderr
	// ends in the stacks of its goroutines, if it is a Go program on a Unix
	// system that could still answer.
	ErrTimeout = errors.New("did not end in time")
	// ErrTooMuch is a program that printed more than MostOutput.
	ErrTooMuch = fmt.Errorf("printed over %d MiB", MostOutput>>20)
)

// StartError is a program that could not be started. It wraps the reason.
type StartError struct {
	Path string
	Err  error
}

func (e *StartError) Error() string { return fmt.Sprintf("cannot start %s: %v", e.Path, e.Err) }
func (e *StartError) Unwrap() error { return e.Err }

// grace is how long a program may take to print its stacks after it was told
// to, and how long the output of a program that has ended may be held open by
// others. Both take milliseconds on an idle machine.
const grace = 2 * time.Second

// Tie lets cmd, which has not been started, end with this program, even where
// that is killed (on Linux). For callers that have their own ways of ending cmd.
// It holds the goroutine on its thread: call untie when cmd has ended.
func Tie(cmd *exec.Cmd) (untie func()) {
	runtime.LockOSThread()
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = new(syscall.SysProcAttr)
	}
	dieTogether(cmd.SysProcAttr)
	return runtime.UnlockOSThread
}

// Run runs a program and returns when it and all that it started are gone. The
// error is nil (the program ended with exit code 0), ErrTimeout, ErrTooMuch, the
// context's error, a *StartError, or an *[exec.ExitError].
func Run(ctx context.Context, c Command) (Output, error) {
	// On Linux the program is killed when the thread that started it ends, so
	// that it does not outlive this one; no thread may end before.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	limited, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if c.Limit > 0 {
		watchdog := time.AfterFunc(c.Limit, func() { cancel(ErrTimeout) })
		defer watchdog.Stop()
	}
	tooMuch := func() { cancel(ErrTooMuch) }
	stdout, stderr := capped{full: tooMuch}, capped{full: tooMuch}
	cmd := exec.CommandContext(limited, c.Path, c.Args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = c.Dir, &stdout, &stderr
	cmd.WaitDelay = grace
	ownGroup(cmd)
	cmd.Cancel = func() error {
		if errors.Is(context.Cause(limited), ErrTimeout) {
			return askForStacks(cmd.Process)
		}
		return killGroup(cmd.Process)
	}
	if err := cmd.Start(); err != nil {
		if ctx.Err() != nil {
			return Output{}, ctx.Err()
		}
		return Output{}, &StartError{c.Path, reason(err)}
	}
	err := cmd.Wait()
	_ = killGroup(cmd.Process) // whatever it left behind
	out := Output{Stdout: stdout.bytes(), Stderr: stderr.bytes(), Held: errors.Is(err, exec.ErrWaitDelay)}
	switch cause := context.Cause(limited); {
	case err == nil, out.Held && cause == nil:
		return out, nil
	case errors.Is(cause, ErrTimeout), errors.Is(cause, ErrTooMuch):
		return out, cause
	case ctx.Err() != nil:
		return out, ctx.Err()
	}
	return out, err
}

// reason is an error of starting a program without the program's name.
func reason(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}

// capped keeps the first MostOutput bytes that are written to it, and calls full
// when there are more.
type capped struct {
	mu   sync.Mutex
	kept bytes.Buffer
	full func()
}

func (c *capped) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	room := MostOutput - c.kept.Len()
	c.kept.Write(b[:min(room, len(b))])
	if len(b) > room {
		c.full()
	}
	return len(b), nil
}

// bytes is a copy, because a program that holds the output may still write.
func (c *capped) bytes() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return bytes.Clone(c.kept.Bytes())
}
