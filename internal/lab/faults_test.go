package lab

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
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
		{"garbage", 1, 3, rundir.Unreadable, "not text"},
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
