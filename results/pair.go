package results

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"golang.org/x/perf/benchunit"
)

// The metrics that carry a sample's placement, tidied: the link latency of the
// two CPUs beside the sample, and 1 where the link changed class during it.
const (
	linkUnit    = "link-sec"
	changedUnit = "link-changed"
)

// noClass is the placement of an arm that has none: one worker, or not pinned.
const noClass = -1

// pair is both arms in one pass and one placement class, as logarithms.
type pair struct {
	pass       int
	class      int // index into run.classes, or noClass
	slow, fast float64
}

func (p pair) ratio() float64 { return p.slow - p.fast }

// comparison is the pairs of one claim.
type comparison struct {
	pairs  []pair // by pass, then class
	class  int    // the class judged: the one with the most pairs
	passes int    // in which both arms were run

	// Samples that could not enter a pair.
	changed int // the link changed class during the sample
	between int // its latency is between classes, or is missing
	useless int // no value in the unit, or 0, which has no ratio
}

// run is a log with what its claims share.
type run struct {
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
func (r *run) compare(slow, fast arm, unit string) comparison {
	var c comparison
	_, unit = benchunit.Tidy(1, unit)
	sides := [2]map[int]map[int][]float64{r.collect(slow, unit, &c), r.collect(fast, unit, &c)}
	// A pass that ran one arm alone, for another claim's sake, is no loss of
	// this one.
	ran := map[int]bool{}
	for _, i := range slow.of {
		ran[r.log.Samples[i].Pass] = true
	}
	both := map[int]bool{}
	for _, i := range fast.of {
		if pass := r.log.Samples[i].Pass; ran[pass] {
			both[pass] = true
		}
	}
	c.passes = len(both)
	for pass, slows := range sides[0] {
		fasts := sides[1][pass]
		for class, s := range slows {
			for other, f := range fasts {
				if class != other && class != noClass && other != noClass {
					continue
				}
				c.pairs = append(c.pairs, pair{pass, max(class, other), center(s), center(f)})
			}
		}
	}
	slices.SortFunc(c.pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.pass, b.pass), cmp.Compare(a.class, b.class))
	})
	c.class = r.largest(c.pairs)
	return c
}

// collect gives an arm's values as logarithms, by pass and class.
func (r *run) collect(a arm, unit string, c *comparison) map[int]map[int][]float64 {
	linked := slices.ContainsFunc(a.of, func(i int) bool {
		_, ok := r.log.Samples[i].Values[linkUnit]
		return ok
	})
	values := map[int]map[int][]float64{}
	for _, i := range a.of {
		s := r.log.Samples[i]
		v, ok := s.Values[unit]
		class := noClass
		switch {
		case !ok || v <= 0:
			c.useless++
			continue
		case s.Values[changedUnit] != 0:
			c.changed++
			continue
		case linked && r.classOf[i] < 0:
			c.between++
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
func (r *run) largest(pairs []pair) int {
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

// aligned is one pair of every pass, of whatever class, for the question whether
// there is a difference at all: which of two layouts is slower does not depend on
// where the workers were, only by how much. A run that the host moved half-way
// keeps its power so; the size of the difference, and with it the verdict's
// interval, is that of one class alone.
//
// Each class is shifted to a middle of its own, or the classes' nanoseconds
// would drown a difference in the test of the two arms. The shift is the same
// for both arms and so says nothing of them (aligned ranks: Hodges and Lehmann,
// "Rank methods for combination of independent experiments in analysis of variance",
// 1962). Two exclude themselves: a pass counts once, with the class judged where it has
// that; and pairs that go the other way in all than in the class judged are no
// support of it.
func (c *comparison) aligned() []pair {
	of := map[int]pair{}
	for _, p := range c.pairs {
		if _, seen := of[p.pass]; !seen || p.class == c.class {
			of[p.pass] = p
		}
	}
	middles := map[int][]float64{}
	var all []pair
	for _, p := range c.pairs {
		if of[p.pass] == p {
			all = append(all, p)
			middles[p.class] = append(middles[p.class], (p.slow+p.fast)/2)
		}
	}
	if center(ratiosOf(all))*center(ratiosOf(c.of(c.class))) < 0 {
		return c.of(c.class)
	}
	for i, p := range all {
		middle := center(middles[p.class])
		all[i].slow -= middle
		all[i].fast -= middle
	}
	return all
}

// className is the name of a class, empty for none.
func (r *run) className(class int) string {
	if class == noClass {
		return ""
	}
	return r.classes[class].Name
}

// dropped says why passes and samples were left out, empty where none was.
func (r *run) dropped(c comparison) string {
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
		why = append(why, fmt.Sprintf("%d in another placement class", n))
	}
	if n := c.passes - len(kept) - len(elsewhere); n > 0 {
		why = append(why, fmt.Sprintf("%d without both arms in one class", n))
	}
	var text string
	if len(why) > 0 {
		text = fmt.Sprintf("left out of %s: %s", counted(c.passes, "pass", "passes"), strings.Join(why, ", "))
	}
	var samples []string
	if c.changed > 0 {
		samples = append(samples, fmt.Sprintf("the link changed during %d", c.changed))
	}
	if c.between > 0 {
		samples = append(samples, fmt.Sprintf("%d lay between classes", c.between))
	}
	if c.useless > 0 {
		samples = append(samples, fmt.Sprintf("%d had no value to compare", c.useless))
	}
	if len(samples) > 0 {
		text = joinReasons(text, "samples dropped: "+strings.Join(samples, ", "))
	}
	return text
}

// counted is "1 pass", "2 passes".
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// joinReasons puts sentences behind each other, leaving out empty ones.
func joinReasons(reasons ...string) string {
	return strings.Join(slices.DeleteFunc(reasons, func(s string) bool { return s == "" }), "; ")
}
