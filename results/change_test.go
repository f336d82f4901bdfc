package results

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// setOf is a set of one benchmark with these times in nanoseconds.
func setOf(name string, benchmarks map[string][]float64) Set {
	set := Set{Name: name}
	for full, times := range benchmarks {
		for i, ns := range times {
			set.Samples = append(set.Samples, Sample{Pass: i + 1, Name: strings.TrimPrefix(full, "Benchmark"), Full: full, Values: Values{{Unit: "sec/op", Value: ns * 1e-9}}})
		}
	}
	return set
}

func TestCompareVersionsOfAFile(t *testing.T) {
	var text strings.Builder
	for _, version := range []string{"old", "new"} {
		fmt.Fprintf(&text, "version: %s\n", version)
		for i := range 8 {
			factor := 1.0
			if version == "new" {
				factor = 0.5
			}
			fmt.Fprintf(&text, "pkg: a\nBenchmarkRing-8 1 %v ns/op 16 B/op\nBenchmarkSame-8 1 %v ns/op\n", factor*(40+float64(i)/10), 7+float64(i%3)/10)
		}
	}
	log := readString(t, text.String())
	variants := log.Variants()
	if len(variants) != 1 || variants[0].Key != "version" {
		t.Fatalf("variants %+v, want version", variants)
	}
	sets := Split(log, "version")
	if len(sets) != 2 || sets[0].Name != "old" || len(sets[1].Samples) != 16 {
		t.Fatalf("sets %+v", sets)
	}
	if got := fmt.Sprint(sets[0].Units()); got != "[sec/op B/op]" {
		t.Errorf("units %s, want sec/op first", got)
	}
	changes := Compare(sets[0], sets[1], "sec/op")
	if len(changes) != 2 {
		t.Fatalf("%d changes, want 2", len(changes))
	}
	ring, same := changes[0], changes[1]
	if !ring.Changed || ring.Ratio == nil || !near(ring.Ratio.Median, 0.5) || ring.Ratio.Hi > 0.51 || ring.Ratio.Lo < 0.49 || ring.Before.Package != "a" || ring.After.Samples != 8 {
		t.Errorf("Ring: %+v, ratio %+v, want 0.5 and changed", ring, ring.Ratio)
	}
	if *ring.PHolm != 2**ring.P {
		t.Errorf("Ring: P %v, corrected %v; want twice for two benchmarks", *ring.P, *ring.PHolm)
	}
	if same.Changed || !near(same.Ratio.Median, 1) {
		t.Errorf("Same: %+v, ratio %+v, want 1 and not changed", same, same.Ratio)
	}
	// The arms of a claim under two versions have passes in common.
	v := judgeOne(t, text.String(), Claim{ID: "X", Slow: ".name:Ring version:old", Fast: ".name:Ring version:new", Threshold: 1.2})
	if v.Outcome != Holds || v.Samples != 8 {
		t.Errorf("old against new: %s of %d passes (%s), want holds of 8", v.Outcome, v.Samples, v.Reason)
	}
}

func near(got, want float64) bool { return math.Abs(got-want) <= 1e-9*math.Abs(want) }

func TestCompareSaysWhyNot(t *testing.T) {
	check := func(old, now []float64, tested, ratio bool, reason string) {
		t.Helper()
		changes := Compare(setOf("a", map[string][]float64{"BenchmarkX": old}), setOf("b", map[string][]float64{"BenchmarkX": now}), "sec/op")
		if len(changes) != 1 {
			t.Fatalf("%d changes, want one", len(changes))
		}
		c := changes[0]
		if (c.P != nil) != tested || (c.Ratio != nil) != ratio || !strings.Contains(c.Reason, reason) || reason == "" && c.Reason != "" {
			t.Errorf("%v and %v: P %v, ratio %v, reason %q", old, now, c.P, c.Ratio, c.Reason)
		}
	}
	check([]float64{1, 2, 3}, []float64{4, 5, 6, 7}, false, false, "3 and 4 samples are too few")
	check([]float64{1, 2, 3, 4, 5}, []float64{4, 5, 6, 7}, true, false, "a 95% interval takes at least 6")
	check([]float64{0, 0, 0, 0, 0, 0}, []float64{1, 1, 1, 1, 1, 1}, true, false, "a median of 0")
	check([]float64{1, 1, 1, 1, 1, 1}, []float64{2, 2, 2, 2, 2, 2}, true, true, "")
	if got := Compare(setOf("a", map[string][]float64{"BenchmarkX": {1}}), setOf("b", map[string][]float64{"BenchmarkY": {1}}), "sec/op"); len(got) != 0 {
		t.Errorf("two files with nothing in common: %+v", got)
	}
}

// The interval of the ratio holds the true one in 95% of runs, with outliers in
// one set only and few or many samples; and equal sets are called changed in 5%
// of comparisons of twenty benchmarks at most, all twenty together.
func TestRatioIntervalCovers(t *testing.T) {
	runs := 1000 * *soak
	random := rand.New(rand.NewPCG(8, 1))
	draw := func(n int, factor, outliers float64) []float64 {
		xs := make([]float64, n)
		for i := range xs {
			xs[i] = 50 * factor * math.Exp(0.03*random.NormFloat64())
			if random.Float64() < outliers {
				xs[i] *= 1.1 + 0.7*random.ExpFloat64()
			}
		}
		return xs
	}
	// An outlier moves the median of its set as well: the true ratio is that of
	// the medians, of a large sample.
	truth := Summaries(setOf("", map[string][]float64{"B": draw(40_001, 1.1, 0.1)}), "sec/op")[0].Center.Median / 50e-9
	for _, n := range []int{6, 8, 10, 20} {
		missed := 0
		for range runs {
			c := Compare(setOf("a", map[string][]float64{"B": draw(n, 1, 0)}), setOf("b", map[string][]float64{"B": draw(n, 1.1, 0.1)}), "sec/op")[0]
			if truth < c.Ratio.Lo || truth > c.Ratio.Hi {
				missed++
			}
		}
		share := float64(missed) / float64(runs)
		if limit := 0.05 + 3*math.Sqrt(0.05*0.95/float64(runs)); share > limit || share < 0.005 {
			t.Errorf("n = %d: the interval misses the ratio in %.4f of the runs, want 0.005 to %.4f", n, share, limit)
		}
	}
	wrong := 0
	few := runs / 10
	for range few {
		old, now := map[string][]float64{}, map[string][]float64{}
		for k := range 20 {
			name := fmt.Sprintf("B%d", k)
			old[name], now[name] = draw(10, 1, 0.1), draw(10, 1, 0.1)
		}
		for _, c := range Compare(setOf("a", old), setOf("b", now), "sec/op") {
			if c.Changed {
				wrong++
				break
			}
		}
	}
	if limit := 0.05 + 3*math.Sqrt(0.05*0.95/float64(few)); float64(wrong)/float64(few) > limit {
		t.Errorf("%d of %d comparisons of equal files call something changed", wrong, few)
	}
}
