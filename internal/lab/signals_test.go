package lab

import (
	"bytes"
	"context"
	"fmt"
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

	"cachelab/results/benchlog"
	"cachelab/results/rundir"
)

// playLab makes the test binary the lab itself, with the machine's lock at this
// path: for signals that end a process. The process ends when its standard input does,
// so that it does not outlive its test.
const playLab = "CACHELAB_PLAY_LAB"

// labCommand is the lab in a process of its own, with the fake benchmarks.
func labCommand(t *testing.T, ctx context.Context, lock, dir, passes string, more ...string) *exec.Cmd {
	t.Helper()
	args := append([]string{"-bin", os.Args[0], "-only", "E7", "-passes", passes, "-out", dir}, more...)
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Env = append(os.Environ(), playLab+"="+lock, fakeBench+"=slow")
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	return cmd
}

// labProcess starts the lab in a process of its own.
func labProcess(t *testing.T, ctx context.Context, lock, dir, passes string, more ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	cmd := labCommand(t, ctx, lock, dir, passes, more...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, &said
}

// finished waits until a run's folder has so many passes, which takes a second, and
// minutes where ten programs share a CPU.
func finished(t *testing.T, dir string, passes int) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if j, err := rundir.ReadJournal(dir); err == nil && j.Kept() >= passes {
			return
		}
	}
	t.Fatalf("%s has not got %d passes in five minutes", dir, passes)
}

// TestSignals: what one signal, two in a row, or a terminal that is gone leave.
func TestSignals(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no such signals")
	}
	pairHere(t)
	t.Parallel() // each run is a process of its own
	for name, send := range map[string]func(p *os.Process){
		"SIGHUP":  func(p *os.Process) { _ = p.Signal(syscall.SIGHUP) },
		"SIGTERM": func(p *os.Process) { _ = p.Signal(syscall.SIGTERM) },
		"SIGTERM at once": func(p *os.Process) { // as timeout(1) sends it, to the process and to its group
			_ = p.Signal(syscall.SIGTERM)
			time.Sleep(20 * time.Millisecond)
			_ = p.Signal(syscall.SIGTERM)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name == "SIGHUP" && signal.Ignored(syscall.SIGHUP) {
				t.Skip("these tests run under nohup, and so does the run: it goes on as its user wants")
			}
			dir := filepath.Join(t.TempDir(), "run")
			cmd, said := labProcess(t, t.Context(), filepath.Join(t.TempDir(), "lock"), dir, "300")
			finished(t, dir, 2)
			send(cmd.Process)
			if err := cmd.Wait(); cmd.ProcessState.ExitCode() != 130 {
				t.Errorf("%v, want exit code 130:\n%s", err, said)
			}
			if done, err := rundir.Finished(dir); !done || err != nil {
				t.Errorf("the folder is not finished: %v\n%s", err, said)
			}
		})
	}
	t.Run("a pipe that nobody reads", func(t *testing.T) {
		t.Parallel()
		dir := filepath.Join(t.TempDir(), "run")
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
		cmd := labCommand(t, t.Context(), filepath.Join(t.TempDir(), "lock"), dir, "3")
		cmd.Stdout, cmd.Stderr = w, w
		_ = cmd.Run()
		w.Close()
		if done, err := rundir.Finished(dir); !done || err != nil {
			t.Errorf("the folder is not finished: %v", err)
		}
	})
}

// TestInterruptOfAPlan: the first signal ends a plan at once, also while the benchmarks
// are being listed, which takes long for a machine with many CPUs.
func TestInterruptOfAPlan(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no such signals")
	}
	t.Parallel()
	args := []string{"-bin", os.Args[0], "-plan", "-synthetic", "pack:2 l3:8 core:8 pu:2"}
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), playLab+"="+filepath.Join(t.TempDir(), "lock"), fakeBench+"=hangs at the list")
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); len(childrenOf(cmd.Process.Pid)) == 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Skip("the list does not show in /proc")
		}
	}
	_ = cmd.Process.Signal(os.Interrupt)
	// A second signal would end it in any case, and so would the limit of a list, so an
	// end by itself is the first signal's.
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != 130 {
		t.Errorf("%v, want exit code 130:\n%s", err, &said)
	}
}

// TestKill: kill -9 at random moments, of the lab or of its benchmarks. Every pass
// that was finished is judged afterwards, and the next run is fine.
// CACHELAB_KILLS sets how often.
func TestKill(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the benchmarks' process is found in /proc")
	}
	if testing.Short() {
		t.Skip("each trial takes some seconds")
	}
	pairHere(t)
	t.Parallel()
	kills := 2
	if n, err := strconv.Atoi(os.Getenv("CACHELAB_KILLS")); err == nil {
		kills = n
	}
	lock := filepath.Join(t.TempDir(), "lock")
	seed := time.Now().UnixNano()
	t.Logf("seed %d", seed)
	for i := range kills {
		killOnce(t, lock, i%2 == 1, time.Duration(uint64(seed)*uint64(2*i+1)%2000)*time.Millisecond)
	}
}

func killOnce(t *testing.T, lock string, benchmarks bool, after time.Duration) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run")
	cmd, said := labProcess(t, t.Context(), lock, dir, "8")
	finished(t, dir, 1)
	time.Sleep(after)
	if benchmarks {
		for _, pid := range childrenOf(cmd.Process.Pid) {
			if p, err := os.FindProcess(pid); err == nil {
				_ = p.Kill()
			}
		}
	} else {
		_ = cmd.Process.Kill()
	}
	_ = cmd.Wait()
	log, err := benchlog.ReadFile(filepath.Join(dir, rundir.RunName))
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	if done, _ := rundir.Finished(dir); !done {
		var out, errs bytes.Buffer
		if err := Complete(t.Context(), dir, &out, &errs); err != nil {
			t.Fatalf("killed after %v: %v\n%s", after, err, errs.String())
		}
	}
	verdicts, err := rundir.ReadVerdictsFile(filepath.Join(dir, rundir.VerdictsName))
	if err != nil || verdicts.Passes != log.Passes || log.Passes == 0 {
		t.Errorf("killed after %v: %d passes, judged %+v, %v", after, log.Passes, verdicts, err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
		t.Errorf("killed after %v: %v are left", after, left)
	}
	what := map[bool]string{true: "the benchmarks", false: "the lab"}[benchmarks]
	t.Logf("%s killed %v after the first pass: %d passes judged", what, after, verdicts.Passes)
}

// childrenOf lists the processes that a process has started.
func childrenOf(pid int) []int {
	var pids []int
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, task := range tasks {
		b, _ := os.ReadFile(task)
		for _, field := range strings.Fields(string(b)) {
			if n, err := strconv.Atoi(field); err == nil {
				pids = append(pids, n)
			}
		}
	}
	return pids
}

// TestTwoLabs: the second lab on a machine says at once who is there; with -wait
// it measures when the first has ended.
func TestTwoLabs(t *testing.T) {
	pairHere(t)
	t.Parallel()
	lock, dir := filepath.Join(t.TempDir(), "lock"), t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	first, _ := labProcess(t, ctx, lock, filepath.Join(dir, "first"), "1000")
	finished(t, filepath.Join(dir, "first"), 1)
	if err := Complete(t.Context(), filepath.Join(dir, "first"), &bytes.Buffer{}, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "still being measured") {
		t.Errorf("completing a run that is under way: %v", err)
	}
	second, said := labProcess(t, t.Context(), lock, filepath.Join(dir, "second"), "2")
	_ = second.Wait()
	if second.ProcessState.ExitCode() != 1 || !strings.Contains(said.String(), fmt.Sprintf("process %d", first.Process.Pid)) || !strings.Contains(said.String(), "-wait") {
		t.Errorf("exit %d: %s", second.ProcessState.ExitCode(), said)
	}
	third, said := labProcess(t, t.Context(), lock, filepath.Join(dir, "third"), "2", "-wait")
	time.Sleep(time.Second)
	if _, err := os.Stat(filepath.Join(dir, "third")); err == nil {
		t.Error("the third does not wait")
	}
	cancel()
	_ = first.Wait()
	if err := third.Wait(); err != nil {
		t.Errorf("the third: %v\n%s", err, said)
	}
}
