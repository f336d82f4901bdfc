package lab

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cachelab/internal/cli"
	"cachelab/results/benchlog"
)

// A benchmark that fails its own check is a failure of the run; what the
// others measured is kept.
func TestLabReportsAFailedBenchmark(t *testing.T) {
	pairHere(t)
	dir := filepath.Join(t.TempDir(), "run")
	code, _, stderr := runLab(t, t.Context(), "fail", "-only", "E7", "-passes", "2", "-out", dir)
	if code != 1 || !strings.Contains(stderr, "counted to 3, want 4") {
		t.Errorf("exit %d, %q; want 1 and what the benchmark said", code, stderr)
	}
	if log, err := benchlog.ReadFile(filepath.Join(dir, "run.txt")); err != nil || log.Passes != 2 {
		t.Errorf("the passes were not kept: %v", err)
	}
}

func TestLabFaults(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	test := func(wantCode int, want string, args ...string) {
		t.Helper()
		code, _, stderr := runLab(t, t.Context(), "ok", args...)
		if code != wantCode || !strings.Contains(stderr, want) {
			t.Errorf("lab %q: exit %d, %q; want %d and %q", args, code, stderr, wantCode, want)
		}
		last := strings.TrimSpace(stderr[strings.LastIndex(strings.TrimSpace(stderr), "\n")+1:])
		if !strings.HasPrefix(last, "lab: ") {
			t.Errorf("lab %q ends with %q, want one line that says what is wrong", args, last)
		}
	}
	test(2, `no claim or lesson "Z9"`, "-only", "Z9")
	test(2, "-h shows", "-nonsense")
	test(2, "unexpected argument", "now")
	test(2, "exclude each other", "-quick", "-full")
	test(2, "-plan", "-synthetic", "core:2")
	test(2, "-synthetic", "-plan", "-synthetic", "pizza:2")
	test(2, "-passes must be positive, and is -3", "-passes", "-3")
	test(2, "-passes must be positive", "-passes", "0")
	test(2, "-benchtime must be positive, and is 0s", "-benchtime", "0s")
	test(2, "-benchtime must be positive, and is -10ms", "-benchtime", "-10ms")
	test(2, "10ms", "-benchtime", "5")
	test(2, "-out is empty", "-out", "")
	test(2, "claims are A1 to A12, B1 to B9", "-only", "A7,Z9")
	test(1, "is a folder", "-bin", t.TempDir())
	test(1, "-out", "-only", "E7", "-out", filepath.Join(file, "run"))
	test(1, "go test -c", "-bin", filepath.Join(t.TempDir(), "nothing"))
	test(2, "is not a pattern", "-only", "[A")
	test(2, "-passes does nothing together with -list", "-list", "-passes", "3")
}

func TestLabPlansOtherMachines(t *testing.T) {
	t.Setenv(fakeBench, "ok")
	var out, errs bytes.Buffer
	if err := Run(t.Context(), &out, &errs, []string{"-bin", os.Args[0], "-plan", "-synthetic", "pack:2 l3:8 core:8 pu:2"}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "passes of up to 2 benchmarks") {
		t.Errorf("plan:\n%s", out.String())
	}
}

func TestHelpShowsExamples(t *testing.T) {
	var errs bytes.Buffer
	err := Run(t.Context(), nil, &errs, []string{"-h"})
	if !errors.Is(err, flag.ErrHelp) || cli.Report(&errs, "lab", err) != 0 {
		t.Errorf("-h ends with %v", err)
	}
	for _, want := range []string{"go run ./scripts/lab -quick", "-benchtime", "-bin"} {
		if !strings.Contains(errs.String(), want) {
			t.Errorf("-h does not show %q", want)
		}
	}
}
