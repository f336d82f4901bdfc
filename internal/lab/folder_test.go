package lab

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"cachelab/cachelines/card"
	"cachelab/results"
	"cachelab/results/benchlog"
	"cachelab/results/rundir"
)

// TestRunFolder checks the folder of a real run, named by CACHELAB_RUN: every
// file is there and can be read back, and the verdicts speak of what was
// measured.
func TestRunFolder(t *testing.T) {
	dir := os.Getenv("CACHELAB_RUN")
	if dir == "" {
		t.Skip("CACHELAB_RUN names no run")
	}
	for _, name := range rundir.Names {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	if figures, _ := filepath.Glob(filepath.Join(dir, "figures", "*.svg")); len(figures) == 0 {
		t.Error("no figures")
	}
	log, err := benchlog.ReadFile(filepath.Join(dir, "run.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range log.Samples {
		names = append(names, s.Full)
	}
	b, err := os.ReadFile(filepath.Join(dir, "machine.json"))
	if err != nil {
		t.Fatal(err)
	}
	var got card.Machine
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if len(got.CPUs) == 0 || got.Line.PadBytes == 0 || got.Line.Fetch == nil {
		t.Errorf("the machine card knows no CPUs, no pad or no line: %+v", got.Line)
	}
	file, err := rundir.ReadVerdictsFile(filepath.Join(dir, "verdicts.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(file.Verdicts) == 0 || file.Machine == "" || file.Passes != log.Passes {
		t.Errorf("%d verdicts of %q after %d of %d passes", len(file.Verdicts), file.Machine, file.Passes, log.Passes)
	}
	for _, v := range file.Verdicts {
		if (v.Outcome == results.NotHere || v.Outcome == results.Undecided) && v.Reason == "" {
			t.Errorf("%s is %s for no reason", v.ID, v.Outcome)
		}
		for _, arm := range v.Benchmarks {
			if v.Samples > 0 && !slices.Contains(names, arm) {
				t.Errorf("%s judges %q, which the run has not", v.ID, arm)
			}
		}
	}
}
