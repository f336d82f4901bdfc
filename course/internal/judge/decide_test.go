package judge

import (
	"bytes"
	"strings"
	"testing"

	"cachelab/results"
)

func TestDecide(t *testing.T) {
	for _, c := range []struct {
		control, yours results.Outcome
		structure      bool
		want           Judgement
	}{
		{results.Holds, results.Holds, true, Measured},
		{results.Holds, results.Holds, false, Measured},       // a way of the learner's own
		{results.Holds, results.NoEffect, true, NotYet},       // it looks right, and is not
		{results.Holds, results.Undecided, true, ByStructure}, // noise fails nobody
		{results.Holds, results.Undecided, false, NotYet},
		{results.Holds, results.Weaker, true, NotYet},
		{results.Holds, results.Contradicted, false, NotYet},
		{results.NoEffect, results.NoEffect, true, ByStructure},
		{results.NoEffect, results.NoEffect, false, NotYet},
		{results.Undecided, results.Holds, false, NotYet}, // no control, no proof
		{results.Undecided, results.Holds, true, ByStructure},
		{results.Contradicted, results.NoEffect, true, ByStructure},
	} {
		if got := Decide(c.control, c.yours, c.structure); got != c.want {
			t.Errorf("control %s, yours %s, structure %v: %d, want %d", c.control, c.yours, c.structure, got, c.want)
		}
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
	if !r.Passed() {
		t.Error("nothing is missing, and it does not pass")
	}
	r.Missing("two %d", 2)
	if r.Passed() {
		t.Error("something is missing, and it passes")
	}
	var short, long bytes.Buffer
	r.Write(&short, false)
	r.Write(&long, true)
	if want := "  done     one\n  missing  two 2\n"; short.String() != want {
		t.Errorf("%q, want %q", &short, want)
	}
	if !strings.HasSuffix(long.String(), "  why      because\n           of this\n") {
		t.Errorf("with -why %q", &long)
	}
}
