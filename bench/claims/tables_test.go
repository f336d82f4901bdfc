package claims

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	ofBenchmark  = regexp.MustCompile(`\.name:(\w+)`)
	orderedKey   = regexp.MustCompile(`(/\w+)@\(([^)]*)\)`)
	numericKey   = regexp.MustCompile(`/(workers|set|size|dist)\b(@num)?`)
	resultName   = regexp.MustCompile(`(?m)^Benchmark(\w+)(\S*)-\d+\s`)
	filtersUnits = ".unit:"
)

// axisValues lists what the reference runs have, by benchmark and key: "Counters/layout".
func axisValues(t *testing.T) map[string][]string {
	t.Helper()
	paths, err := filepath.Glob("../../results/reference/*/run.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no reference run: %v", err)
	}
	values := map[string][]string{}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range resultName.FindAllStringSubmatch(string(data), -1) {
			for _, pair := range strings.Split(m[2], "/")[1:] {
				key, value, _ := strings.Cut(pair, "=")
				if at := m[1] + "/" + key; !slices.Contains(values[at], value) {
					values[at] = append(values[at], value)
				}
			}
		}
	}
	return values
}

// Every table asks for a unit, has its numbers in their order, and its columns in one
// that it names. A list of columns leaves nothing out that a benchmark has.
func TestTablesHaveAFixedOrder(t *testing.T) {
	values, lists := axisValues(t), 0
	for _, table := range Tables {
		filter, line := table.Args[1], strings.Join(table.Args, " ")
		if !strings.Contains(filter, filtersUnits) {
			t.Errorf("%s: no unit: %s", table.Title, filter)
		}
		for _, m := range numericKey.FindAllStringSubmatch(line, -1) {
			if m[2] == "" {
				t.Errorf("%s: /%s is not in the order of its numbers", table.Title, m[1])
			}
		}
		columns := table.Args[len(table.Args)-1]
		for _, key := range strings.Split(columns, ",") {
			if strings.HasPrefix(key, "/") && !strings.Contains(key, "@") {
				t.Errorf("%s: columns %s are in no order", table.Title, key)
			}
		}
		name := ofBenchmark.FindStringSubmatch(filter)[1]
		for _, m := range orderedKey.FindAllStringSubmatch(line, -1) {
			lists++
			for _, v := range values[name+m[1]] {
				if !slices.Contains(strings.Fields(m[2]), v) {
					t.Errorf("%s: %s leaves %s of %s out", table.Title, m[1], v, name)
				}
			}
		}
	}
	if lists < 20 {
		t.Errorf("only %d lists of columns", lists)
	}
	for _, place := range PlaceNames {
		if !slices.Contains(strings.Fields(strings.Trim(placeColumns, "/place@()")), place) {
			t.Errorf("no table has a column for place=%s", place)
		}
	}
}
