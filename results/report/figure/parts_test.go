package figure

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot"

	"cachelab/affinity/opt"
	"cachelab/cachelines/card"
	"cachelab/results/benchlog"
	"cachelab/results/report/internal/synth"
	"cachelab/results/report/view"
)

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
	if s := spreadOf([]float64{5, 1, 3}); s != (spread{1, 3, 5, 3}) || !s.few() {
		t.Errorf("of three: %+v, want their range, and a hollow mark", s)
	}
	if s := spreadOf([]float64{5, 1, 3, 2, 4, 6}); s.Lo <= 1 || s.Hi >= 6 || s.few() {
		t.Errorf("of six: %+v, want percentiles, and a full mark", s)
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
	classes, of := classify(used, view.LinkClasses(synth.Machine()))
	if len(classes) != 3 || of[30] != otherClass || classes[0] != "same L3" || classes[1] != otherClass || classes[2] != changedClass || of[7] != changedClass || of[20] != "same L3" {
		t.Errorf("classes %v, the changed sample is of %q", classes, of[7])
	}
}

// The line that testing prints for a parent benchmark is of no panel, and sets
// no axis.
func TestParentLinesAreLeftOut(t *testing.T) {
	parse := func(more string) []Figure {
		log, err := benchlog.Read(strings.NewReader(more+"BenchmarkCounters/op=atomic/layout=packed/place=l3/workers=2-2 1 8 ns/op\n"), "run.txt")
		if err != nil {
			t.Fatal(err)
		}
		return OfRun(view.Input{Log: log})
	}
	with, without := parse("BenchmarkCounters-2 1000000000 0.00006 ns/op\n"), parse("")
	if len(with) != 1 || string(with[0].SVG) != string(without[0].SVG) {
		t.Error("the parent's line changes the picture")
	}
}

// A mark of fewer than six samples is hollow, and the subtitle says how few there are.
func TestHollowMarks(t *testing.T) {
	full, two, three := point{1, spread{1, 2, 3, 12}}, point{2, spread{1, 2, 3, 2}}, point{3, spread{1, 2, 3, 3}}
	check := func(want string, points ...point) {
		t.Helper()
		if got := hollowNote([]*series{{Points: points}}); got != want {
			t.Errorf("%v: %q, want %q", points, got, want)
		}
	}
	check("", full)
	check("", point{1, spread{1, 2, 3, 0}}) // nobody counted
	check("; hollow marks: under 6 samples, down to n = 2", full, three, two)
	draw := func(q point) string {
		p := newPlot("", "x", "y")
		said := &hits{}
		s := &series{Name: "a", Look: looks[0], Points: []point{q}, hits: said}
		frame(p, []*series{s}, evenTicks{})
		p.Y.Min, p.Y.Max = 0, 4
		p.Add(s)
		sh := sheet{hits: said, Panels: []*plot.Plot{p}}
		return string(sh.draw("a", "a"))
	}
	if a, b := draw(full), draw(two); len(b) <= len(a) || !strings.Contains(b, "range 1 to 3, n=2") || strings.Contains(a, "range") {
		t.Errorf("a hollow mark is drawn as a full one")
	}
}

// A sample that other programs spoiled is in no figure.
func TestDisturbedSamplesAreNotDrawn(t *testing.T) {
	const name = "BenchmarkCounters/op=atomic/layout=packed/place=package/workers=2-2 100 "
	text := name + "20 ns/op 30 link-ns\n" + name + "9 ns/op 30 link-ns 0.4 off-cpu\n" + name + "4000 ns/op 30 link-ns 1 too-short\n"
	log, err := benchlog.Read(strings.NewReader(text), "run.txt")
	if err != nil {
		t.Fatal(err)
	}
	got := newDrawing(view.Input{Log: log}).samples
	if len(got) != 1 || got[0].values["ns/op"] != 20 {
		t.Errorf("%d samples are drawn: %+v, want the first alone", len(got), got)
	}
}

// The extent of values is that of the finite ones; on a log axis that of the positive ones,
// those below 1 as well.
func TestExtent(t *testing.T) {
	values := []float64{3, math.NaN(), 0.5, -2, math.Inf(1), 0}
	if lo, hi, ok := extent(values, false); lo != -2 || hi != 3 || !ok {
		t.Errorf("%v to %v (%v), want -2 to 3", lo, hi, ok)
	}
	if lo, hi, ok := extent(values, true); lo != 0.5 || hi != 3 || !ok {
		t.Errorf("positive: %v to %v (%v), want 0.5 to 3", lo, hi, ok)
	}
	if _, _, ok := extent([]float64{0, math.Inf(-1)}, true); ok {
		t.Error("no positive value has an extent")
	}
}

// The title of the figure of distances names the sizes that were found, each or both.
func TestDistanceTitle(t *testing.T) {
	for _, c := range []struct {
		fetch, apart int
		want         string
	}{
		{64, 128, "Line size: a miss loads 64 bytes, and two writers need 128"},
		{64, 0, "Line size: a miss loads 64 bytes"},
		{0, 128, "Line size: two writers need 128 bytes"},
		{0, 0, "Line size: time against distance"},
	} {
		m := synth.Machine()
		m.Line.Fetch, m.Line.Interference = nil, nil
		if c.fetch > 0 {
			m.Line.Fetch = &card.LineSize{Bytes: opt.Some(c.fetch)}
		}
		if c.apart > 0 {
			m.Line.Interference = &card.LineSize{Bytes: opt.Some(c.apart)}
		}
		if got := distanceTitle(newDrawing(view.Input{Machine: m})); got != c.want {
			t.Errorf("fetch %d, interference %d: %q, want %q", c.fetch, c.apart, got, c.want)
		}
	}
}
