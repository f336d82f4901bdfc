package report

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cachelab/cachelines/card"
	"cachelab/internal/format"
	"cachelab/results"
	"cachelab/results/benchlog"
	"cachelab/results/report/internal/synth"
)

// Numbers at the edge of what a run can hold must not stop the drawing.
func TestFiguresExtreme(t *testing.T) {
	zero, neg := 0.0, -1.0
	log, err := benchlog.Read(strings.NewReader(`
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
	v := &results.Verdicts{Verdicts: []results.Verdict{
		{ID: "a", Outcome: results.Holds, Threshold: &zero, Ratio: &results.Interval{}},
		{ID: "b", Outcome: results.Holds, Threshold: &neg, Ratio: &results.Interval{Median: 1e-9, Lo: -1, Hi: 1e12}},
		{ID: "c", Outcome: results.Holds, Threshold: &zero, Ratio: &results.Interval{Median: 1e9, Lo: 1e8, Hi: 1e12}},
	}}
	dir := outDir(t, "extreme")
	if err := Write(dir, Input{Log: log, Verdicts: v}); err != nil {
		t.Error(err)
	}
}

// lookDir, where set, keeps what the Write tests draw, to be looked at.
var lookDir = os.Getenv("CACHELAB_REPORT_DIR")

func outDir(t *testing.T, name string) string {
	t.Helper()
	if lookDir != "" {
		return filepath.Join(lookDir, name)
	}
	return filepath.Join(t.TempDir(), name)
}

func figureFiles(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(dir, FiguresDir))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".svg"))
	}
	return names
}

func TestWriteComplete(t *testing.T) {
	dir := outDir(t, "run")
	if err := Write(dir, synth.Input(t)); err != nil {
		t.Fatal(err)
	}
	want := []string{"counters", "distance", "latency", "links", "migration", "verdicts"}
	if got := figureFiles(t, dir); !slices.Equal(got, want) {
		t.Errorf("figures %v, want %v", got, want)
	}
}

// A run is drawn as far as it came: what is missing is said, and a figure
// without data is no file.
func TestWriteIncomplete(t *testing.T) {
	only := func(prefix string) *results.Log {
		log := synth.Log(t, 2)
		log.Samples = slices.DeleteFunc(log.Samples, func(s results.Sample) bool { return !strings.HasPrefix(s.Name, prefix) })
		return log
	}
	undecided := &results.Verdicts{Passes: 1, Verdicts: []results.Verdict{{ID: "A7", Outcome: results.Undecided, Ratio: &results.Interval{Median: 4, Lo: 4, Hi: 4}, Samples: 1}}}
	for _, c := range []struct {
		name    string
		in      Input
		figures []string
		say     string
	}{
		{"nothing", Input{}, nil, "There are no results (run.txt)"},
		{"no machine", Input{Log: synth.Log(t, 2), Verdicts: synth.Verdicts()}, []string{"counters", "distance", "latency", "links", "migration", "verdicts"}, "There is no machine card"},
		{"no verdicts", Input{Machine: synth.Machine(), Log: synth.Log(t, 2)}, []string{"counters", "distance", "latency", "links", "migration"}, "There are no verdicts"},
		{"machine only", Input{Machine: synth.Machine()}, nil, "There are no results"},
		{"empty machine", Input{Machine: &card.Machine{}, Verdicts: &results.Verdicts{}}, nil, "not measured"},
		{"latency only", Input{Log: only("Latency")}, []string{"benchmarks-1", "latency"}, "time per operation"},
		{"migration only", Input{Log: only("Migration")}, []string{"benchmarks-1", "migration"}, "time per operation"},
		{"touch only", Input{Log: only("Distance/op=touch")}, []string{"benchmarks-1", "distance"}, "time per operation"},
		{"no control", Input{Log: only("Migration/op=dirty/set=4kib/move=first")}, []string{"benchmarks-1"}, "time per operation"},
		{"one pass", Input{Machine: synth.Machine(), Log: synth.Log(t, 1), Verdicts: undecided}, []string{"counters", "distance", "latency", "links", "migration", "verdicts"}, "The run has one pass"},
	} {
		dir := outDir(t, format.Slug(c.name))
		if err := Write(dir, c.in); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := figureFiles(t, dir); !slices.Equal(got, c.figures) {
			t.Errorf("%s: figures %v, want %v", c.name, got, c.figures)
		}
		page, err := os.ReadFile(filepath.Join(dir, PageFile))
		if err != nil || !bytes.Contains(page, []byte(c.say)) {
			t.Errorf("%s: the page does not say %q (%v)", c.name, c.say, err)
		}
		for _, bad := range []string{"NaN", "Inf", "ZgotmplZ", "%!"} {
			if bytes.Contains(page, []byte(bad)) {
				t.Errorf("%s: %q on the page", c.name, bad)
			}
		}
	}
}

func TestWriteDoesNotOverwrite(t *testing.T) {
	dir := t.TempDir()
	if err := Write(dir, Input{Machine: synth.Machine()}); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(filepath.Join(dir, PageFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := Write(dir, synth.Input(t)); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second report into one folder: %v", err)
	}
	after, err := os.ReadFile(filepath.Join(dir, PageFile))
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the first report changed (%v)", err)
	}
	if got := figureFiles(t, dir); len(got) != 0 {
		t.Errorf("the refused report left figures %v", got)
	}
	file := filepath.Join(dir, PageFile)
	if err := Write(filepath.Join(file, "below"), synth.Input(t)); err == nil {
		t.Error("no error for a folder inside a file")
	}
}

func TestWriteComparison(t *testing.T) {
	dir := outDir(t, "comparison")
	if err := WriteComparison(dir, synth.Inputs(t)); err != nil {
		t.Fatal(err)
	}
	want := []string{"compare-latency", "compare-migration", "compare-ratios"}
	if got := figureFiles(t, dir); !slices.Equal(got, want) {
		t.Errorf("figures %v, want %v", got, want)
	}
}

// A user's own file has a page of distributions; two files, or two versions in
// one, are compared. Nothing of the lab's is on it.
func TestWriteOwn(t *testing.T) {
	file := func(name, lines string) Input {
		log, err := benchlog.Read(strings.NewReader(lines), name)
		if err != nil {
			t.Fatal(err)
		}
		return Input{Log: log, Folder: "/some/where/" + name}
	}
	lines := func(queue, parse int) string {
		text := ""
		for i := range 10 {
			text += fmt.Sprintf("BenchmarkQueue-8 100 %d ns/op 16 B/op\nBenchmarkParse/<b>-8 100 %d ns/op 16 B/op\n", queue+i, parse+i%3)
		}
		return text
	}
	page := func(dir string, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(filepath.Join(dir, PageFile))
		if err != nil {
			t.Fatal(err)
		}
		synth.CheckPage(t, data)
		for _, no := range []string{"Counters", "verdict", "scripts/lab", "NaN", "%!"} {
			if strings.Contains(string(data), no) {
				t.Errorf("the page says %q", no)
			}
		}
		return string(data)
	}
	check := func(page string, wants ...string) {
		t.Helper()
		for _, want := range wants {
			if !strings.Contains(page, want) {
				t.Errorf("the page does not say %q", want)
			}
		}
	}
	dir := outDir(t, "own")
	check(page(dir, Write(dir, file("mine.txt", lines(200, 50)))), "2 benchmarks of mine.txt", "Queue", "204 ns", "figure-benchmarks-1", "B/op")
	dir = outDir(t, "files")
	check(page(dir, WriteComparison(dir, []Input{file("old.txt", lines(200, 50)), file("new.txt", lines(100, 50))})),
		"old.txt and new.txt: 1 of 2 changed", "lower")
	dir = outDir(t, "versions")
	check(page(dir, Write(dir, file("both.txt", "version: old\n"+lines(200, 50)+"version: new\n"+lines(400, 50)))), "version old and new: 1 of 2 changed", "higher")
	few := "BenchmarkQueue-8 100 200 ns/op\nBenchmarkQueue-8 100 210 ns/op\n"
	dir = outDir(t, "few")
	text := page(dir, WriteComparison(dir, []Input{file("a.txt", few), file("b.txt", few), file("c.txt", few)}))
	check(text, "a.txt, b.txt and c.txt: too few samples to compare", "b.txt, ratio to a.txt", "c.txt, ratio to a.txt", "scripts/report /some/where/a.txt /some/where/b.txt")
	if strings.Contains(text, "205 ns [") {
		t.Error("two samples have a 95% interval")
	}
	dir = outDir(t, "others")
	check(page(dir, WriteComparison(dir, []Input{file("a.txt", few), file("d.txt", "BenchmarkOther-8 100 3 MB/s\n")})), "a.txt and d.txt: no benchmark in common", "3 MB/s")
	dir = outDir(t, "implementations")
	check(page(dir, WriteComparison(dir, []Input{file("a.txt", "pkg: m/a\n"+lines(200, 50)), file("b.txt", "pkg: m/b\n"+lines(201, 50))})),
		"a.txt and b.txt: 0 of 2 changed", "different packages, m/a and m/b", "1.005 [")
	dir = outDir(t, "packages")
	check(page(dir, Write(dir, file("p.txt", "pkg: example.com/m/cache\nBenchmarkGet-8 1 5 ns/op\npkg: example.com/m/limit\nBenchmarkGet-8 1 7 ns/op 2e6 B/op\n"))),
		"1. cache.Get", "2. limit.Get", "1.91 MiB/op")
	dir = outDir(t, "procs")
	check(page(dir, Write(dir, file("p.txt", "BenchmarkGet/size-10 1 5 ns/op\nBenchmarkGet/size-100 1 7 ns/op 2 stw-ns/GC\nBenchmarkGet/size-100-4 1 7 ns/op\n"))),
		"1. Get/size-10<", "2. Get/size-100<", "3. Get/size-100-4<", "2 ns<")
}
