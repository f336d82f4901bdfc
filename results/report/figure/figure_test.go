package figure

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image/color"
	"math"
	"os"
	"strings"
	"testing"

	"cachelab/internal/golden"
	"cachelab/results/benchlog"
	"cachelab/results/report/internal/synth"
	"cachelab/results/report/view"
)

func TestFiguresGolden(t *testing.T) {
	for _, f := range append(OfRun(synth.Input(t)), OfComparison(synth.Inputs(t))...) {
		golden.Compare(t, "figures/"+f.Name+".svg", f.File())
		elements := map[string]int{}
		if err := synth.Walk(f.File(), false, func(e xml.StartElement) { elements[e.Name.Local]++ }); err != nil {
			t.Errorf("%s is not well formed: %v", f.Name, err)
		}
		if elements["title"] != 1+elements["rect"] || elements["desc"] != 1 || elements["script"]+elements["image"]+elements["a"] != 0 {
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
	first := OfRun(synth.Input(t))
	for range 5 { // map order would show within a few
		for i, f := range OfRun(synth.Input(t)) {
			if !bytes.Equal(f.SVG, first[i].SVG) {
				t.Fatalf("%s differs between two drawings of one run", f.Name)
			}
		}
	}
}

// Text from files must not become markup.
func TestFiguresEscape(t *testing.T) {
	in := synth.Input(t)
	in.Machine.CPU.Name = `<script>x</script> & "quoted"`
	in.Verdicts.Verdicts[0].Claim = `<img src=x onerror=y>`
	for i := range in.Log.Samples {
		in.Log.Samples[i].Name = strings.ReplaceAll(in.Log.Samples[i].Name, "op=cas", "op=\x01\uffff</text>")
	}
	for _, f := range OfRun(in) {
		err := synth.Walk(f.File(), false, func(e xml.StartElement) {
			if e.Name.Local == "script" || e.Name.Local == "img" {
				t.Errorf("%s: <%s> in the picture", f.Name, e.Name.Local)
			}
		})
		if err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

// One curve is no comparison, two are.
func TestComparisonNeedsTwo(t *testing.T) {
	one, none := view.Input{Name: "a", Log: synth.Log(t, 1)}, view.Input{Name: "b"}
	if f := OfComparison([]view.Input{one, none}); len(f) != 0 {
		t.Errorf("%d figures of one run with data", len(f))
	}
	if f := OfComparison([]view.Input{one, none, one}); len(f) != 2 {
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
		log, err := benchlog.Read(bytes.NewReader(run), "run.txt")
		if err != nil {
			return
		}
		for _, fig := range OfRun(view.Input{Log: log, Machine: synth.Machine()}) {
			if err := synth.Walk(fig.SVG, false, func(xml.StartElement) {}); err != nil {
				t.Errorf("%s: %v", fig.Name, err)
			}
		}
	})
}

// luminance is the relative luminance of a colour (WCAG 2.1).
func luminance(c color.NRGBA) float64 {
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

// Marks have a contrast of 3 on paper, and text one of 4.5 (WCAG 2.1, 1.4.11 and
// 1.4.3).
func TestPaletteContrast(t *testing.T) {
	check := func(name string, c color.NRGBA, want float64) {
		t.Helper()
		if got := (luminance(paper) + 0.05) / (luminance(c) + 0.05); got < want {
			t.Errorf("%s: contrast %.2f, want %.1f", name, got, want)
		}
	}
	for name, c := range map[string]color.NRGBA{"orange": orange, "sky": sky, "green": green, "blue": blue, "vermilion": vermilion, "purple": purple} {
		check(name, c, 3)
	}
	check("ink", ink, 4.5)
	check("mute", mute, 4.5)
}

// The smallest text of a figure is at least 7 points on a page of A4, whose text
// is 186 mm wide.
func TestTextIsLargeEnoughInPrint(t *testing.T) {
	const a4 = (210 - 24) / 25.4 * 72
	if got := smallText * a4 / figureWidth; got < 7 {
		t.Errorf("%.2f points", got)
	}
}

// The dark style sheet exchanges greys by value: each must be named there.
func TestDarkStyleKnowsThePalette(t *testing.T) {
	css, err := os.ReadFile("../page/style.css")
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
