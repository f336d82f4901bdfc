package proof

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"cachelab/internal/advise/finding"
	"cachelab/internal/advise/patch"
	"cachelab/internal/advise/record"
	"cachelab/results"
)

// seen makes a record of one line on which P 0 made busy accesses and P 1 other
// ones, and that moved as often as said.
func seen(busy, other, transfers int64) (*finding.Finding, *record.Dump) {
	line := &record.Line{Transfers: record.Transfers{False: transfers}, Words: []*record.Word{
		{Size: 8, Counts: record.Counts{AtomicAdd: busy}, Ps: []record.PUse{{P: 0, Writes: busy}}},
		{Offset: 8, Size: 8, Counts: record.Counts{AtomicAdd: other}, Ps: []record.PUse{{P: 1, Writes: other}}},
	}}
	f := &finding.Finding{Kind: finding.FalseSharing, Shared: []*record.Line{line}}
	return f, &record.Dump{Benchmark: "BenchmarkX", Ops: 1_000_000, Watched: record.Watched{SampleOneIn: 1}}
}

func TestBound(t *testing.T) {
	check := func(name string, dismissed bool, busy, other, transfers int64, change func(*finding.Finding, *record.Dump)) {
		t.Helper()
		f, d := seen(busy, other, transfers)
		if change != nil {
			change(f, d)
		}
		g := bound(Counted{f, d}, "BenchmarkX", 100, 50)
		if got := g != nil; got != dismissed {
			t.Errorf("%s: dismissed %v, want %v", name, got, dismissed)
		}
		if g != nil && (g.By != "bound" || g.Word != LeaveIt || g.Verdict != "no effect") {
			t.Errorf("%s: %+v", name, g)
		}
	}
	// An operation takes 100 ns and a transfer 50. 1% of a million operations
	// is 1 ms, which is 20,000 transfers, which is 10,000 accesses of the other P.
	check("written once a hundred operations", false, 1_000_000, 11_000, 11_000, nil)
	check("half of that", true, 1_000_000, 4_000, 4_000, nil)
	// The recorder is slow and sees few of the transfers. The accesses count.
	check("100 times too few recorded transfers", false, 1_000_000, 1_000_000, 100, nil)
	check("one access in 32 was recorded", false, 31_250, 1_000, 100, func(_ *finding.Finding, d *record.Dump) { d.Watched.SampleOneIn = 32 })
	check("the recorder stopped counting", false, 1_000, 1, 1, func(f *finding.Finding, _ *record.Dump) { f.Shared[0].Saturated = true })
	check("operations are not known", false, 1_000_000, 10, 10, func(_ *finding.Finding, d *record.Dump) { d.Ops = 0 })
	check("a P that had no slot", false, 1_000_000, 100_000, 10, func(f *finding.Finding, _ *record.Dump) { f.Shared[0].Words[1].Ps = nil })
}

// Chance must not dismiss a line: of a mean of 100 recorded accesses, 130 are seen
// in one case of a thousand, so a count of 100 may stand for more.
func TestAtMost(t *testing.T) {
	for _, c := range []struct{ n, least, most int64 }{{0, 7, 7}, {100, 130, 145}, {10_000, 10_300, 10_400}} {
		if got := atMost(c.n); got < c.least || got > c.most {
			t.Errorf("atMost(%d) = %d, want %d to %d", c.n, got, c.least, c.most)
		}
	}
}

func TestSort(t *testing.T) {
	gain := func(word string, ratio float64) *finding.Finding {
		return &finding.Finding{Kind: finding.FalseSharing, Pos: word, Gain: &finding.Gain{Word: word, Ratio: &finding.Ratio{Median: ratio}}}
	}
	true1 := &finding.Finding{Kind: finding.TrueSharing, Pos: "true"}
	other := &finding.Finding{Kind: finding.SharesAt128, Pos: "128"}
	fs := []*finding.Finding{true1, gain(LeaveIt, 1), gain(WorthIt, 1.2), other, gain(CannotTell, 1.3), gain(WorthIt, 2.1), gain(Hurts, 0.8)}
	Sort(fs)
	var got []string
	for _, f := range fs {
		got = append(got, f.Pos)
	}
	want := "worth it|worth it|cannot tell|hurts|128|not worth it, leave it|true"
	if strings.Join(got, "|") != want || fs[0].Gain.Ratio.Median != 2.1 {
		t.Errorf("got %q, want %q", got, want)
	}
}

// fakeTrial has samples of one benchmark in two arms, with ratios around one.
func fakeTrial(ratio float64) *trial {
	tr := &trial{benchmark: "BenchmarkX", names: []string{"X-2"}, arms: []*arm{{}, {f: &finding.Finding{}}}}
	for pass := 1; pass <= 10; pass++ {
		noise := 1 + 0.002*float64(pass%5-2)
		for i, seconds := range []float64{100e-9 * ratio * noise, 100e-9} {
			name := "Gain/bench=b0/arm=a" + string(rune('0'+i))
			tr.samples = append(tr.samples, results.Sample{Pass: pass, Name: name, Full: "Benchmark" + name,
				Values: results.Values{{Unit: "sec/op", Value: seconds}}})
		}
		tr.passes = pass
	}
	return tr
}

func TestWords(t *testing.T) {
	check := func(ratio float64, want string) {
		t.Helper()
		tr := fakeTrial(ratio)
		if _, err := tr.judge(true); err != nil {
			t.Fatal(err)
		}
		g := tr.arms[1].f.Gain
		if g == nil || g.Word != want || g.By != "benchmark" || g.Benchmark != "BenchmarkX" || g.Samples != 10 {
			t.Errorf("a ratio of %v: %+v, want %q", ratio, g, want)
		}
	}
	check(1.7, WorthIt)
	check(1.0, LeaveIt)
	check(0.8, Hurts)
	check(1.05, CannotTell)
}

// The pads of package pair make it faster on any machine whose CPUs do not
// share a first-level cache. Only the direction is asserted.
func TestBenchmarkProvesAGain(t *testing.T) {
	if testing.Short() {
		t.Skip("runs a benchmark some twenty times")
	}
	if runtime.GOMAXPROCS(0) < 2 || runtime.NumCPU() < 2 {
		t.Skip("one CPU: nothing is shared")
	}
	dir, err := filepath.Abs("../testdata/cases/pair")
	if err != nil {
		t.Fatal(err)
	}
	source := filepath.Join(dir, "pair.go")
	text, err := os.ReadFile(source)
	if err != nil {
		t.Fatal(err)
	}
	padded := strings.Replace(string(text), "\tgot ", "\t_ [120]byte\n\tgot ", 1)
	f := &finding.Finding{Kind: finding.FalseSharing}
	env := Env{Build: buildPair(t, dir), Dir: dir, Environ: os.Environ(), Passes: [2]int{6, 6}}
	err = Prove(context.Background(), []*finding.Finding{f}, "BenchmarkProgress",
		map[*finding.Finding]*patch.Patch{f: {Files: map[string][]byte{source: []byte(padded)}}}, env)
	if err != nil {
		t.Fatal(err)
	}
	if f.Gain.By != "benchmark" || f.Gain.Ratio == nil {
		t.Fatalf("%+v", f.Gain)
	}
	if f.Gain.Ratio.Median < 1 {
		t.Skipf("padded is not faster (%.2f): the CPUs may be siblings of one core, or something else runs", f.Gain.Ratio.Median)
	}
}

// buildPair builds the tests of package pair with files replaced.
func buildPair(t *testing.T, dir string) func(context.Context, map[string][]byte) (string, error) {
	return func(ctx context.Context, replace map[string][]byte) (string, error) {
		tmp := t.TempDir()
		overlay := map[string]string{}
		for path, text := range replace {
			overlay[path] = filepath.Join(tmp, filepath.Base(path))
			if err := os.WriteFile(overlay[path], text, 0o666); err != nil {
				return "", err
			}
		}
		text, err := json.Marshal(map[string]any{"Replace": overlay})
		if err != nil {
			return "", err
		}
		if err := os.WriteFile(filepath.Join(tmp, "overlay.json"), text, 0o666); err != nil {
			return "", err
		}
		binary := filepath.Join(tmp, "pair.test")
		cmd := exec.CommandContext(ctx, "go", "test", "-c", "-o", binary, "-overlay", filepath.Join(tmp, "overlay.json"), ".")
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOWORK=off")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Log(string(out))
		}
		return binary, err
	}
}

func TestParse(t *testing.T) {
	got := parse([]byte("goos: linux\nBenchmarkA-2 \t 100 \t 12.5 ns/op\nlog line\nBenchmarkA/b=1-2 \t 7 \t 3 ns/op\nPASS\n"))
	if len(got) != 2 || got[0].Iters != 100 || got[1].Name.String() != "A/b=1-2" {
		t.Errorf("%v", got)
	}
	if got := failure([]byte("=== RUN\npanic: boom\n\ngoroutine 1")); got != "panic: boom" {
		t.Error(got)
	}
}
