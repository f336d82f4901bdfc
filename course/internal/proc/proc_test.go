package proc

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cachelab/course/internal/program"
)

// TestMain makes the test binary a program that never ends, where Trace runs it.
func TestMain(m *testing.M) {
	if os.Getenv(program.TraceFileVariable) != "" {
		time.Sleep(time.Hour)
	}
	os.Exit(m.Run())
}

// interrupted is a context as signal.NotifyContext makes it: its cause names the
// signal and is not context.Canceled (since Go 1.26).
func interrupted(after time.Duration) context.Context {
	ctx, cancel := context.WithCancelCause(context.Background())
	time.AfterFunc(after, func() { cancel(errors.New("interrupt signal received")) })
	return ctx
}

func TestTraceEnds(t *testing.T) {
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := Trace(interrupted(50*time.Millisecond), time.Minute, nil, path); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v, want %v", err, context.Canceled)
	}
	if _, _, err := Trace(t.Context(), 50*time.Millisecond, nil, path); !errors.Is(err, ErrTimeout) {
		t.Errorf("endless: %v, want %v", err, ErrTimeout)
	}
}

// TestBuildEnds: an interrupted build is no code that does not compile.
func TestBuildEnds(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(broken, []byte("package main\n\nfunc main() { missing() }\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	var compile *CompileError
	if _, err := Build(t.Context(), t.TempDir(), broken); !errors.As(err, &compile) || !strings.Contains(compile.Output, "undefined: missing") {
		t.Errorf("broken: %v, want a CompileError that names what is missing", err)
	}
	// The build is over before, or fails, within the time that a Ctrl-C may be late.
	if _, err := Build(interrupted(10*time.Millisecond), t.TempDir(), broken); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v, want %v", err, context.Canceled)
	}
}
