package results

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"golang.org/x/perf/benchmath"

	"cachelab/internal/stats"
)

// Set is the samples of one configuration: a file, or the lines of a file under
// one value of a configuration key.
type Set struct {
	Name    string // "old.txt", or the value "old"
	Samples []Sample
}

// Split cuts a log into the sets of a key's values, in the order of the file.
// [benchlog.Log.Variants] finds the keys by which a file compares.
func Split(log *Log, key string) []Set {
	var sets []Set
	at := map[string]int{}
	for _, s := range log.Samples {
		value := s.Setting(key)
		i, known := at[value]
		if !known {
			i = len(sets)
			at[value] = i
			sets = append(sets, Set{Name: value})
		}
		sets[i].Samples = append(sets[i].Samples, s)
	}
	return sets
}

// Summary is one benchmark of a set by itself, in one unit.
type Summary struct {
	Package   string // empty where the file does not say
	Benchmark string // the full name, "BenchmarkQueue/layout=packed-16"
	Unit      string // tidied, "sec/op"
	Center    Interval
	P5, P95   float64 // between which nine tenths of the samples lie
	Samples   int
}

// Summaries describe every benchmark of a set in a unit, in the order of the
// file. A benchmark without a value in the unit is left out. Center has a 95%
// interval from six samples on ([Interval]).
func Summaries(set Set, unit string) []Summary {
	var list []Summary
	for _, g := range group(set, unit) {
		median, lo, hi := stats.MedianInterval(g.values)
		q := stats.Quantiles(g.values, 0.05, 0.95)
		list = append(list, Summary{g.pkg, g.full, unit, Interval{median, lo, hi}, q[0], q[1], len(g.values)})
	}
	return list
}

// Units are the units that a set has values in, sec/op first, the others in the
// order of the file.
func (s Set) Units() []string {
	var units []string
	for i := range s.Samples {
		for _, v := range s.Samples[i].Values {
			if !slices.Contains(units, v.Unit) {
				units = append(units, v.Unit)
			}
		}
	}
	slices.SortStableFunc(units, func(a, b string) int {
		rank := func(u string) int {
			if u == defaultUnit {
				return 0
			}
			return 1
		}
		return cmp.Compare(rank(a), rank(b))
	})
	return units
}

// Change is what became of one benchmark from a first set to a second.
type Change struct {
	Before, After Summary

	// Ratio is after over before, with its 95% interval: below 1 where a time
	// became shorter. It is nil where a set has fewer than six samples, or a
	// median that is 0.
	Ratio *Interval

	// P is two-sided (Mann-Whitney, as benchstat has it) and PHolm corrected for
	// the number of benchmarks compared; both are nil where nothing was tested.
	P, PHolm *float64

	// Changed says that PHolm is 0.05 at most.
	Changed bool

	// Reason says why nothing can be said; empty where something can.
	Reason string
}

// Compare sets the benchmarks of two sets side by side, in one unit: those that
// both have, in the order of the first. Others are in neither. It tests the
// samples as independent ones, as benchstat does: two files were measured one
// after the other, and the k-th line of one has nothing to do with the k-th of
// the other. Where passes interleave, declare claims and use [Judge], which
// takes the machine's drift away.
func Compare(before, after Set, unit string) []Change {
	second := map[[2]string]samplesOf{}
	for _, g := range group(after, unit) {
		second[[2]string{g.pkg, g.full}] = g
	}
	olds, news := Summaries(before, unit), Summaries(after, unit)
	summaryOf := map[[2]string]Summary{}
	for _, s := range news {
		summaryOf[[2]string{s.Package, s.Benchmark}] = s
	}
	var changes []Change
	for i, g := range group(before, unit) {
		key := [2]string{g.pkg, g.full}
		other, both := second[key]
		if both {
			changes = append(changes, change(olds[i], summaryOf[key], g.values, other.values))
		}
	}
	var p []float64
	for _, c := range changes {
		if c.P != nil {
			p = append(p, *c.P)
		}
	}
	corrected, _ := stats.Holm(p)
	for i := range changes {
		if changes[i].P != nil {
			changes[i].PHolm = new(corrected[0])
			changes[i].Changed = corrected[0] <= 0.05
			corrected = corrected[1:]
		}
	}
	return changes
}

// leastCompared is the fewest samples on each side that are tested: with three
// and three no two-sided P is below 0.1, whatever the samples are.
const leastCompared = 4

// change compares the samples of one benchmark.
func change(before, after Summary, old, now []float64) Change {
	c := Change{Before: before, After: after}
	fewer := min(len(old), len(now))
	if fewer < leastCompared {
		c.Reason = fmt.Sprintf("%d and %d samples are too few to compare: use -count=10", len(old), len(now))
		return c
	}
	thresholds := benchmath.DefaultThresholds
	c.P = new(benchmath.AssumeNothing.Compare(benchmath.NewSample(old, &thresholds), benchmath.NewSample(now, &thresholds)).P)
	switch {
	case before.Center.Median <= 0 || after.Center.Median <= 0:
		c.Reason = "a median of 0 has no ratio"
	case fewer < stats.MinMedianInterval:
		c.Reason = fmt.Sprintf("%d and %d samples: a 95%% interval takes at least %d", len(old), len(now), stats.MinMedianInterval)
	default:
		c.Ratio = ratioInterval(before.Center, after.Center)
	}
	return c
}

// ratioInterval is the ratio of two independent medians with its interval, from
// the intervals of each, on logarithms: the distances to the ends add up as the
// legs of right triangles do (MOVER: Donner and Zou, "Closed-form confidence
// intervals for functions of the normal mean and standard deviation", Statistical
// Methods in Medical Research 21, 2012). It needs no shape of the distributions
// and no pairs; in TestRatioIntervalCovers it holds the true ratio in 95%.
func ratioInterval(before, after Interval) *Interval {
	logOf := func(i Interval) (mid, lo, hi float64) {
		return math.Log(i.Median), math.Log(max(i.Lo, math.SmallestNonzeroFloat64)), math.Log(i.Hi)
	}
	b, bLo, bHi := logOf(before)
	a, aLo, aHi := logOf(after)
	d := a - b
	return &Interval{Median: math.Exp(d), Lo: math.Exp(d - math.Hypot(a-aLo, bHi-b)), Hi: math.Exp(d + math.Hypot(aHi-a, b-bLo))}
}

// samplesOf is the values of one benchmark in one unit.
type samplesOf struct {
	pkg, full string
	values    []float64
}

// group collects the values of each benchmark, in the order of the file.
func group(set Set, unit string) []samplesOf {
	var list []samplesOf
	at := map[[2]string]int{}
	for i := range set.Samples {
		s := &set.Samples[i]
		v, ok := s.Values.Get(unit)
		if !ok {
			continue
		}
		key := [2]string{s.Setting("pkg"), s.Full}
		k, known := at[key]
		if !known {
			k = len(list)
			at[key] = k
			list = append(list, samplesOf{pkg: key[0], full: s.Full})
		}
		list[k].values = append(list[k].values, v)
	}
	return list
}
