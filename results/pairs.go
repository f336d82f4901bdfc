package results

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"golang.org/x/perf/benchunit"

	"cachelab/internal/format"
	"cachelab/internal/stats"
)

// The metrics that carry a sample's placement, tidied: the link latency of the
// two CPUs beside the sample, and 1 where the link changed class during it or could not be measured.
const (
	linkUnit    = "link-sec"
	changedUnit = "link-changed"

	// cpusUnit is on how many CPUs the threads of a sample ran that nobody pinned. The
	// kernel may keep two such threads on one CPU for a whole sample: one CPU and two
	// are two states, and an interval across them describes neither.
	cpusUnit = "os-cpus"

	// offUnit is the share of the time that a worker was off its CPU, of a sample in
	// which that was more than a tenth. Other work on the machine was then measured
	// with it: packed looks cheap, and padded dear.
	offUnit = "off-cpu"

	// shortUnit marks a sample of two workers that took less time than its start can be
	// told from: package testing counted once because something had delayed that.
	shortUnit = "too-short"
)

// Disturbed reports whether other programs spoiled the sample: no verdict and no figure
// uses it.
func Disturbed(s *Sample) bool { return s.Values.Of(offUnit) > 0 || s.Values.Of(shortUnit) != 0 }

// noClass is the placement of an arm that has none: one worker, or not pinned.
const noClass = -1

// pair is both arms in one pass and one placement class, as logarithms.
type pair struct {
	pass       int
	class      int // index into analysis.classes, or noClass
	slow, fast float64
}

func (p pair) ratio() float64 { return p.slow - p.fast }

// comparison is the pairs of one claim.
type comparison struct {
	pairs  []pair // by pass, then class
	class  int    // the class judged: the one with the most pairs
	either int    // passes in which one arm was run at the least: the other may have had no answer
	passes int    // in which both arms were run

	dropped dropped
}

// dropped counts the samples that could not enter a pair.
type dropped struct {
	offCPU       [2]int // a worker was off its CPU: of the slow arm, of the fast one
	short        int    // it took too little time
	classChanged int    // the link changed class during the sample, or could not be measured
	unclassified int    // its latency is between classes, or is missing
	noValue      int    // no value in the unit, or 0, which has no ratio
}

// analysis is a log with what its claims share.
type analysis struct {
	look    look
	log     *Log
	index   *benchmarkIndex
	classes []PlacementClass
	classOf []int // of each sample: an index into classes, or -1
}

// compare pairs two arms pass by pass.
//
// An arm without link latencies (one worker, not pinned) goes with every class
// of the other. Several samples of an arm in one pass and class count as one,
// their median: two by their geometric mean. They are no independent evidence,
// since a pass is one process with one layout of memory; see significance.
func (r *analysis) compare(slow, fast arm, unit string) comparison {
	var c comparison
	_, unit = benchunit.Tidy(1, unit)
	sides := [2]map[int]map[int][]float64{r.collect(slow, unit, &c.dropped, 0), r.collect(fast, unit, &c.dropped, 1)}
	// A pass that ran one arm alone, for another claim's sake, is no loss of
	// this one.
	ran := map[int]bool{}
	for _, i := range slow.of {
		ran[r.log.Samples[i].Pass] = true
	}
	both, either := map[int]bool{}, maps.Clone(ran)
	for _, i := range fast.of {
		pass := r.log.Samples[i].Pass
		either[pass] = true
		if ran[pass] {
			both[pass] = true
		}
	}
	c.passes, c.either = len(both), len(either)
	for pass, slows := range sides[0] {
		c.pairs = append(c.pairs, pairsOf(pass, slows, sides[1][pass])...)
	}
	slices.SortFunc(c.pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.pass, b.pass), cmp.Compare(a.class, b.class))
	})
	c.class = r.largest(c.pairs)
	return c
}

// pairsOf pairs the two arms of one pass, class by class.
func pairsOf(pass int, slows, fasts map[int][]float64) []pair {
	var pairs []pair
	for class, s := range slows {
		for other, f := range fasts {
			if class == other || class == noClass || other == noClass {
				pairs = append(pairs, pair{pass, max(class, other), stats.Median(s), stats.Median(f)})
			}
		}
	}
	return pairs
}

// collect gives an arm's values as logarithms, by pass and class.
func (r *analysis) collect(a arm, unit string, d *dropped, side int) map[int]map[int][]float64 {
	linked := slices.ContainsFunc(a.of, func(i int) bool {
		_, link := r.log.Samples[i].Values.Get(linkUnit)
		_, cpus := r.log.Samples[i].Values.Get(cpusUnit)
		return link || cpus
	})
	values := map[int]map[int][]float64{}
	for _, i := range a.of {
		s := r.log.Samples[i]
		v, ok := s.Values.Get(unit)
		class := noClass
		switch {
		case !ok || v <= 0:
			d.noValue++
			continue
		case s.Values.Of(changedUnit) != 0:
			d.classChanged++
			continue
		case s.Values.Of(offUnit) > 0:
			d.offCPU[side]++
			continue
		case s.Values.Of(shortUnit) != 0:
			d.short++
			continue
		case linked && r.classOf[i] < 0:
			d.unclassified++
			continue
		case linked:
			class = r.classOf[i]
		}
		if values[s.Pass] == nil {
			values[s.Pass] = map[int][]float64{}
		}
		values[s.Pass][class] = append(values[s.Pass][class], math.Log(v))
	}
	return values
}

// largest is the class with the most pairs; of equals the one that more
// samples of the run are in, then the nearer.
func (r *analysis) largest(pairs []pair) int {
	count := map[int]int{}
	for _, p := range pairs {
		count[p.class]++
	}
	best := noClass
	for class := range r.classes {
		if count[class] == 0 {
			continue
		}
		if best == noClass || count[class] > count[best] ||
			count[class] == count[best] && r.classes[class].Samples > r.classes[best].Samples {
			best = class
		}
	}
	return best
}

// of is the pairs of one class.
func (c *comparison) of(class int) []pair {
	var in []pair
	for _, p := range c.pairs {
		if p.class == class {
			in = append(in, p)
		}
	}
	return in
}

// className is the name of a class, empty for none.
func (r *analysis) className(class int) string {
	if class == noClass {
		return ""
	}
	return r.classes[class].Name
}

// leftOut says why passes and samples were left out, empty where none was.
func (r *analysis) leftOut(c comparison) string {
	var why []string
	elsewhere := map[int]bool{}
	kept := map[int]bool{}
	for _, p := range c.pairs {
		if p.class == c.class {
			kept[p.pass] = true
		} else {
			elsewhere[p.pass] = true
		}
	}
	for pass := range kept {
		delete(elsewhere, pass)
	}
	if n := len(elsewhere); n > 0 {
		why = append(why, fmt.Sprintf("%d at another distance of the two CPUs", n))
	}
	if n := c.passes - len(kept) - len(elsewhere); n > 0 {
		why = append(why, fmt.Sprintf("%d without both benchmarks at one distance", n))
	}
	var text string
	if len(why) > 0 {
		out, were := c.passes-len(kept), "were"
		if out == 1 {
			were = "was"
		}
		text = fmt.Sprintf("%d of %s %s left out: %s", out, format.Count(c.passes, "pass", "passes"), were, strings.Join(why, ", "))
	}
	var samples []string
	if off := c.dropped.offCPU; off[0]+off[1] > 0 {
		samples = append(samples, fmt.Sprintf("a worker was off its CPU during %d of the first benchmark and %d of the second", off[0], off[1]))
	}
	if c.dropped.short > 0 {
		samples = append(samples, fmt.Sprintf("%d took too little time, because something delayed their first operation", c.dropped.short))
	}
	if c.dropped.classChanged > 0 {
		samples = append(samples, fmt.Sprintf("the link changed or could not be measured during %d", c.dropped.classChanged))
	}
	if c.dropped.unclassified > 0 {
		samples = append(samples, fmt.Sprintf("%d were between two distances", c.dropped.unclassified))
	}
	if c.dropped.noValue > 0 {
		samples = append(samples, fmt.Sprintf("%d had no value to compare", c.dropped.noValue))
	}
	if len(samples) > 0 {
		text = joinReasons(text, "samples dropped: "+strings.Join(samples, ", "))
	}
	return text
}

// joinReasons puts sentences behind each other, leaving out empty ones.
func joinReasons(reasons ...string) string {
	return strings.Join(slices.DeleteFunc(reasons, func(s string) bool { return s == "" }), "; ")
}
