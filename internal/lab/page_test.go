package lab

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/perf/benchproc"

	"cachelab/affinity/topology"
	"cachelab/bench/claims"
	"cachelab/cachelines/reported"
)

// The page on the experiments cannot rot either: what it tells the lab to run
// is there, and its benchstat lines make tables of each reference run that has
// the benchmarks. Its -bench words are checked beside the benchmarks.
func TestPageCommands(t *testing.T) {
	root, _, err := goPlaces(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	topo, err := topology.Synthetic("core:2") // which claims there are does not depend on it
	if err != nil {
		t.Fatal(err)
	}
	claims := claims.For(claims.FromReported(reported.FromTopology(topo)))
	var tables []string
	calls := 0
	for _, line := range commands(t, filepath.Join(root, "bench", "README.md")) {
		switch {
		case strings.HasPrefix(line, "go run ./scripts/lab"):
			calls++
			o, err := parse(strings.Fields(line)[3:], io.Discard)
			if err == nil {
				_, err = choose(claims, o)
			}
			if err != nil {
				t.Errorf("%s: %v", line, err)
			}
		case strings.HasPrefix(line, "go tool benchstat "):
			tables = append(tables, line)
			words := shellWords(line)
			at := slices.Index(words, "-filter") // each table has one
			if _, err := benchproc.NewFilter(words[at+1]); at < 0 || err != nil {
				t.Errorf("%s: %v", line, err)
			}
		case strings.HasPrefix(line, "go test -run='^$' -bench="):
		default:
			t.Errorf("%s: nobody checks such a line", line)
		}
	}
	if calls < 20 || len(tables) < 20 {
		t.Fatalf("only %d calls of the lab and %d tables on the page", calls, len(tables))
	}
	runs, err := filepath.Glob(filepath.Join(root, "results", "reference", "*", "run.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if len(runs) == 0 {
		t.Skip("no reference run to try the tables on")
	}
	tool, err := findBenchstat(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, run := range runs {
		made := 0
		for _, line := range tables {
			made += tryTable(t, tool, line, run)
		}
		t.Logf("%s: %d of %d tables", filepath.Base(filepath.Dir(run)), made, len(tables))
		if made < len(tables)/2 {
			t.Errorf("%s has the benchmarks of %d tables, of %d on the page", run, made, len(tables))
		}
	}
}

var tableName = regexp.MustCompile(`\.name:(\w+)`)

// tryTable runs a benchstat line on a run that has its benchmark, and counts it.
func tryTable(t *testing.T, tool, line, run string) int {
	t.Helper()
	text, err := os.ReadFile(run)
	if err != nil {
		t.Fatal(err)
	}
	name := tableName.FindStringSubmatch(line)
	if name == nil || !strings.HasSuffix(line, " run.txt") {
		t.Errorf("%s: it names no benchmark, or not run.txt", line)
		return 0
	}
	if !strings.Contains(string(text), "\nBenchmark"+name[1]+"/") {
		return 0 // the machine could not show it, or it was not asked to
	}
	said, err := benchstat(t.Context(), tool, shellWords(strings.TrimSuffix(line, "run.txt") + "'" + run + "'")[3:])
	switch {
	case err != nil:
		t.Errorf("%s: %v", line, err)
	case strings.TrimSpace(said) == "":
		t.Errorf("%s: an empty table", line)
	case strings.Contains(said, "benchmarks vary"):
		t.Errorf("%s: the table mixes benchmarks:\n%s", line, said)
	}
	return 1
}

// shellWords splits a line as a shell does that meets single quotes alone.
func shellWords(line string) []string {
	var words []string
	for i, quoted := range strings.Split(line, "'") {
		if i%2 == 1 {
			words = append(words, quoted)
		} else {
			words = append(words, strings.Fields(quoted)...)
		}
	}
	return words
}

// Without a go command every table says why it was not made, and how to make it.
func TestTablesWithoutATool(t *testing.T) {
	withTables(t)
	t.Setenv("PATH", t.TempDir())
	path := filepath.Join(t.TempDir(), "tables.txt")
	_ = writeTables(t.Context(), path, "run.txt", newProgress(io.Discard))
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	said, commands := strings.Count(string(text), "(not made: no go command here"), strings.Count(string(text), "# go tool benchstat ")
	if said == 0 || said != commands {
		t.Errorf("%d tables say why they were not made, of %d:\n%.300s", said, commands, text)
	}
}
