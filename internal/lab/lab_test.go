package lab

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"cachelab/bench/claims"
	"cachelab/cachelines/card"
	"cachelab/cachelines/reported"
	"cachelab/internal/cli"
	"cachelab/results"
	"cachelab/results/benchlog"
	"cachelab/results/rundir"
)

// With this variable the test binary plays the benchmarks: it lists two arms and
// prints a pass of them. Its value says how it behaves.
const fakeBench = "CACHELAB_FAKE_BENCH"

// fakePlace is the place axis of the fake's two arms: that of the machine's
// nearest pair, so that claims select them.
const fakePlace = "CACHELAB_FAKE_PLACE"

func TestMain(m *testing.M) {
	if path := os.Getenv(playLab); path != "" {
		lockPath = path
		withoutMachine()
		go func() { // the test that started this process may be killed
			_, _ = io.Copy(io.Discard, os.Stdin)
			os.Exit(3)
		}()
		os.Unsetenv(playLab) // for the benchmarks that this process starts
		cli.Main("lab", Run)
	}
	if kind := os.Getenv(fakeBench); kind != "" && len(os.Args) > 1 {
		os.Exit(playBench(kind, os.Args[1:]))
	}
	dir, err := os.MkdirTemp("", "lab-test-")
	if err != nil {
		panic(err)
	}
	lockPath = filepath.Join(dir, "lock") // a test does not wait for a run on this machine
	withoutMachine()
	// The tests that run in parallel wait for labs in processes of their own, which sleep
	// most of the time.
	if err := flag.Set("test.parallel", "6"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// withoutMachine makes a run independent of this machine's speed and load: it measures no
// card, does not wait for other programs to end, and starts no benchstat, of which there
// are some thirty for a run.
func withoutMachine() {
	measureCard = reportedCard
	usualLimits.wait = 0
	benchstatPath = func(context.Context) (string, error) { return "", errors.New("not asked for") }
}

// withTables lets a test's runs have tables.
func withTables(t *testing.T) {
	none := benchstatPath
	benchstatPath = findBenchstat
	t.Cleanup(func() { benchstatPath = none })
}

// reportedCard is a machine card of what the system reports, in no time. What a run
// does with a measured one, TestRunFolder checks on a real run.
func reportedCard(ctx context.Context, _ card.Options) (*card.Session, error) {
	values, err := reported.Read()
	if err = cmp.Or(ctx.Err(), err); err != nil {
		return nil, err
	}
	return &card.Session{Machine: card.Reported(values)}, nil
}

func playBench(kind string, args []string) int {
	place := os.Getenv(fakePlace)
	slow, fast := "Distance/op=writers.even/dist=64/place="+place+"/workers=2", "Distance/op=writers.even/dist=128/place="+place+"/workers=2"
	switch kind {
	case "foreign":
		fmt.Println("hello")
		return 0
	case "silent":
		return 0
	case "hangs at the list":
		time.Sleep(time.Hour)
	}
	if strings.Contains(strings.Join(args, " "), "-lab.list") {
		fmt.Printf("0.0100\t%s\n0.0100\t%s\n", slow, fast)
		return 0
	}
	if count, ok := strings.CutPrefix(kind, "dies "); ok { // in its third pass, as by a Ctrl-C of its own
		f, err := os.OpenFile(count, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
		if err != nil {
			return 3
		}
		defer f.Close()
		_, _ = f.WriteString("x")
		if info, err := f.Stat(); err != nil || info.Size() > 2 {
			fmt.Printf("Benchmark%s-2 \t 1000 \t 2 ns/op \t 27.0 link-ns\n", slow)
			return 2
		}
	}
	if kind == "slow" { // leaves a moment in which it can be killed
		time.Sleep(200 * time.Millisecond)
	}
	if middle, ok := map[string]float64{"noisy": 1, "on the edge": 1.05}[kind]; ok {
		// Multiples of the golden ratio are spread evenly, however many there are.
		_, share := math.Modf(float64(countPass()) * math.Phi)
		fmt.Printf("Benchmark%s-2 \t 1000 \t %.6f ns/op \t 27.0 link-ns\n", slow, 2*middle*(1+0.2*(share-0.5)))
		fmt.Printf("Benchmark%s-2 \t 1000 \t 2 ns/op \t 27.0 link-ns\nPASS\n", fast)
		return 0
	}
	if code, done := playFault(kind, slow, fast, args); done {
		return code
	}
	seed := 0
	for _, a := range args {
		if s, ok := strings.CutPrefix(a, "-test.shuffle="); ok {
			seed, _ = strconv.Atoi(s)
		}
	}
	fmt.Println("machine: fake")
	jitter := float64(seed%7) / 1000
	fmt.Printf("Benchmark%s-2 \t 1000 \t %.4f ns/op \t 27.0 link-ns\n", slow, 2+jitter)
	if kind == "fail" {
		fmt.Printf("--- FAIL: Benchmark%s\n    line_test.go:1: counted to 3, want 4\nFAIL\n", fast)
		return 1
	}
	fmt.Printf("Benchmark%s-2 \t 1000 \t %.4f ns/op \t 27.0 link-ns\nPASS\n", fast, 2+jitter)
	return 0
}

// runLab runs the program with the fake benchmarks and returns its exit code, and
// what it said.
func runLab(t *testing.T, ctx context.Context, kind string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	t.Setenv(fakeBench, kind)
	var out, errs bytes.Buffer
	err := Run(ctx, &out, &watched{&errs, nil}, append([]string{"-bin", os.Args[0]}, args...))
	return cli.Report(&errs, "lab", err), out.String(), errs.String()
}

// watched calls back at each line, to interrupt a run where the user would.
type watched struct {
	*bytes.Buffer
	seen func(line string)
}

func (w *watched) Write(b []byte) (int, error) {
	n, err := w.Buffer.Write(b)
	if w.seen != nil {
		w.seen(string(b))
	}
	return n, err
}

// pairPlace is the place axis of E7 on this machine, or why E7 is not here. It goes to
// the environment, for all fakes that this process starts.
var pairPlace = sync.OnceValues(func() (notHere string, err error) {
	reported, err := describe(options{})
	if err != nil {
		return "", err
	}
	for _, c := range claims.For(machineOf(reported, options{})) {
		if c.ID == "E7" && c.NotHere != "" {
			return c.NotHere, nil
		}
		if c.ID == "E7" {
			_, place, _ := strings.Cut(c.Slow, "/place:")
			place, _, _ = strings.Cut(place, " ")
			return "", os.Setenv(fakePlace, place)
		}
	}
	return "", errors.New("there is no claim E7")
})

// pairHere skips where the arms of the fake cannot be claims: without a pair
// of CPUs that one can pin to.
func pairHere(t *testing.T) {
	t.Helper()
	if notHere, err := pairPlace(); err != nil {
		t.Fatal(err)
	} else if notHere != "" {
		t.Skip("E7 is not here: " + notHere)
	}
}

func TestLabLeavesAFolder(t *testing.T) {
	pairHere(t)
	withTables(t)
	dir := filepath.Join(t.TempDir(), "run")
	code, stdout, stderr := runLab(t, t.Context(), "ok", "-only", "E7", "-passes", "9", "-out", dir)
	if code != 0 {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	for _, name := range rundir.Names {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	if tables, _ := os.ReadFile(filepath.Join(dir, rundir.TablesName)); strings.Contains(string(tables), "not made") {
		t.Errorf("tables were not made:\n%.300s", tables)
	}
	file, err := rundir.ReadVerdictsFile(filepath.Join(dir, "verdicts.json"))
	if err != nil {
		t.Fatal(err)
	}
	if file.Passes != 9 {
		t.Errorf("verdicts of %d passes, want 9", file.Passes)
	}
	for _, v := range file.Verdicts {
		if v.ID == "E7" && v.Outcome != results.Holds {
			t.Errorf("two equal arms: E7 %s (%s)", v.Outcome, v.Reason)
		}
	}
	if !strings.Contains(stdout, "E7") || !strings.Contains(stdout, "report.html") {
		t.Errorf("the summary names neither the claim nor the report:\n%s", stdout)
	}
	// A run is never overwritten.
	code, _, stderr = runLab(t, t.Context(), "ok", "-only", "E7", "-passes", "1", "-out", dir)
	if code != 1 || !strings.Contains(stderr, "-out") || strings.Count(stderr, "\n") > 3 {
		t.Errorf("a second run into one folder: exit %d, %q", code, stderr)
	}
}

func TestLabKeepsFinishedPassesOnInterrupt(t *testing.T) {
	pairHere(t)
	t.Setenv(fakeBench, "ok")
	ctx, interrupt := context.WithCancel(t.Context())
	var out, errs bytes.Buffer
	dir := filepath.Join(t.TempDir(), "run")
	stderr := &watched{&errs, func(line string) {
		if strings.HasPrefix(line, "pass 2 of 8") {
			interrupt()
		}
	}}
	err := Run(ctx, &out, stderr, []string{"-bin", os.Args[0], "-only", "E7", "-passes", "8", "-out", dir})
	if code := cli.Report(&errs, "lab", err); code != 130 {
		t.Errorf("exit %d after an interrupt, want 130: %s", code, errs.String())
	}
	log, err := benchlog.ReadFile(filepath.Join(dir, "run.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if log.Passes != 2 {
		t.Errorf("%d passes kept, want 2", log.Passes)
	}
	for _, name := range rundir.Names {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
}

// A Ctrl-C in a terminal reaches the benchmarks too. Where they are gone before
// the lab has noticed, their pass is no failure.
func TestLabInterruptSeenLate(t *testing.T) {
	pairHere(t)
	t.Setenv(fakeBench, "dies "+filepath.Join(t.TempDir(), "count"))
	ctx, interrupt := context.WithCancel(t.Context())
	var out, errs bytes.Buffer
	dir := filepath.Join(t.TempDir(), "run")
	stderr := &watched{&errs, func(line string) {
		if strings.HasPrefix(line, "pass 2 of 8") {
			time.AfterFunc(interruptLag/3, interrupt) // the third pass has died by then
		}
	}}
	err := Run(ctx, &out, stderr, []string{"-bin", os.Args[0], "-only", "E7", "-passes", "8", "-out", dir})
	if code := cli.Report(&errs, "lab", err); code != 130 {
		t.Errorf("exit %d after an interrupt, want 130: %s", code, errs.String())
	}
	if log, err := benchlog.ReadFile(filepath.Join(dir, "run.txt")); err != nil || log.Passes != 2 {
		t.Errorf("want the two whole passes: %+v, %v", log, err)
	}
}

// A file that cannot be written takes neither the others with it nor the
// summary.
func TestLabKeepsWhatItCan(t *testing.T) {
	pairHere(t)
	t.Setenv(fakeBench, "ok")
	var out, errs bytes.Buffer
	dir := filepath.Join(t.TempDir(), "run")
	stderr := &watched{&errs, func(line string) {
		if strings.HasPrefix(line, "pass 2 of 2") { // somebody takes the names of two files
			for _, name := range []string{"tables.txt", "report.html"} {
				if err := os.Mkdir(filepath.Join(dir, name), 0o777); err != nil {
					t.Error(err)
				}
			}
		}
	}}
	err := Run(t.Context(), &out, stderr, []string{"-bin", os.Args[0], "-only", "E7", "-passes", "2", "-out", dir})
	if code := cli.Report(&errs, "lab", err); code != 1 || !strings.Contains(errs.String(), "every finished pass is in") {
		t.Errorf("exit %d, %q", code, errs.String())
	}
	for _, name := range []string{"run.txt", "machine.json", "verdicts.json"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	if !strings.Contains(out.String(), "3 claims: 3 undecided") {
		t.Errorf("the summary is lost:\n%s", out.String())
	}
}

// Nothing measures without benchmarks of this cachelab, and the line says how
// to get them.
func TestLabRefusesOtherBinaries(t *testing.T) {
	for kind, want := range map[string]string{"foreign": `it lists "hello"`, "silent": "it lists no benchmark"} {
		dir := filepath.Join(t.TempDir(), "run")
		code, _, stderr := runLab(t, t.Context(), kind, "-only", "C1", "-out", dir)
		if code != 1 || !strings.Contains(stderr, want) || !strings.Contains(stderr, "go test -c") || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%s: exit %d, %q", kind, code, stderr)
		}
		if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: a folder is left: %v", kind, err)
		}
	}
	file := filepath.Join(t.TempDir(), "notes.txt")
	if err := os.WriteFile(file, []byte("notes"), 0o666); err != nil {
		t.Fatal(err)
	}
	code, _, stderr := runLab(t, t.Context(), "ok", "-only", "C1", "-bin", file)
	if code != 1 || !strings.Contains(stderr, "it is not executable") || strings.Count(stderr, file) != 1 {
		t.Errorf("a text file: exit %d, %q", code, stderr)
	}
}

func TestLabInterruptedAtOnceLeavesNothing(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	dir := filepath.Join(t.TempDir(), "run")
	code, _, stderr := runLab(t, ctx, "ok", "-out", dir)
	if code != 130 || !strings.Contains(stderr, "nothing to keep") {
		t.Errorf("exit %d, %q", code, stderr)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder is there: %v", err)
	}
}
