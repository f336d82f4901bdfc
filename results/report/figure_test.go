package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"cachelab/results"
)

// walk reads markup to its end and calls f for each element. The error is that
// of markup that does not nest.
func walk(markup []byte, html bool, f func(xml.StartElement)) error {
	d := xml.NewDecoder(bytes.NewReader(markup))
	if html {
		d.AutoClose, d.Entity = []string{"meta", "br"}, xml.HTMLEntity
		d.Strict = false
	}
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			line, col := d.InputPos()
			return fmt.Errorf("%d:%d: %w", line, col, err)
		}
		if e, ok := tok.(xml.StartElement); ok {
			f(e)
		}
	}
}

func TestFiguresGolden(t *testing.T) {
	for _, f := range append(Figures(synthInput(t)), comparisonFigures(synthRuns(t))...) {
		golden(t, "figures/"+f.Name+".svg", f.File())
		elements := map[string]int{}
		if err := walk(f.File(), false, func(e xml.StartElement) { elements[e.Name.Local]++ }); err != nil {
			t.Errorf("%s is not well formed: %v", f.Name, err)
		}
		if elements["title"] != 1 || elements["desc"] != 1 || elements["script"]+elements["image"]+elements["a"] != 0 {
			t.Errorf("%s: elements %v", f.Name, elements)
		}
		for _, bad := range []string{"NaN", "Inf", "e+"} {
			if bytes.Contains(f.SVG, []byte(bad)) {
				t.Errorf("%s: %q in the picture", f.Name, bad)
			}
		}
		if f.Title == "" || len(f.Caption) < 60 || len(f.Desc) < 40 {
			t.Errorf("%s lacks words: %q, %q, %q", f.Name, f.Title, f.Caption, f.Desc)
		}
	}
}

func TestFiguresAreDeterministic(t *testing.T) {
	first := Figures(synthInput(t))
	for range 5 { // map order would show within a few
		for i, f := range Figures(synthInput(t)) {
			if !bytes.Equal(f.SVG, first[i].SVG) {
				t.Fatalf("%s differs between two drawings of one run", f.Name)
			}
		}
	}
}

// Text from files must not become markup.
func TestFiguresEscape(t *testing.T) {
	in := synthInput(t)
	in.Machine.CPU.Name = `<script>x</script> & "quoted"`
	in.Verdicts.Verdicts[0].Claim = `<img src=x onerror=y>`
	for i := range in.Log.Samples {
		in.Log.Samples[i].Name = strings.ReplaceAll(in.Log.Samples[i].Name, "op=cas", "op=\x01\uffff</text>")
	}
	for _, f := range Figures(in) {
		err := walk(f.File(), false, func(e xml.StartElement) {
			if e.Name.Local == "script" || e.Name.Local == "img" {
				t.Errorf("%s: <%s> in the picture", f.Name, e.Name.Local)
			}
		})
		if err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

// Numbers at the edge of what a run can hold must not stop the drawing.
func TestFiguresExtreme(t *testing.T) {
	zero, neg := 0.0, -1.0
	log, err := results.ReadLog(strings.NewReader(`
BenchmarkCounters/op=atomic/layout=packed/place=l3/workers=2 1 0 ns/op 0 link-ns
BenchmarkCounters/op=odd/layout=odd/place=odd/workers=odd 1 1e300 ns/op 1e-300 link-ns
BenchmarkCounters/op=atomic/layout=packed/place=l3/workers=2 1 5 ns/op 1e200 link-ns
BenchmarkMigration/op=dirty/set=0kib/move=first/place=l3/workers=1 1 3 ns/op
BenchmarkMigration/op=dirty/set=4kib/move=first/place=l3/workers=1 1 3 ns/op
BenchmarkMigration/op=dirty/set=4kib/move=none/place=l3/workers=1 1 3 ns/op
BenchmarkLatency/set=64mib/pages=huge 1 0 ns/op
BenchmarkLatency/set=64mib/pages=huge 1 0 ns/op
BenchmarkLatency/set=64mib/pages=huge 1 9 ns/op
BenchmarkLatency/set=xkib/pages=huge 1 4 ns/op
BenchmarkDistance/op=touch/dist=8 1 1e9 ns/op
`), "run.txt")
	if err != nil {
		t.Fatal(err)
	}
	v := &results.VerdictFile{Verdicts: []results.Verdict{
		{ID: "a", Verdict: results.Holds, Threshold: &zero, Ratio: &results.Interval{}},
		{ID: "b", Verdict: results.Holds, Threshold: &neg, Ratio: &results.Interval{Median: 1e-9, Lo: -1, Hi: 1e12}},
		{ID: "c", Verdict: results.Holds, Threshold: &zero, Ratio: &results.Interval{Median: 1e9, Lo: 1e8, Hi: 1e12}},
	}}
	dir := outDir(t, "extreme")
	if err := Write(dir, Input{Log: log, Verdicts: v}); err != nil {
		t.Error(err)
	}
}

// One curve is no comparison, two are.
func TestComparisonNeedsTwo(t *testing.T) {
	one, none := Input{Name: "a", Log: synthLog(t, 1)}, Input{Name: "b"}
	if f := comparisonFigures([]Input{one, none}); len(f) != 0 {
		t.Errorf("%d figures of one run with data", len(f))
	}
	if f := comparisonFigures([]Input{one, none, one}); len(f) != 2 {
		t.Errorf("%d figures of two runs with curves and no verdicts, want 2", len(f))
	}
}

func FuzzFigures(f *testing.F) {
	// Short seeds: the fuzzer spends its time on shrinking long ones.
	for _, line := range []string{
		"BenchmarkLatency/set=4kib/pages=huge 1 2 ns/op",
		"BenchmarkCounters/op=cas/layout=packed/place=l3/workers=2-2 1 8 ns/op 34 link-ns 1 link-changed",
		"BenchmarkMigration/op=dirty/set=4kib/move=none/place=l3/workers=1 1 1 ns/op\nBenchmarkMigration/op=dirty/set=4kib/move=first/place=l3/workers=1 1 9 ns/op",
		"BenchmarkDistance/op=writers.even/dist=72 1 6 ns/op",
	} {
		f.Add([]byte(line + "\n"))
	}
	f.Fuzz(func(t *testing.T, run []byte) {
		log, err := results.ReadLog(bytes.NewReader(run), "run.txt")
		if err != nil {
			return
		}
		for _, fig := range Figures(Input{Log: log, Machine: synthMachine()}) {
			if err := walk(fig.SVG, false, func(xml.StartElement) {}); err != nil {
				t.Errorf("%s: %v", fig.Name, err)
			}
		}
	})
}

// The dark style sheet exchanges greys by value: each must be named there.
func TestDarkStyleKnowsThePalette(t *testing.T) {
	css, err := os.ReadFile("style.css")
	if err != nil {
		t.Fatal(err)
	}
	hex := func(l look) string { return fmt.Sprintf("#%02X%02X%02X", l.color.R, l.color.G, l.color.B) }
	for _, c := range []struct{ property, value string }{
		{"fill", hex(look{color: paper})}, {"fill", hex(look{color: ink})}, {"stroke", hex(look{color: ink})},
		{"fill", hex(look{color: mute})}, {"stroke", hex(look{color: mute})}, {"stroke", hex(look{color: faint})}, {"fill", hex(look{color: shade})},
		{"fill", hex(look{color: blue})}, {"stroke", hex(look{color: blue})}, {"fill", hex(look{color: green})}, {"stroke", hex(look{color: green})},
	} {
		if want := fmt.Sprintf(`[style*="%s:%s"]`, c.property, c.value); !strings.Contains(string(css), want) {
			t.Errorf("style.css has no rule for %s", want)
		}
	}
}
