package report

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/plot"

	"cachelab/affinity/opt"
	"cachelab/results"
)

func TestWordsForTerabytes(t *testing.T) {
	if strconv.IntSize < 64 {
		t.Skip("an int holds no terabyte here")
	}
	tera := 40 // as a variable, so that 32-bit systems compile it
	for n, want := range map[int]string{3: "3 TiB", 4096: "4096 TiB"} {
		if got := bytesText(n << tera); got != want {
			t.Errorf("bytesText of %d << 40 is %q, want %q", n, got, want)
		}
	}
}

func TestWords(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{bytesText(64), "64 B"}, {bytesText(32 << 10), "32 KiB"}, {bytesText(1536 << 10), "1.5 MiB"}, {bytesText(0), "0 B"},
		{digits(0.0421), "0.0421"}, {digits(1.14), "1.14"}, {digits(34.5), "34.5"}, {digits(120.4), "120"}, {digits(18200), "18200"}, {digits(100), "100"}, {digits(2e9), "2e+09"}, {digits(math.NaN()), "?"},
		{fixed(4), "4.00"}, {fixed(34.52), "34.5"}, {fixed(1234.5), "1234"},
		{percent(0.86), "86%"}, {percent(0.077), "7.7%"}, {percent(0.0001), "<0.1%"}, {percent(0), "0%"}, {percent(0.0996), "10%"},
		{counted(1, "pass", "passes"), "1 pass"}, {counted(2, "pass", "passes"), "2 passes"},
		{shorten("packed counters are slower", 12), "packed coun…"}, {shorten("packed counters are slower", 18), "packed counters…"}, {shorten("short", 12), "short"}, {shorten("abcdefgh", 4), "abc…"},
		{intList([]int{64}, "or"), "64"}, {intList([]int{32, 64, 128}, "or"), "32, 64 or 128"},
		{clean("a\x00b\n c"), "a b c"},
		{slug("No effect!"), "no-effect-"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	p := func(v float64) *float64 { return &v }
	for _, c := range []struct {
		p    *float64
		want string
	}{{nil, ""}, {p(0.00001), "<0.0001"}, {p(0.0005), "0.0005"}, {p(0.04), "0.040"}, {p(1), "1.000"}} {
		if got := pText(c.p); got != c.want {
			t.Errorf("pText: got %q, want %q", got, c.want)
		}
	}
}

func labels(ticks []plot.Tick) string {
	var out []string
	for _, t := range ticks {
		if t.Label != "" {
			out = append(out, t.Label)
		}
	}
	return strings.Join(out, " ")
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		name   string
		ticker plot.Ticker
		lo, hi float64
		want   string
	}{
		{"distance", byteTicks{Bare: true}, 7.1, 573, "8 16 32 64 128 256 512"},
		{"sets", byteTicks{}, 3600, 75e6, "4 KiB 16 KiB 64 KiB 256 KiB 1 MiB 4 MiB 16 MiB 64 MiB"},
		{"one size", byteTicks{}, 3657, 4588, "4 KiB"},
		{"five decades", decadeTicks{}, 0.09, 11000, "0.1 1 10 100 1000 10000"},
		{"absurd", decadeTicks{}, 1e-300, 1e300, "1e-300 1e-214 1e-128 1e-42 1e+44 1e+130 1e+216"},
		{"two decades", decadeTicks{}, 0.9, 110, "1 2 5 10 20 50 100"},
		{"ratios", decadeTicks{}, 0.7, 4.7, "0.8 1 2 3 4"},
		{"narrow", decadeTicks{}, 0.85, 1.35, "0.9 1.0 1.1 1.2 1.3"},
		{"linear", evenTicks{}, 0, 27, "0 5 10 15 20 25"},
		{"below zero", evenTicks{}, -9.4, 16, "-5 0 5 10 15"},
		{"fractions", evenTicks{}, 0, 0.5, "0.0 0.1 0.2 0.3 0.4 0.5"},
		{"no span", evenTicks{}, 3, 3, ""},
	} {
		want := strings.ReplaceAll(c.want, "0.0 ", "0 ")
		if got := labels(c.ticker.Ticks(c.lo, c.hi)); got != want {
			t.Errorf("%s: got %q, want %q", c.name, got, want)
		}
	}
}

func TestSpread(t *testing.T) {
	if s := spreadOf([]float64{5, 1, 3}); s.Mid != 3 || s.N != 3 || s.Lo <= 1 || s.Lo >= 3 || s.Hi >= 5 || s.Hi <= 3 {
		t.Errorf("got %+v", s)
	}
	if s := spreadOf(nil); s != (spread{}) {
		t.Errorf("of nothing: %+v", s)
	}
	if s := spreadOf([]float64{7}); s.Lo != 7 || s.Mid != 7 || s.Hi != 7 {
		t.Errorf("of one: %+v", s)
	}
}

// The control is taken from the same pass: a drift of the machine cancels, and
// a pass without a control gives nothing.
func TestExtraIsPairedByPass(t *testing.T) {
	s := func(pass int, ns float64) sample {
		return sample{effect: "Migration", axes: map[string]string{"set": "4kib"}, pass: pass, values: map[string]float64{unitTime: ns}}
	}
	moved := []sample{s(1, 12), s(2, 112), s(3, 1012), s(4, 99)}
	control := []sample{s(1, 2), s(2, 102), s(3, 1002)}
	got := extraOver(moved, control)
	if len(got.Points) != 1 || got.Points[0].N != 3 || got.Points[0].Lo != 10 || got.Points[0].Hi != 10 || got.Points[0].X != 4096 {
		t.Errorf("got %+v, want 10 in each of 3 passes at 4096 bytes", got.Points)
	}
}

func TestSizeValue(t *testing.T) {
	for _, c := range []struct {
		in   string
		want float64
		ok   bool
	}{{"64", 64, true}, {"4kib", 4096, true}, {"64mib", 64 << 20, true}, {"1gib", 1 << 30, true}, {"0kib", 0, false}, {"big", 0, false}, {"-8", 0, false}, {"inf", 0, false}, {"nan", 0, false}} {
		got, ok := sizeValue(c.in)
		if ok != c.ok || ok && got != c.want {
			t.Errorf("%s: got %g, %t", c.in, got, ok)
		}
	}
}

func TestAxisValuesOrder(t *testing.T) {
	var all []sample
	for _, v := range []string{"64mib", "4kib", "128kib", "odd", "1mib"} {
		all = append(all, sample{axes: map[string]string{"set": v}})
	}
	if got := strings.Join(axisValues(all, "set", "odd"), " "); got != "odd 4kib 128kib 1mib 64mib" {
		t.Errorf("got %q", got)
	}
}

func TestClassifySetsChangedSamplesApart(t *testing.T) {
	var used []sample
	for i := range 400 {
		used = append(used, sample{values: map[string]float64{unitLink: 34 + 0.1*float64(i%5)}})
	}
	for i := range 15 { // as many as would make a class
		used[i].values[unitLink], used[i].values[unitChanged] = 60, 1
	}
	used[30].values[unitLink] = 60 // alone: no class without the changed ones
	classes, of := classify(used, machineClasses(synthMachine()))
	if len(classes) != 3 || of[30] != otherClass || classes[0] != "same L3" || classes[1] != otherClass || classes[2] != changedClass || of[7] != changedClass || of[20] != "same L3" {
		t.Errorf("classes %v, the changed sample is of %q", classes, of[7])
	}
}

func TestGroupCaches(t *testing.T) {
	m := bigMachine()
	g := groupCaches(m.Caches)
	if len(g) != 1 || g[0].count != 96 || g[0].sharing() != "2 each" {
		t.Errorf("got %d groups, %+v", len(g), g)
	}
	m.Caches[5].SizeBytes = opt.Some(64 << 10) // a hybrid machine
	if g := groupCaches(m.Caches); len(g) != 2 {
		t.Errorf("caches of two sizes make %d groups", len(g))
	}
	m = bigMachine()
	m.Caches[5].CPUs = []int{10} // its sibling is offline
	if g := groupCaches(m.Caches); len(g) != 2 {
		t.Errorf("caches of two and of one CPU make %d groups", len(g))
	}
}

func TestRead(t *testing.T) {
	if _, err := Read(t.TempDir()); err == nil || !strings.Contains(err.Error(), "is not a run") {
		t.Errorf("an empty folder: %v", err)
	}
	_, err := parseMachine([]byte("{\n\"cpus\":\n[{\"id\": \"zero\"}]}"), "machine.json")
	if !results.IsFormatError(err) || !strings.HasPrefix(err.Error(), "machine.json:3: ") {
		t.Errorf("got %v", err)
	}
	m, err := parseMachine([]byte(`{"os":"linux","from_the_future":1}`), "machine.json")
	if err != nil || m.OS != "linux" {
		t.Errorf("got %v, %v", m, err)
	}
}

// Any machine card that decodes can be drawn.
func FuzzCard(f *testing.F) {
	f.Add([]byte(`{"caches":[{"level":1,"measured":{"latency_ns":1e-300,"size_bytes":-5}}],"line":{"fetch":{"bytes":0}},"links":[{"classes":[{}]}]}`))
	f.Add([]byte(`{"cpus":[{"id":-1}],"volatile":{"passes":[{}]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := parseMachine(data, "machine.json")
		if err != nil {
			return
		}
		cardText(t, m, 80)
		page, err := renderPage(Input{Machine: m}, nil)
		if err != nil {
			t.Fatal(err)
		}
		checkPage(t, page)
	})
}

// The line that testing prints for a parent benchmark is of no panel, and sets
// no axis.
func TestParentLinesAreLeftOut(t *testing.T) {
	parse := func(more string) []Figure {
		log, err := results.ReadLog(strings.NewReader(more+"BenchmarkCounters/op=atomic/layout=packed/place=l3/workers=2-2 1 8 ns/op\n"), "run.txt")
		if err != nil {
			t.Fatal(err)
		}
		return Figures(Input{Log: log})
	}
	with, without := parse("BenchmarkCounters-2 1000000000 0.00006 ns/op\n"), parse("")
	if len(with) != 1 || string(with[0].SVG) != string(without[0].SVG) {
		t.Error("the parent's line changes the picture")
	}
}
