package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cachelab/internal/cli"
)

// runs the command and returns its streams and exit status.
func command(args ...string) (stdout, stderr string, code int) {
	var o, e bytes.Buffer
	code = cli.Report(&e, "report", run(context.Background(), &o, &e, args))
	return o.String(), e.String(), code
}

func writeFile(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

const runText = `cpu: Some CPU
# pass 1 seed 4
BenchmarkCounters/op=atomic/layout=packed/place=l3/workers=2-2 100 8.1 ns/op 34 link-ns
BenchmarkCounters/op=atomic/layout=pad64/place=l3/workers=2-2 100 2.0 ns/op 35 link-ns
`

func TestOneRun(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "run.txt"), runText)
	stdout, stderr, code := command(dir)
	if code != 0 || stderr != "" {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	path := strings.TrimSpace(stdout)
	if !strings.HasPrefix(path, filepath.Join(dir, "report-")) {
		t.Errorf("the page is at %q, not beside the run", path)
	}
	page, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(page), "Some CPU") {
		t.Errorf("page without its machine (%v)", err)
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(path), "figures", "counters.svg")); err != nil {
		t.Error(err)
	}
}

func TestSeveralRunsAndNoOverwriting(t *testing.T) {
	dir := t.TempDir()
	a := writeFile(t, filepath.Join(dir, "a.txt"), runText)
	b := writeFile(t, filepath.Join(dir, "b.txt"), runText)
	out := filepath.Join(dir, "out")
	if _, stderr, code := command("-out", out, a, b); code != 0 {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	before, err := os.ReadFile(filepath.Join(out, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(before), "a.txt and b.txt: too few samples to compare") {
		t.Error("not a comparison of the two files")
	}
	_, stderr, code := command("-out", out, a)
	if code != 1 || !strings.Contains(stderr, "not overwritten") {
		t.Errorf("second report into one folder: exit %d, %q", code, stderr)
	}
	after, err := os.ReadFile(filepath.Join(out, "report.html"))
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the first page changed (%v)", err)
	}
}

// Each fault is one line that names what is wrong, with the exit status of
// its kind.
func TestFaults(t *testing.T) {
	dir := t.TempDir()
	run := func(name, file, text string) string {
		writeFile(t, filepath.Join(dir, name, "run.txt"), runText)
		writeFile(t, filepath.Join(dir, name, file), text)
		return filepath.Join(dir, name)
	}
	for _, c := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"no run", nil, 2, "no run is named"},
		{"unknown flag", []string{"-nope", "x"}, 2, "-nope"},
		{"a flag behind", []string{dir, dir, "-out", dir}, 2, "-out comes after " + dir + ": flags come first, as in report -out ... " + dir},
		{"two tables", []string{"-csv", "-md", dir}, 2, "exclude each other"},
		{"missing", []string{filepath.Join(dir, "absent")}, 1, "absent"},
		{"empty folder", []string{t.TempDir()}, 1, "is not a run"},
		{"binary run", []string{run("d", "run.txt", "\x7fELF\x00\x01\xff\n")}, 1, "run.txt:1: got bytes that are not text"},
		{"empty run", []string{run("e", "run.txt", "")}, 1, "run.txt:1: got an empty file, expected"},
		{"a file for a folder", []string{"-out", filepath.Join(run("f", "x", ""), "x", "y"), run("g", "x", "")}, 1, "choose another folder with -out"},
		{"a folder for a file", []string{run("h", filepath.Join("sub", "run.txt", "x"), "") + string(filepath.Separator) + "sub"}, 1, "run.txt is a folder, expected a file of benchmark results"},
		{"corrupt machine", []string{run("b", "machine.json", "{\n\"os\": 7}")}, 1, "machine.json:2:"},
		{"corrupt verdicts", []string{run("c", "verdicts.json", "{\n\n]")}, 1, "verdicts.json:3:"},
	} {
		_, stderr, code := command(c.args...)
		if code != c.code || !strings.Contains(stderr, c.want) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%s: exit %d, want %d with %q in one line:\n%s", c.name, code, c.code, c.want, stderr)
		}
	}
}

// A line that cannot be read costs that line: the rest is drawn, and the line is
// named on the terminal and on the page.
func TestDamagedLine(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "run.txt"), runText+"BenchmarkX/a=b-2 100 NaNsense ns/op\nok\n")
	stdout, stderr, code := command(dir)
	if code != 0 || !strings.Contains(stderr, "run.txt:5: got ") || strings.Count(stderr, "\n") != 1 {
		t.Fatalf("exit %d, want 0 with run.txt:5 in one line:\n%s", code, stderr)
	}
	page, err := os.ReadFile(strings.TrimSpace(stdout))
	if err != nil || !strings.Contains(string(page), "run.txt:5: got ") {
		t.Errorf("the page does not name the line (%v)", err)
	}
}

// A file of one's own benchmarks is written as a table of its benchmarks, and two files
// as one of what changed. A file and a run have no table in common.
func TestTablesOfOwnBenchmarks(t *testing.T) {
	dir := t.TempDir()
	lines := func(queue int) string {
		text := ""
		for i := range 10 {
			text += fmt.Sprintf("BenchmarkQueue/a|b-8 100 %d ns/op 16 B/op\nBenchmarkParse-8 100 %d ns/op 16 B/op\n", queue+i, 50+i%3)
		}
		return text
	}
	older, newer := writeFile(t, filepath.Join(dir, "old.txt"), lines(200)), writeFile(t, filepath.Join(dir, "new.txt"), lines(100))
	run := filepath.Join(dir, "run")
	writeFile(t, filepath.Join(run, "run.txt"), runText)
	writeFile(t, filepath.Join(run, "verdicts.json"), `{"machine":"m","passes":1,"verdicts":[]}`)
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"-csv", older}, []string{"set,package,benchmark,unit,n,median,", "old.txt,,Queue/a|b,sec/op,10,2.045e-07,", "old.txt,,Parse,B/op,10,16,"}},
		{[]string{"-csv", older, newer}, []string{"new.txt,,Queue/a|b,sec/op,10,1.045e-07,", "true,", "new.txt,,Parse,sec/op", "false,"}},
		{[]string{"-md", older}, []string{"| time per operation | old.txt |", `| Queue/a\|b | 204 ns`}},
		{[]string{"-md", older, newer}, []string{"| old.txt | new.txt | change |", "| 0.51 [", "x (no change shown) |"}},
	} {
		stdout, stderr, code := command(c.args...)
		if code != 0 || stderr != "" {
			t.Errorf("%v: exit %d, %s", c.args, code, stderr)
		}
		for _, want := range c.want {
			if !strings.Contains(stdout, want) {
				t.Errorf("%v does not say %q:\n%s", c.args, want, stdout)
			}
		}
	}
	for _, format := range []string{"-csv", "-md"} {
		_, stderr, code := command(format, older, run)
		if code != 1 || !strings.Contains(stderr, "old.txt holds benchmarks and no verdicts") {
			t.Errorf("%s of a file and a run: exit %d, %s", format, code, stderr)
		}
	}
}

func TestHelpShowsExamples(t *testing.T) {
	_, stderr, code := command("-h")
	if code != 0 || !strings.Contains(stderr, "Examples:") || !strings.Contains(stderr, "-out DIR") {
		t.Errorf("exit %d:\n%s", code, stderr)
	}
}

func TestDefaultDir(t *testing.T) {
	now := time.Date(2026, 11, 24, 3, 4, 5, 0, time.UTC)
	dir := t.TempDir()
	file := writeFile(t, filepath.Join(dir, "mine.txt"), runText)
	for _, c := range []struct {
		paths []string
		want  string
	}{
		{[]string{dir}, filepath.Join(dir, "report-20261124T030405Z")},
		{[]string{file}, filepath.Join(dir, "report-20261124T030405Z")},
		{[]string{dir, dir}, filepath.Join("results", "runs", "comparison-20261124T030405Z")},
	} {
		if got := defaultDir(c.paths, now); got != c.want {
			t.Errorf("%v: got %s, want %s", c.paths, got, c.want)
		}
	}
}
