package main

import (
	"runtime"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"cachelab/course/internal/program"
)

func TestRun(t *testing.T) {
	defer goleak.VerifyNone(t)
	procs := runtime.GOMAXPROCS(0)
	var out program.Capture
	if err := run(&out); err != nil {
		t.Fatal(err)
	}
	if now := runtime.GOMAXPROCS(0); now != procs {
		t.Errorf("GOMAXPROCS is %d after the run, was %d before", now, procs)
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if last := lines[len(lines)-1]; last != "Terminating Program" {
		t.Errorf("last line %q", last)
	}
	// The reader cannot be done before the last worker wrote.
	for _, line := range []string{"reader blocks in read(2)", "reader done", "work 1 done", "work 2 done", "work 3 done"} {
		if !slices.Contains(lines, line) {
			t.Errorf("no line %q in %q", line, lines)
		}
	}
	if slices.Index(lines, "reader done") < slices.Index(lines, "work 3 done") {
		t.Errorf("the reader was done before anything was written: %q", lines)
	}
}
