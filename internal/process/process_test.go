package process

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// With this argument, and a kind after it, the test binary plays a program that misbehaves.
const playing = "play"

func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == playing {
		play(os.Args[2])
		return
	}
	// The tests wait for other programs, and need no CPU meanwhile: all at once.
	if err := flag.Set("test.parallel", "8"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

func play(kind string) {
	fmt.Println("begin")
	switch kind {
	case "fails":
		fmt.Fprintln(os.Stderr, "no luck")
		os.Exit(7)
	case "hangs":
		time.Sleep(time.Hour)
	case "ignores":
		signal.Ignore(syscall.SIGQUIT, syscall.SIGTERM, os.Interrupt)
		time.Sleep(time.Hour)
	case "floods":
		line := bytes.Repeat([]byte("x"), 1<<20)
		for {
			_, _ = os.Stdout.Write(line)
		}
	case "ties":
		child := exec.Command(os.Args[0], playing, "ignores")
		defer Tie(child)()
		if err := child.Start(); err != nil {
			fmt.Println(err)
		}
		fmt.Println("child", child.Process.Pid)
		time.Sleep(time.Hour)
	case "forks", "forks and hangs":
		child := exec.Command(os.Args[0], playing, "ignores")
		child.Stdout = os.Stdout
		if err := child.Start(); err != nil {
			fmt.Println(err)
		}
		fmt.Println("child", child.Process.Pid)
		if kind == "forks" {
			os.Exit(0)
		}
		time.Sleep(time.Hour)
	}
}

// run plays a kind, with a limit, and checks that it took no longer than most.
func run(t *testing.T, ctx context.Context, k string, limit, most time.Duration) (Output, error) {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	out, err := Run(ctx, Command{Path: path, Args: []string{playing, k}, Limit: limit})
	if took := time.Since(begin); took > most {
		t.Errorf("%s: took %v, want under %v", k, took, most)
	}
	if errors.Is(err, ErrTimeout) && len(out.Stdout) == 0 {
		t.Skipf("%s: it did not begin within %v: something else has the CPUs", k, limit)
	}
	if !strings.HasPrefix(string(out.Stdout), "begin\n") {
		t.Errorf("%s: its first line is lost: %.100q", k, out.Stdout)
	}
	return out, err
}

// slack is what starting and ending a process may take on a busy machine.
const slack = 20 * time.Second

func TestEnds(t *testing.T) {
	if out, err := run(t, t.Context(), "ends", time.Minute, slack); err != nil || out.Held {
		t.Errorf("a good program: %v, held %v", err, out.Held)
	}
	out, err := run(t, t.Context(), "fails", time.Minute, slack)
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 7 || string(out.Stderr) != "no luck\n" {
		t.Errorf("exit code 7: %v, %q", err, out.Stderr)
	}
}

// A program that hangs is ended at its limit, and its stacks tell where.
func TestHangs(t *testing.T) {
	t.Parallel() // like all that follow: they wait most of the time
	out, err := run(t, t.Context(), "hangs", 2*time.Second, slack)
	if !errors.Is(err, ErrTimeout) {
		t.Errorf("a program that hangs: %v", err)
	}
	if runtime.GOOS == "linux" && !strings.Contains(string(out.Stderr), "process.play") {
		t.Errorf("no stack tells where it hung:\n%.300s", out.Stderr)
	}
}

func TestIgnoresSignals(t *testing.T) {
	t.Parallel()
	if _, err := run(t, t.Context(), "ignores", time.Second, slack); !errors.Is(err, ErrTimeout) {
		t.Errorf("a program that ignores signals: %v", err)
	}
}

func TestFloods(t *testing.T) {
	t.Parallel()
	out, err := run(t, t.Context(), "floods", time.Minute, time.Minute)
	if !errors.Is(err, ErrTooMuch) || len(out.Stdout) != MostOutput {
		t.Errorf("a program that prints without end: %v, %d bytes kept", err, len(out.Stdout))
	}
}

func TestInterrupt(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(2*time.Second, cancel)
	if _, err := run(t, ctx, "ignores", time.Minute, slack); !errors.Is(err, context.Canceled) {
		t.Errorf("an interrupted program: %v", err)
	}
}

// A program that outlives its parent holds the output open. It neither blocks
// nor stays.
func TestChildHoldsTheOutput(t *testing.T) {
	needProc(t)
	t.Parallel()
	out, err := run(t, t.Context(), "forks", time.Minute, slack)
	if err != nil || !out.Held {
		t.Errorf("a program whose child holds the output: %v, held %v", err, out.Held)
	}
	gone(t, out)
}

func TestHangsWithItsChild(t *testing.T) {
	needProc(t)
	t.Parallel()
	out, err := run(t, t.Context(), "forks and hangs", 2*time.Second, slack)
	if !errors.Is(err, ErrTimeout) {
		t.Errorf("a program that hangs with its child: %v", err)
	}
	gone(t, out)
}

// A tied program ends even where its parent is killed by a signal that nobody
// can catch.
func TestTiedDiesWithItsParent(t *testing.T) {
	needProc(t)
	t.Parallel()
	parent := exec.Command(os.Args[0], playing, "ties")
	stdout, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(stdout)
	_, _ = lines.ReadString('\n')
	child, _ := lines.ReadString('\n')
	_ = parent.Process.Kill()
	_ = parent.Wait()
	gone(t, Output{Stdout: []byte(child)})
}

func needProc(t *testing.T) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("whether a process is alive is read from /proc")
	}
}

// gone checks that the child whose number the program printed is no more.
func gone(t *testing.T, out Output) {
	t.Helper()
	_, number, _ := strings.Cut(string(out.Stdout), "child ")
	number, _, _ = strings.Cut(number, "\n")
	pid, err := strconv.Atoi(number)
	if err != nil {
		t.Fatalf("no child in %q", out.Stdout)
	}
	for range 100 {
		state, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil || strings.Contains(string(state), ") Z ") {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("child %d is still alive", pid)
}

func TestStartErrors(t *testing.T) {
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte("text"), 0o644); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{text: fs.ErrPermission, text + "2": fs.ErrNotExist} {
		_, err := Run(t.Context(), Command{Path: path})
		var start *StartError
		if !errors.As(err, &start) || !errors.Is(err, want) && runtime.GOOS != "windows" || strings.Count(err.Error(), path) != 1 {
			t.Errorf("%s: %v", path, err)
		}
	}
}
