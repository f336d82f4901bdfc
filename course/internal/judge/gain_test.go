package judge

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	"cachelab/internal/crew"
	"cachelab/results"
)

// TestGain: the bar is half of the model's gain, on a logarithmic scale, and what does
// not decide never passes.
func TestGain(t *testing.T) {
	around := func(lo, median, hi float64) results.Interval {
		return results.Interval{Lo: lo, Median: median, Hi: hi}
	}
	model := around(3.8, 4, 4.2) // the bar is 2
	for _, c := range []struct {
		name         string
		model, yours results.Interval
		want         Outcome
	}{
		{"as good as the model", model, model, Passes},
		{"better than the model", model, around(7, 8, 9), Passes},
		{"just above the bar", model, around(2.01, 2.1, 2.2), Passes},
		{"just below the bar", model, around(1.8, 1.9, 1.99), NotYet},
		{"nothing gained", model, around(0.98, 1, 1.02), NotYet},
		{"slower than the slow way", model, around(0.4, 0.5, 0.6), NotYet},
		{"noise across the bar", model, around(1.2, 2.1, 5), Again},
		{"the machine shows nothing", around(0.9, 1, 1.1), around(0.9, 1, 1.1), Again},
		{"the machine shows nothing and yours is fast", around(1.1, 1.2, 1.3), around(7, 8, 9), Again},
		{"no numbers", results.Interval{}, results.Interval{}, Again},
	} {
		if got := (Gain{c.model, c.yours}).Outcome(); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// TestMeasureGain plants arms whose gain is known.
func TestMeasureGain(t *testing.T) {
	arm := func(values ...float64) Arm {
		i := -1
		return Arm{"", func() float64 { i++; return values[i%len(values)] }}
	}
	for _, c := range []struct {
		yours Arm
		want  Outcome
	}{
		{arm(10, 10.5), Passes},
		{arm(40, 39, 41), NotYet},
		{arm(5, 100), Again},
	} {
		got, err := MeasureGain(arm(40, 41, 39), arm(10, 10.2), c.yours)
		if err != nil || got.Outcome() != c.want {
			t.Errorf("%s: %v, %v, want %v", got, got.Outcome(), err, c.want)
		}
	}
}

func TestShareAt(t *testing.T) {
	for _, c := range []struct {
		name           string
		stride, lo, hi uintptr
		want           bool
	}{
		{"side by side", 32, 0, 32, true},
		{"a line a element, no line between", 64, 0, 32, true}, // 8 bytes past a line it shares
		{"a line between, behind", 96, 0, 32, false},
		{"a line between, in front", 96, 64, 96, false},
		{"a line but a word between", 88, 0, 32, false},
		{"two words less", 80, 0, 32, true},
		{"two lines, half of the second used", 128, 0, 72, false},
		{"two lines, all but one word of the second used", 128, 0, 120, true},
	} {
		if _, got := ShareAt(c.stride, c.lo, c.hi, 64); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestExtent(t *testing.T) {
	type inner struct {
		_    [16]byte
		A, B uint64
		_    [8]byte
	}
	type padded struct {
		padding [64]byte
		inner
		tail [0]byte
	}
	_, _ = padded{}.padding, padded{}.tail // pads with names are pads too
	if lo, hi, ok := Extent(reflect.TypeFor[padded]()); !ok || lo != 80 || hi != 96 {
		t.Errorf("%d to %d, %v; want 80 to 96", lo, hi, ok)
	}
	if _, _, ok := Extent(reflect.TypeFor[struct{ _ [8]byte }]()); ok {
		t.Error("a pad has data")
	}
}

// TestMeasure plants arms whose ratio is known.
func TestMeasure(t *testing.T) {
	arm := func(name string, values ...float64) Arm {
		i := -1
		return Arm{name, func() float64 { i++; return values[i%len(values)] }}
	}
	verdicts, err := Measure(
		[]Arm{arm("slow", 30, 31, 29), arm("fast", 10, 10.2), arm("same", 10.1, 10)},
		Comparison{ID: "three", Slow: "slow", Fast: "fast", AtLeast: 1.3},
		Comparison{ID: "equal", Slow: "same", Fast: "fast", Band: 0.1},
		Comparison{ID: "backwards", Slow: "fast", Fast: "slow", AtLeast: 1.3})
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]results.Outcome{"three": results.Holds, "equal": results.Holds, "backwards": results.Contradicted} {
		if got := verdicts[id]; got.Outcome != want {
			t.Errorf("%s: %s (%s), want %s", id, got.Outcome, Ratio(got), want)
		}
	}
	if r := verdicts["three"].Ratio.Median; r < 2.8 || r > 3.2 {
		t.Errorf("ratio %v, planted 3", r)
	}
}

// A sample that something else spoiled is taken again, or left out; where all are, nothing
// is decided.
func TestMeasureLeavesSpoiledSamplesOut(t *testing.T) {
	i := 0
	slow := Arm{"slow", func() float64 {
		i++
		return PerOp(crew.Span{Wall: []time.Duration{30, 5, 31, 5, 29}[i%5], OffCPU: []float64{0, 0.5, 0.05, 0.11, 0.1}[i%5]}, 1)
	}}
	fast := Arm{"fast", func() float64 { return 10 }}
	never := Arm{"never", func() float64 { return PerOp(crew.Span{Wall: 5, OffCPU: 0.5}, 1) }}
	verdicts, err := Measure([]Arm{slow, fast, never},
		Comparison{ID: "three", Slow: "slow", Fast: "fast", AtLeast: 1.3}, Comparison{ID: "never", Slow: "never", Fast: "fast", AtLeast: 1.3})
	if err != nil {
		t.Fatal(err)
	}
	if v := verdicts["three"]; v.Outcome != results.Holds || v.Ratio.Lo < 2.8 {
		t.Errorf("%s (%s), want a ratio of 3 that holds", v.Outcome, Ratio(v))
	}
	if v := verdicts["never"]; v.Outcome != results.Undecided {
		t.Errorf("without a sample: %s (%s)", v.Outcome, Ratio(v))
	}
}

// TestMeasureEnds: arms that never decide end all the same.
func TestMeasureEnds(t *testing.T) {
	n := 0
	wild := Arm{"wild", func() float64 { n++; return []float64{1, 50}[n%2] }}
	verdicts, err := Measure([]Arm{wild, {"tame", func() float64 { return 7 }}}, Comparison{ID: "x", Slow: "wild", Fast: "tame", AtLeast: 1.3})
	if err != nil {
		t.Fatal(err)
	}
	if v := verdicts["x"].Outcome; v != results.Undecided || n > mostPasses+1 {
		t.Errorf("%s after %d samples", v, n)
	}
}

func TestReport(t *testing.T) {
	var r Report
	r.Done("one")
	r.Why("because\nof this")
	if r.Outcome() != Passes {
		t.Error("nothing is missing, and it does not pass")
	}
	r.NotHere("x")
	if r.Outcome() != NotHere {
		t.Errorf("%v, want not here", r.Outcome())
	}
	r.Again("y")
	if r.Outcome() != Again {
		t.Errorf("%v, want run again", r.Outcome())
	}
	r.Missing("two %d", 2)
	if r.Outcome() != NotYet {
		t.Errorf("%v, want not yet", r.Outcome())
	}
	var with, without, none bytes.Buffer
	new(Report).Write(&none, true)
	if !strings.Contains(none.String(), "Nothing was measured") {
		t.Errorf("without a measurement: %q", &none)
	}
	r.Write(&with, true)
	r.Write(&without, false)
	if got, want := with.String(), without.String()+"  why      because\n           of this\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
