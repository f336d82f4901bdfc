package report

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cachelab/cachelines"
	"cachelab/results"
)

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
	if err := Write(dir, synthInput(t)); err != nil {
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
		log := synthLog(t, 2)
		log.Samples = slices.DeleteFunc(log.Samples, func(s results.Sample) bool { return !strings.HasPrefix(s.Name, prefix) })
		return log
	}
	undecided := &results.VerdictFile{Passes: 1, Verdicts: []results.Verdict{{ID: "A7", Verdict: results.Undecided, Ratio: &results.Interval{Median: 4, Lo: 4, Hi: 4}, Samples: 1}}}
	for _, c := range []struct {
		name    string
		in      Input
		figures []string
		say     string
	}{
		{"nothing", Input{}, nil, "has no results (run.txt)"},
		{"no machine", Input{Log: synthLog(t, 2), Verdicts: synthVerdicts()}, []string{"counters", "distance", "latency", "links", "migration", "verdicts"}, "has no machine card"},
		{"no verdicts", Input{Machine: synthMachine(), Log: synthLog(t, 2)}, []string{"counters", "distance", "latency", "links", "migration"}, "has no verdicts"},
		{"machine only", Input{Machine: synthMachine()}, nil, "has no results"},
		{"empty machine", Input{Machine: &cachelines.Machine{}, Verdicts: &results.VerdictFile{}}, nil, "not measured"},
		{"latency only", Input{Log: only("Latency")}, []string{"latency"}, "has no verdicts"},
		{"migration only", Input{Log: only("Migration")}, []string{"migration"}, "has no verdicts"},
		{"touch only", Input{Log: only("Distance/op=touch")}, []string{"distance"}, "has no verdicts"},
		{"no control", Input{Log: only("Migration/op=dirty/set=4kib/move=first")}, nil, "has no verdicts"},
		{"one pass", Input{Machine: synthMachine(), Log: synthLog(t, 1), Verdicts: undecided}, []string{"counters", "distance", "latency", "links", "migration", "verdicts"}, "one pass only"},
	} {
		dir := outDir(t, slug(c.name))
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
	if err := Write(dir, Input{Machine: synthMachine()}); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(filepath.Join(dir, PageFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := Write(dir, synthInput(t)); !errors.Is(err, fs.ErrExist) {
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
	if err := Write(filepath.Join(file, "below"), synthInput(t)); err == nil {
		t.Error("no error for a folder inside a file")
	}
}

func TestWriteComparison(t *testing.T) {
	dir := outDir(t, "comparison")
	if err := WriteComparison(dir, synthRuns(t)); err != nil {
		t.Fatal(err)
	}
	want := []string{"compare-latency", "compare-migration", "compare-ratios"}
	if got := figureFiles(t, dir); !slices.Equal(got, want) {
		t.Errorf("figures %v, want %v", got, want)
	}
}

// synthRuns is a guest, a machine that was interrupted before it was judged,
// and the guest again with other results.
func synthRuns(t *testing.T) []Input {
	t.Helper()
	again := synthInput(t)
	again.Verdicts = synthVerdicts()
	again.Verdicts.Verdicts = again.Verdicts.Verdicts[:3]
	again.Verdicts.Verdicts[1].Verdict = results.Undecided
	again.Verdicts.Verdicts[1].Ratio = &results.Interval{Median: 1.22, Lo: 0.9, Hi: 1.6}
	return []Input{synthInput(t), {Name: "m2-ultra", Log: synthLog(t, 3)}, again}
}
