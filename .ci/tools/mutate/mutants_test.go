package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

const example = `package p

func Least(a, b int) int {
	if a < b {
		return a
	}
	n := 0
	n++
	return b + n - 1
}

func Steps() int { return 7 }
`

func write(t *testing.T) pkg {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"p.go": example, "go.mod": "module p\n\ngo 1.26.0\n",
		"p_test.go":       "package p\n\nimport (\n\t\"os/exec\"\n\t\"testing\"\n)\n\nfunc TestLeast(t *testing.T) {\n\tif Least(1, 2) != 1 || Least(2, 1) != 1 {\n\t\tt.Error(1)\n\t}\n\tif err := exec.Command(\"go\", \"run\", \"./command\").Run(); err != nil {\n\t\tt.Error(err)\n\t}\n}\n",
		"command/main.go": "package main\n\nimport \"p\"\n\nfunc main() {\n\tif p.Steps() != 7 {\n\t\tpanic(1)\n\t}\n}\n",
		"other.go":        "package p\n\nvar _ = 1\n"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return pkg{Dir: dir, ImportPath: "p", GoFiles: []string{"p.go", "other.go"}, TestGoFiles: []string{"p_test.go"}}
}

func TestMutants(t *testing.T) {
	all, err := mutants(write(t))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range all {
		if filepath.Base(m.file) == "p.go" {
			got = append(got, m.was+" "+m.text)
		}
	}
	for _, want := range []string{"< <=", "< >=", "a < b false", "++ --", "+ -", "- +", "0 1", "1 2"} {
		if !slices.Contains(got, want) {
			t.Errorf("no mutant %q in %q", want, got)
		}
	}
}

// One mutant that the test kills, one that it cannot see, one that a program sees which
// the test runs, one that does not compile.
func TestOutcomes(t *testing.T) {
	p := write(t)
	all, err := mutants(p)
	if err != nil {
		t.Fatal(err)
	}
	tr := &trial{root: p.Dir, baseline: map[string]time.Duration{}, broken: map[string]bool{}}
	want := map[string]outcome{"< >=": killed, "< <=": survived, "7 14": killed}
	for _, m := range all {
		if w, ok := want[m.was+" "+m.text]; ok && filepath.Base(m.file) == "p.go" {
			if got := tr.try(t.Context(), m); got != w {
				t.Errorf("%s: %s, want %s", m.describe(p.Dir), got, w)
			}
		}
	}
	bad := all[0]
	bad.text = "§"
	if got := tr.try(t.Context(), bad); got != notViable {
		t.Errorf("a mutant that does not compile: %s", got)
	}
}

func TestChoose(t *testing.T) {
	var all []mutant
	for i := range 50 {
		all = append(all, mutant{file: string(rune('a' + i%5)), line: i})
	}
	a, b := choose(slices.Clone(all), 10, "x"), choose(slices.Clone(all), 10, "x")
	if !slices.Equal(a, b) {
		t.Error("one seed, two samples")
	}
	if slices.Equal(a, choose(slices.Clone(all), 10, "y")) {
		t.Error("two seeds, one sample")
	}
	if got := len(choose(slices.Clone(all), 100, "x")); got != 50 {
		t.Errorf("%d of 50 mutants", got)
	}
}

// A package that only tests import is not changed; package bench's own are.
func TestTestSupport(t *testing.T) {
	whole := []pkg{
		{ImportPath: "m/a", Imports: []string{"m/internal/used"}, TestImports: []string{"m/internal/fake"}},
		{ImportPath: "m/bench", TestImports: []string{"m/bench/internal/harness"}},
	}
	for path, want := range map[string]bool{"m/a": false, "m/internal/used": false, "m/internal/fake": true, "m/bench/internal/harness": false} {
		if got := isTestSupport(pkg{ImportPath: path}, whole); got != want {
			t.Errorf("%s: test support %v, want %v", path, got, want)
		}
	}
}
