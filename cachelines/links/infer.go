package links

import (
	"math"
	"slices"

	"cachelab/affinity/topology"
	"cachelab/internal/stats"
)

// Link is one pair of CPUs and what a line's transfer between them costs, one way,
// in nanoseconds.
type Link struct {
	topology.Pair
	CASNS          float64 // median
	CASP10, CASP90 float64 // quantiles
	LoadStoreNS    float64
	Samples        int     // valid ones; 0: the workers ran in turns
	Changed        float64 // share of samples that changed class inside
	Classes        []Class // by latency
}

// Class is one mode of a link's distribution. On bare metal there is one; a guest
// whose CPUs move may pass through several.
type Class struct {
	Name          string  // an topology.Relation in words, [OtherL3], or "link 55 ns"
	Share         float64 // of the samples, 0 to 1
	CASNS         float64
	LoadStoreNS   float64
	MultiplyRatio float64 // two threads' throughput over one: 2 cores 2.0, siblings near 1.2

	kind coreKind
}

// Infer finds the classes in the samples of a pair of CPUs and names them. Siblings
// are recognised by the multiply test. The most frequent class of two cores gets the
// reported relation, except that a reported shared L3 is rejected when a transfer
// costs more than four L3 hits. The others are named by their latency relative to it;
// a class that fits no name is called "link 55 ns". No nanoseconds are built in. hitNS
// is what a hit in the L3 takes, in nanoseconds; 0: unknown.
//
// Shares are of the valid samples. A sample whose workers ran in turns is not valid:
// no sample, no class. Those during which the link changed class count for no class
// but for Changed.
func Infer(p topology.Pair, samples []Sample, hitNS float64) Link {
	return infer(p, samples, hitNS, inferBy)
}

func infer(p topology.Pair, samples []Sample, hitNS float64, k constants) Link {
	link := Link{Pair: p}
	var valid []Sample
	var cas, loadStore []float64
	for _, s := range samples {
		if s.CASNS > 0 && s.CASNS < k.SleptNS {
			valid = append(valid, s)
			cas, loadStore = append(cas, s.CASNS), append(loadStore, s.LoadStoreNS)
		}
	}
	if len(valid) == 0 {
		return link
	}
	link.Samples = len(valid)
	modes := stats.FindModes(cas)
	q := stats.Quantiles(cas, 0.1, 0.5, 0.9)
	link.CASP10, link.CASNS, link.CASP90 = q[0], q[1], q[2]
	link.LoadStoreNS = orZero(stats.MedianPositive(loadStore))
	members := make([][]Sample, len(modes))
	changed := 0
	for _, s := range valid {
		class, ok := stats.ModeOf(modes, s.CASNS)
		switch {
		case changedInside(modes, s):
			changed++
		case ok:
			members[class] = append(members[class], s)
		}
	}
	link.Changed = float64(changed) / float64(len(valid))
	for _, in := range members {
		if len(in) > 0 { // else the link changed during each of the mode's samples
			link.Classes = append(link.Classes, classOf(in, len(valid), k))
		}
	}
	nameClasses(link.Classes, p.Relation, hitNS, k)
	return link
}

// classOf sums the members of a class up; of is the number of all samples.
func classOf(members []Sample, of int, k constants) Class {
	var multiply, loadStore, cas []float64
	for _, s := range members {
		cas = append(cas, s.CASNS)
		multiply = append(multiply, s.MultiplyRatio)
		loadStore = append(loadStore, s.LoadStoreNS)
	}
	return Class{
		Share: float64(len(members)) / float64(of), CASNS: orZero(stats.MedianPositive(cas)),
		LoadStoreNS: orZero(stats.MedianPositive(loadStore)), MultiplyRatio: orZero(stats.MedianPositive(multiply)),
		kind: kindOf(multiply, k),
	}
}

// orZero is x, or 0 where it is NaN: what was not measured.
func orZero(x float64) float64 {
	if math.IsNaN(x) {
		return 0
	}
	return x
}

// changedInside reports whether the link changed class during a sample: it began in
// one class and ended elsewhere. Without a beginning and an end, a mean between two
// classes says so.
func changedInside(modes []stats.Mode, s Sample) bool {
	if s.CASFirstNS > 0 && s.CASLastNS > 0 {
		first, ok1 := stats.ModeOf(modes, s.CASFirstNS)
		last, ok2 := stats.ModeOf(modes, s.CASLastNS)
		if ok1 && ok2 {
			return first != last
		}
		return max(s.CASFirstNS, s.CASLastNS) > stats.LeastModeRatio*min(s.CASFirstNS, s.CASLastNS)
	}
	if _, ok := stats.ModeOf(modes, s.CASNS); ok || len(modes) == 0 {
		return false
	}
	return modes[0].Hi < s.CASNS && s.CASNS < modes[len(modes)-1].Lo
}

// coreKind is what the multiply test says of a class.
type coreKind int

const (
	untold coreKind = iota
	siblings
	cores
)

func kindOf(multiply []float64, k constants) coreKind {
	valid := slices.DeleteFunc(stats.Finite(multiply), func(m float64) bool { return m <= 0 })
	all := len(valid)
	ratios := slices.DeleteFunc(valid, func(m float64) bool { return m < k.TakenRatio })
	taken, below := all-len(ratios), 0
	for _, m := range ratios {
		if m < k.SiblingRatio {
			below++
		}
	}
	switch {
	case len(ratios) == 0 || taken > len(ratios): // what the rest says is chance
		return untold
	case float64(below) >= k.SiblingAgreement*float64(len(ratios)):
		return siblings
	case stats.Median(ratios) > k.CoresRatio:
		return cores
	}
	return untold
}
