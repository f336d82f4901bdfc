package harness

import (
	"bytes"
	"flag"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// benchmarkOf runs a benchmark as go test -bench does, once and then a hundred times. For a
// time it would be run once on a busy machine, where once may take all of that time.
func benchmarkOf(t *testing.T, f func(b *testing.B)) testing.BenchmarkResult {
	t.Helper()
	return benchmarkFor(t, "100x", f)
}

// benchmarkFor runs a benchmark for a time, or a number of operations.
func benchmarkFor(t *testing.T, benchtime string, f func(b *testing.B)) testing.BenchmarkResult {
	t.Helper()
	old := flag.Lookup("test.benchtime").Value.String()
	if err := flag.Set("test.benchtime", benchtime); err != nil {
		t.Fatal(err)
	}
	defer flag.Set("test.benchtime", old)
	skips = nil
	return testing.Benchmark(f)
}

// A benchmark that skips itself after its first run has the line "0  NaN ns/op" in
// this release of Go: its reason must be printed, in one line.
func TestSkipInALaterRun(t *testing.T) {
	r := benchmarkOf(t, func(b *testing.B) {
		if b.N > 1 {
			Skipf(b, "cannot tell:\n%d or %d", 64, 128)
		}
	})
	if r.N != 0 {
		t.Errorf("a skipped benchmark has the result %v", r)
	}
	var said bytes.Buffer
	printSkips(&said)
	if got, want := said.String(), "cannot tell: 64 or 128\n"; !strings.HasPrefix(got, "# skipped ") || !strings.HasSuffix(got, want) || strings.Count(got, "\n") != 1 {
		t.Errorf("got %q, want one line that ends in %q", got, want)
	}
}

// A time that is no number, or none at all, is no result. The first run of one
// operation may be shorter than a step of the clock, and is none yet.
func TestReportOpsWithoutTime(t *testing.T) {
	for name, c := range map[string]struct {
		took time.Duration
		ops  func(n int) int
		want bool // a result
	}{
		"good":          {time.Microsecond, func(n int) int { return n }, true},
		"no time":       {0, func(n int) int { return n }, false},
		"negative time": {-1, func(n int) int { return n }, false},
		"no operation":  {time.Microsecond, func(int) int { return 0 }, false},
	} {
		r := benchmarkOf(t, func(b *testing.B) {
			time.Sleep(2 * shortestSample)
			ReportOps(b, c.took, c.ops(b.N))
		})
		if got := r.N > 1 && r.Extra["ns/op"] > 0 && !math.IsInf(r.Extra["ns/op"], 0); got != c.want || (len(skips) == 0) != c.want {
			t.Errorf("%s: result %v, skips %v; want a result: %v", name, r, skips, c.want)
		}
	}
	short := benchmarkOf(t, func(b *testing.B) { ReportOps(b, time.Duration(b.N/10), b.N) })
	if short.N <= 1 {
		t.Errorf("a first run without time ends the benchmark: %v", skips)
	}
}

// Every lesson reports its time by ReportOps or ReportNS, which refuse what is no time,
// and skips by Skip, which keeps the reason.
func TestLessonsReportByTheHarness(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "*_test.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no lessons: %v", err)
	}
	direct := regexp.MustCompile(`b\.ReportMetric\([^0\n][^\n]*"ns/op"\)|\bb\.Skipf?\(`)
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range direct.FindAllString(string(text), -1) {
			t.Errorf("%s: %s", filepath.Base(path), m)
		}
	}
}
