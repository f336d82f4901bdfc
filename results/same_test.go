package results

import (
	"fmt"
	"path/filepath"
	"testing"

	"cachelab/internal/stats"
	"cachelab/results/benchlog"
)

// TestArmsAgainstThemselves holds each benchmark of the recorded reference runs against itself:
// its odd passes are one arm, its even ones the other. Nothing differs there but time, so
// what the judge calls different it would call different of anything.
//
// Of 200 such comparisons and more, at most 5% may be significant before
// correction (with three deviations of chance), and none after; and no verdict may say that there is a difference.
func TestArmsAgainstThemselves(t *testing.T) {
	if testing.Short() {
		t.Skip("judges some thousand filters")
	}
	runs, _ := filepath.Glob("reference/*/run.txt")
	if len(runs) == 0 {
		t.Skip("no reference run is recorded")
	}
	for _, path := range runs {
		log, err := benchlog.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		halves, claims := splitPasses(log)
		verdicts, err := Judge(halves, claims, nil, Options{})
		if err != nil {
			t.Fatal(err)
		}
		var before, after, called rate
		for _, v := range verdicts {
			if v.P == nil || v.Samples < stats.MinMedianInterval {
				continue
			}
			before.count(*v.P <= 0.05)
			after.count(*v.PHolm <= 0.05)
			called.count(v.Outcome == Holds || v.Outcome == Weaker || v.Outcome == Contradicted)
		}
		if before.of < 100 {
			t.Errorf("%s: only %d arms have passes enough", path, before.of)
		}
		before.atMost(t, "arms different from themselves, uncorrected", 0.05)
		after.atMost(t, "the same, corrected", 0)
		called.atMost(t, "verdicts that say so", 0)
	}
}

// splitPasses makes two arms of each benchmark, and a claim that they differ.
func splitPasses(log *Log) (*Log, []Claim) {
	halves := &Log{Units: log.Units}
	seen := map[string]int{}
	var claims []Claim
	for _, s := range log.Samples {
		at, ok := seen[s.Full]
		if !ok {
			at = len(seen)
			seen[s.Full] = at
			claims = append(claims, Claim{
				ID: s.Full, Slow: fmt.Sprintf(".name:Self%d /half:odd", at), Fast: fmt.Sprintf(".name:Self%d /half:even", at), Threshold: 1.2,
			})
		}
		half := "even"
		if s.Pass%2 == 1 {
			half = "odd"
		}
		s.Pass = (s.Pass + 1) / 2
		s.Name = fmt.Sprintf("Self%d/half=%s", at, half)
		s.Full = "Benchmark" + s.Name
		s.Config = nil
		halves.Samples = append(halves.Samples, s)
		halves.Passes = max(halves.Passes, s.Pass)
	}
	return halves, claims
}
