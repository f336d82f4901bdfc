package advise

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchmath"

	"cachelab/internal/advise/dump"
	"cachelab/internal/advise/overlay"
)

// What recording costs, against the same instrumented program with hooks that
// do nothing, and against the plain program. It is a measurement and asserts
// nothing:
//
//	go test ./internal/advise -run Overhead -overhead 10 -v
var overheadPasses = flag.Int("overhead", 0, "measure the recorder's overhead with so many passes")

func TestOverhead(t *testing.T) {
	needTwoCPUs(t)
	if *overheadPasses == 0 {
		t.Skip("takes a minute; -overhead measures it")
	}
	t.Setenv("GOWORK", "off")
	dir, err := filepath.Abs("testdata/cases")
	if err != nil {
		t.Fatal(err)
	}
	b, err := overlay.NewBuilder(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	// The counts make a plain run take about a second.
	for _, c := range []struct{ name, pkg, bench, count string }{
		{"contended", "./pair", "BenchmarkProgress", "20000000x"},
		{"uncontended", "./padded", "BenchmarkPadded", "200000000x"},
	} {
		arms := map[string]string{}
		for name, mode := range map[string]overlay.Mode{"plain": overlay.Plain, "empty": overlay.Empty, "recorded": overlay.Recorded} {
			arms[name] = filepath.Join(t.TempDir(), name)
			if err := b.Build(t.Context(), overlay.Job{Mode: mode, Test: true, Package: c.pkg, Out: arms[name]}); err != nil {
				t.Fatal(err)
			}
		}
		ns := map[string][]float64{}
		for range *overheadPasses {
			names := []string{"plain", "empty", "recorded"}
			rand.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
			for _, name := range names {
				ns[name] = append(ns[name], timeOf(t, b, arms[name], c.bench, c.count))
			}
		}
		summary := func(over, under string) string {
			var ratios []float64
			for i := range ns[over] {
				ratios = append(ratios, ns[over][i]/ns[under][i])
			}
			s := benchmath.AssumeNothing.Summary(benchmath.NewSample(ratios, &benchmath.DefaultThresholds), 0.95)
			return fmt.Sprintf("%s/%s %.2f [%.2f, %.2f]", over, under, s.Center, s.Lo, s.Hi)
		}
		t.Logf("%s: %s, %s, n=%d", c.name, summary("recorded", "empty"), summary("recorded", "plain"), *overheadPasses)
	}
}

// timeOf is the time of an operation in one run.
func timeOf(t *testing.T, b *overlay.Builder, binary, bench, count string) float64 {
	t.Helper()
	rec, err := dump.Prepare(b.Temp())
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Close()
	cmd := exec.Command(binary, "-test.run=^$", "-test.bench=^"+bench+"$", "-test.benchtime="+count)
	cmd.Env = append(os.Environ(), rec.Env(dump.Bursts)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	reader := benchfmt.NewReader(strings.NewReader(string(out)), "out")
	for reader.Scan() {
		if r, ok := reader.Result().(*benchfmt.Result); ok {
			v, _ := r.Value("sec/op")
			return v * 1e9
		}
	}
	t.Fatalf("no result in %s", out)
	return 0
}
