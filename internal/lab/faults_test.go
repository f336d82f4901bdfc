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
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"cachelab/internal/process"
	"cachelab/results/benchlog"
	"cachelab/results/rundir"
)

// fakeCount names the file in which the fake benchmarks count their passes: most
// faults happen in the second one only.
const fakeCount = "CACHELAB_FAKE_COUNT"

// shortLimits are for benchmarks that hang: what the test waits for, and still more than
// a program takes to start on a busy machine.
var shortLimits = limits{card: 2 * time.Minute, cardGrace: 5 * time.Second, list: 30 * time.Second, passFloor: 4 * time.Second}

// allFaults asks for every fault of the table; otherwise one of each sort is tried.
var allFaults = os.Getenv("CACHELAB_FAULTS") != ""

// playFault plays a pass that goes wrong. It is done = false where the pass is a
// good one.
func playFault(kind, slow, fast string, args []string) (code int, done bool) {
	pass := countPass()
	good := func(name string) { fmt.Printf("Benchmark%s-2 \t 1000 \t 2 ns/op \t 27.0 link-ns\n", name) }
	without := strings.Contains(strings.Join(args, " "), "AND -.fullname")
	if without { // what hung or died before is not asked for again
		good(slow)
		fmt.Println("PASS")
		return 0, true
	}
	if pass != 2 && !strings.HasPrefix(kind, "always") {
		return 0, false
	}
	begun := "Benchmark" + fast + "-2 \t" // as package testing prints it before it measures
	switch kind {
	case "hangs":
		good(slow)
		fmt.Print(begun)
		time.Sleep(time.Hour)
	case "ignores signals":
		signal.Ignore(syscall.SIGQUIT, syscall.SIGTERM, os.Interrupt)
		good(slow)
		fmt.Print(begun)
		time.Sleep(time.Hour)
	case "forks":
		child := exec.Command(os.Args[0], "-lab.list")
		child.Env = append(os.Environ(), fakeBench+"=hangs at the list")
		child.Stdout = os.Stdout
		if err := child.Start(); err != nil {
			return 3, true
		}
		return 0, false
	case "is killed":
		good(slow)
		fmt.Print(begun)
		self, _ := os.FindProcess(os.Getpid())
		_ = self.Kill()
		time.Sleep(time.Hour)
	case "panics":
		good(slow)
		fmt.Printf("%spanic: no luck\n", begun)
		return 2, true
	case "garbage", "always garbage":
		fmt.Print("\x00\xff\x7fELF\n")
		return 0, true
	case "half a line":
		good(slow)
		fmt.Print(begun + " 1000 \t 2 ns")
		return 0, true
	case "a line of nonsense", "always a line of nonsense":
		good(slow)
		fmt.Println(begun + " 1000 \t NaN ns/op \t 27.0 link-ns")
		fmt.Println("PASS")
		return 0, true
	case "skips", "always skips": // as package testing prints a late skip, and bench the reason
		good(slow)
		fmt.Println(begun + " 0 \t NaN ns/op")
		fmt.Printf("PASS\n# skipped Benchmark%s: cannot tell today\n", fast)
		return 0, true
	case "missing":
		good(slow)
		fmt.Println("PASS")
		return 0, true
	case "floods":
		line := bytes.Repeat([]byte("x"), 1<<20)
		for {
			_, _ = os.Stdout.Write(line)
		}
	default:
		return 0, false
	}
	return 0, true
}

// countPass counts the passes of a run, in a file.
func countPass() int {
	f, err := os.OpenFile(os.Getenv(fakeCount), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	if err != nil {
		return 0
	}
	defer f.Close()
	_, _ = f.WriteString("x")
	info, err := f.Stat()
	if err != nil {
		return 0
	}
	return int(info.Size())
}

// TestFaultsOfAPass: whatever happens in the second of four passes, the others
// are kept and judged, and the terminal, the journal and the page name what
// happened.
func TestFaultsOfAPass(t *testing.T) {
	pairHere(t)
	usual := usualLimits
	defer func() { usualLimits = usual }()
	for _, c := range []struct {
		kind string
		code int
		kept int
		what rundir.FaultKind
		says string // on the terminal and on the page
	}{
		{"hangs", 1, 3, rundir.Hung, "dist=128"},
		{"ignores signals", 1, 3, rundir.Hung, "dist=128"},
		{"forks", 0, 4, rundir.LeftBehind, "a process"},
		{"is killed", 1, 3, rundir.Died, "dist=128"},
		{"panics", 1, 3, rundir.Died, "no luck"},
		{"garbage", 1, 3, rundir.Unreadable, "no text"},
		{"half a line", 0, 4, rundir.Missing, "dist=128"},
		{"missing", 0, 4, rundir.Missing, "dist=128"},
		{"a line of nonsense", 0, 4, rundir.Missing, "got NaN"},
		{"floods", 1, 3, rundir.Flooded, "64 MiB"},
	} {
		t.Run(c.kind, func(t *testing.T) {
			if runtime.GOOS == "windows" && c.kind == "is killed" {
				t.Skip("a process that is killed has an exit code there")
			}
			if !allFaults && !slices.Contains([]string{"hangs", "is killed", "a line of nonsense"}, c.kind) {
				t.Skip("CACHELAB_FAULTS is not set")
			}
			if usualLimits = usual; c.what == rundir.Hung {
				usualLimits = shortLimits
			}
			t.Setenv(fakeCount, filepath.Join(t.TempDir(), "count"))
			dir := filepath.Join(t.TempDir(), "run")
			begin := time.Now()
			code, _, stderr := runLab(t, t.Context(), c.kind, "-only", "E7", "-passes", "4", "-out", dir)
			if code != c.code || !strings.Contains(stderr, c.says) {
				t.Errorf("exit %d, want %d, and %q on the terminal:\n%s", code, c.code, c.says, stderr)
			}
			if took := time.Since(begin); took > 2*time.Minute {
				t.Errorf("took %v", took)
			}
			log, err := benchlog.ReadFile(filepath.Join(dir, rundir.RunName))
			if err != nil {
				t.Fatal(err)
			}
			journal, err := rundir.ReadJournal(dir)
			if err != nil {
				t.Fatal(err)
			}
			if log.Passes != c.kept || journal.Kept() != c.kept || len(journal.Passes) != 4 {
				t.Errorf("%d passes in run.txt, %d of %d kept in the journal, want %d of 4", log.Passes, journal.Kept(), len(journal.Passes), c.kept)
			}
			if got := journal.Passes[1].Faults; len(got) == 0 || got[0].Kind != c.what {
				t.Errorf("the journal has %+v, want %q", got, c.what)
			}
			page, err := os.ReadFile(filepath.Join(dir, rundir.PageName))
			if err != nil || !strings.Contains(string(page), "pass 2") {
				t.Errorf("the page does not speak of pass 2 (%v)", err)
			}
			if verdicts, err := rundir.ReadVerdictsFile(filepath.Join(dir, rundir.VerdictsName)); err != nil || verdicts.Passes != c.kept {
				t.Errorf("verdicts: %+v, %v", verdicts, err)
			}
		})
	}
}

// Where every pass is lost the measuring ends soon, and says why.
func TestEveryPassIsLost(t *testing.T) {
	pairHere(t)
	t.Setenv(fakeCount, filepath.Join(t.TempDir(), "count"))
	dir := filepath.Join(t.TempDir(), "run")
	code, _, stderr := runLab(t, t.Context(), "always garbage", "-only", "E7", "-passes", "12", "-out", dir)
	if code != 1 || !strings.Contains(stderr, "3 passes were lost") || strings.Contains(stderr, "pass 4") {
		t.Errorf("exit %d:\n%s", code, stderr)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("a folder without a pass stays: %v", err)
	}
}

// A benchmark that has no result in most passes is a failure of the run, unless it
// said why: the other results are kept all the same.
func TestNoResultInMostPasses(t *testing.T) {
	pairHere(t)
	for _, c := range []struct {
		kind string
		code int
		what rundir.FaultKind
		says string
	}{
		{"always a line of nonsense", 1, rundir.Missing, "gave no result in 4 of 4 passes: claims about it were not measured"},
		{"skips", 0, rundir.Skipped, "dist=128"},
		{"always skips", 0, rundir.Skipped, "skipped: cannot tell today"},
	} {
		t.Setenv(fakeCount, filepath.Join(t.TempDir(), "count"))
		dir := filepath.Join(t.TempDir(), "run")
		code, _, stderr := runLab(t, t.Context(), c.kind, "-only", "E7", "-passes", "4", "-out", dir)
		if code != c.code || strings.Count(stderr, c.says) != 1 {
			t.Errorf("%s: exit %d, want %d, and %q once:\n%s", c.kind, code, c.code, c.says, stderr)
		}
		journal, err := rundir.ReadJournal(dir)
		if err != nil {
			t.Fatal(err)
		}
		if f := journal.Passes[1].Faults; journal.Kept() != 4 || len(f) != 1 || f[0].Kind != c.what {
			t.Errorf("%s: %d passes kept, faults %+v; want 4 and %q", c.kind, journal.Kept(), f, c.what)
		}
	}
}

// A binary that hangs before it lists its benchmarks does not hold the lab.
func TestListHangs(t *testing.T) {
	usual := usualLimits
	usualLimits.list = 2 * time.Second
	defer func() { usualLimits = usual }()
	code, _, stderr := runLab(t, t.Context(), "hangs at the list", "-only", "C1", "-out", filepath.Join(t.TempDir(), "run"))
	if code != 1 || !strings.Contains(stderr, "does not list its benchmarks within 2s") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

// A benchmark that hangs while it is tried out is named by its stack alone.
func TestCulprit(t *testing.T) {
	stacks := "SIGQUIT: quit\n\ngoroutine 7 [running]:\ncachelab/bench.BenchmarkCounters.func1(0xc0)\n\t/x.go:1\n\ngoroutine 1 [chan receive]:\ntesting.(*B).Run(0xc0)\ncachelab/bench.BenchmarkCounters(0xc0)\n\t/x.go:9\n"
	expected := []string{"A/x=1", "A/x=12", "Counters/op=a"}
	for _, c := range []struct {
		stdout, stderr string
		want           string
	}{
		{"BenchmarkA/x=1-2 \t 1 \t 2 ns/op\nBenchmarkA/x=12-2 \t", "", "A/x=12"},
		{"BenchmarkA/x=1-2 \t", stacks, "A/x=1"},
		{"BenchmarkA/x=1-2 \tpanic: oh\n\ngoroutine 5", "", "A/x=1"},
		{"BenchmarkA/x=1-2 \t 1 \t 2 ns/op\n", stacks, "Counters"},
		{"BenchmarkA/x=1-2 \t 1 \t 2 ns/op\n", "", ""},
		{"", "", ""},
	} {
		o := outcome{stdout: []byte(c.stdout), stderr: []byte(c.stderr), err: process.ErrTimeout}
		if got := strings.Join(o.culprit(expected), " "); got != c.want {
			t.Errorf("%q and %.20q: %q, want %q", c.stdout, c.stderr, got, c.want)
		}
	}
}

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

// finished waits until a run's folder has so many passes. The machine card comes before
// the first of them, and takes minutes where ten programs share a CPU.
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
