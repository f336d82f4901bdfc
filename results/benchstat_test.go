package results_test

import (
	"path/filepath"
	"testing"

	"golang.org/x/perf/benchmath"

	"cachelab/results"
	"cachelab/results/benchlog"
	"cachelab/results/rundir"
)

// TestBenchstatTellsTheSameStory holds the verdicts of the recorded reference runs against what benchstat,
// by the library that it is made of, says of the same lines: it pools all passes and
// placement classes, and tests the two arms as they are.
//
// Where a verdict says that there is a difference, benchstat must see one in that
// direction or none (drift and classes, which it does not take away, may drown a small one);
// and where the ratio is 1.5 and more it must be significant as well.
func TestBenchstatTellsTheSameStory(t *testing.T) {
	const plain = 1.5
	runs, _ := filepath.Glob("reference/*/" + rundir.VerdictsName)
	if len(runs) == 0 {
		t.Skip("no reference run is recorded")
	}
	for _, path := range runs {
		file, err := rundir.ReadVerdictsFile(path)
		if err != nil {
			t.Fatal(err)
		}
		log, err := benchlog.ReadFile(filepath.Join(filepath.Dir(path), "run.txt"))
		if err != nil {
			t.Fatal(err)
		}
		compared := 0
		for _, v := range file.Verdicts {
			differs := v.Outcome == results.Weaker || v.Outcome == results.Contradicted || v.Outcome == results.Holds && v.Threshold != nil
			if !differs || v.Ratio == nil || len(v.Benchmarks) != 2 {
				continue
			}
			compared++
			var arms [2]*benchmath.Sample
			for i, name := range v.Benchmarks {
				var values []float64
				for _, s := range log.Samples {
					if x, ok := s.Values.Get(v.Unit); ok && s.Full == name {
						values = append(values, x)
					}
				}
				arms[i] = benchmath.NewSample(values, &benchmath.DefaultThresholds)
			}
			p := benchmath.AssumeNothing.Compare(arms[0], arms[1]).P
			center := func(s *benchmath.Sample) float64 { return benchmath.AssumeNothing.Summary(s, 0.95).Center }
			ratio := center(arms[0]) / center(arms[1])
			if p <= 0.05 && (ratio > 1) != (v.Ratio.Median > 1) {
				t.Errorf("%s: %s at %.3g, and benchstat says %.3g with p=%.3g", v.ID, v.Outcome, v.Ratio.Median, ratio, p)
			}
			if max(v.Ratio.Median, 1/v.Ratio.Median) >= plain && p > 0.05 {
				t.Errorf("%s: %s at %.3g, and benchstat sees nothing (p=%.3g)", v.ID, v.Outcome, v.Ratio.Median, p)
			}
		}
		if compared < 20 {
			t.Errorf("%s: only %d verdicts to compare", path, compared)
		}
	}
}
