package cachelines

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"cachelab/affinity/topology"
)

// LinkSample is one look at a link, about a millisecond long. What was not
// measured is NaN or 0.
type LinkSample struct {
	At            time.Duration // since the first
	CASNS         float64       // one way, compare-and-swap ping-pong
	CASFirstNS    float64       // the same, at the beginning of the sample
	CASLastNS     float64       // and at its end
	LoadStoreNS   float64       // one way, load and store ping-pong over one line
	MultiplyRatio float64       // throughput of both workers' multiplies over one's
}

const (
	// siblingRatio and coresRatio bound the multiply test. One core's single
	// multiplier serves two siblings no faster than one (1.04 to 1.25 where
	// measured), two cores twice as fast (1.94 to 2.00, TRAPS H2). The middle of
	// 1 and 2 as ratios is 1.41; what lies just above it tells nothing.
	siblingRatio = 1.4
	coresRatio   = 1.6

	// takenRatio is below what a ratio tells of no core: siblings together do no less than one
	// of them, so a CPU was taken away meanwhile. Under full load 0.01 was seen.
	takenRatio = 0.9

	// siblingAgreement is the share of a class's samples that must be under
	// siblingRatio: a CPU that is taken away now and then halves some
	// samples' ratio, siblings all of them.
	siblingAgreement = 0.8

	// otherL3Factor is how much farther another L3 is at least than the
	// cores of one: 3.4 where measured (TRAPS H2), as the request leaves the
	// cluster and comes back; within one L3 the farthest core is less than twice
	// the nearest.
	otherL3Factor = 2

	// farHits is how many hits of the L3 a transfer takes at least that comes from farther away: by 550 cards of
	// a guest whose CPUs move, 2.0 in the middle between two cores of one L3 and 7.6 between two; this is the middle of
	// both.
	farHits = 4

	// sleptNS is longer than any line travels, a microsecond across the largest
	// machines, and shorter than a scheduler's slice: beyond, the workers ran in turns.
	sleptNS = 100_000
)

// otherL3 is a class that no claimed relation has a word for: two cores of one
// package behind two last-level caches, where one was claimed.
const otherL3 = "other L3"

// InferLink finds the classes in the samples of a pair of CPUs and names them.
// The warning is one sentence where a class contradicts the claimed relation or
// there are several, else empty.
//
// Siblings are told by the multiply test together with the lowest latency. The
// commonest class of two cores is presumed to be as claimed, unless the claim is one L3 and a transfer takes many
// hits of it; others are named by their latency relative to it. A class that cannot be named is
// called by its latency ("link 55 ns"). No nanoseconds are built in. hitNS is what a hit in the L3 takes, in
// nanoseconds; 0: unknown.
//
// Shares are of the valid samples. A sample whose workers ran in turns is not valid: no sample, no
// class. Those during which the link changed class
// count for no class but for Changed.
func InferLink(p topology.Pair, samples []LinkSample, hitNS float64) (Link, string) {
	link := Link{From: p.A, To: p.B, Claimed: p.Relation.String(), Classes: []LinkClass{}}
	var valid []LinkSample
	var cas, loadStore []float64
	for _, s := range samples {
		if s.CASNS > 0 && s.CASNS < sleptNS {
			valid = append(valid, s)
			cas = append(cas, s.CASNS)
			loadStore = append(loadStore, s.LoadStoreNS)
		}
	}
	if len(valid) == 0 {
		return link, ""
	}
	link.Samples = len(valid)
	found := FindLinkClasses(cas)
	slices.Sort(cas)
	link.CASNS, link.CASP10NS, link.CASP90NS = quantile(cas, 0.5), quantile(cas, 0.1), quantile(cas, 0.9)
	link.LoadStoreNS = medianPositive(loadStore)

	members := make([][]LinkSample, len(found))
	changed := 0
	for _, s := range valid {
		class, ok := AssignLinkClass(found, s.CASNS)
		switch {
		case changedInside(found, s):
			changed++
		case ok:
			members[class] = append(members[class], s)
		}
	}
	kinds := make([]coreKind, len(found))
	for i, in := range members {
		var multiply, loadStore, cas []float64
		for _, s := range in {
			cas = append(cas, s.CASNS)
			multiply = append(multiply, s.MultiplyRatio)
			loadStore = append(loadStore, s.LoadStoreNS)
		}
		kinds[i] = tellCores(multiply)
		link.Classes = append(link.Classes, LinkClass{
			Share: float64(len(in)) / float64(len(valid)), CASNS: medianPositive(cas),
			LoadStoreNS: medianPositive(loadStore), MultiplyRatio: medianPositive(multiply),
		})
	}
	link.Changed = float64(changed) / float64(len(valid))
	nameClasses(link.Classes, kinds, p.Relation, hitNS)
	return link, linkWarning(p, link.Classes)
}

// medianPositive is the median of the positive finite values, or 0 where there
// are none, which is how LinkSample says "not measured".
func medianPositive(xs []float64) float64 {
	m := median(slices.DeleteFunc(slices.Clone(xs), func(x float64) bool { return !(x > 0) }))
	if math.IsNaN(m) {
		return 0
	}
	return m
}

// changedInside reports whether the link changed class during a sample: it
// began in one class and ended elsewhere. Without a beginning and an end, a
// mean between two classes says so.
func changedInside(classes []Cluster, s LinkSample) bool {
	if s.CASFirstNS > 0 && s.CASLastNS > 0 {
		first, ok1 := AssignLinkClass(classes, s.CASFirstNS)
		last, ok2 := AssignLinkClass(classes, s.CASLastNS)
		if ok1 && ok2 {
			return first != last
		}
		return math.Abs(math.Log(s.CASLastNS/s.CASFirstNS)) > leastApart
	}
	if _, ok := AssignLinkClass(classes, s.CASNS); ok || len(classes) == 0 {
		return false
	}
	return classes[0].HiNS < s.CASNS && s.CASNS < classes[len(classes)-1].LoNS
}

// leastApart is how far apart on the logarithm two classes are at least: see
// linkBandwidth.
const leastApart = 3.3 * linkBandwidth

// coreKind is what the multiply test says of a class.
type coreKind int

const (
	untold coreKind = iota
	siblings
	cores
)

func tellCores(multiply []float64) coreKind {
	var ratios []float64
	below, taken := 0, 0
	for _, m := range finite(multiply) {
		switch {
		case m <= 0:
		case m < takenRatio:
			taken++
		default:
			ratios = append(ratios, m)
			if m < siblingRatio {
				below++
			}
		}
	}
	switch {
	case len(ratios) == 0 || taken > len(ratios): // what the rest says is chance
		return untold
	case float64(below) >= siblingAgreement*float64(len(ratios)):
		return siblings
	case median(ratios) > coresRatio:
		return cores
	}
	return untold
}

// nameClasses names classes in order of latency.
func nameClasses(classes []LinkClass, kinds []coreKind, claimed topology.Relation, hitNS float64) {
	for i := range classes {
		classes[i].Class = fmt.Sprintf("link %.0f ns", classes[i].CASNS)
	}
	rest := 0
	if len(classes) > 0 && kinds[0] == siblings {
		// No two CPUs are nearer than siblings, so only the first can be.
		classes[0].Class = topology.SameCore.String()
		rest = 1
	}
	base := -1
	for i := rest; i < len(classes); i++ {
		if base < 0 || classes[i].Share > classes[base].Share {
			base = i
		}
	}
	oneCache := claimed == topology.SameL2 || claimed == topology.SameL3
	if base < 0 || !oneCache && claimed != topology.SamePackage && claimed != topology.OtherPackage {
		return
	}
	if oneCache {
		// The commonest class is not the claimed one if two cores are found
		// at half its latency: nothing is so much nearer than one cache.
		for i := rest; i < base; i++ {
			if kinds[i] == cores && otherL3Factor*classes[i].CASNS <= classes[base].CASNS {
				base = i
				break
			}
		}
	}
	if claimed == topology.SameL3 && hitNS > 0 && classes[base].CASNS > farHits*hitNS {
		return // another L3 or another socket
	}
	classes[base].Class = claimed.String()
	if !oneCache {
		return
	}
	for i := base + 1; i < len(classes); i++ {
		if classes[i].CASNS >= otherL3Factor*classes[base].CASNS {
			classes[i].Class = otherL3
			return // a second such class may be another L3 or another socket
		}
	}
}

// placeWords says a class in a sentence.
var placeWords = map[string]string{
	topology.SameCore.String():     "siblings of one core",
	topology.SameL2.String():       "two cores of one L2",
	topology.SameL3.String():       "two cores of one L3",
	topology.SamePackage.String():  "two cores of one socket",
	topology.OtherPackage.String(): "two sockets",
	otherL3:                        "two L3s",
	topology.Unknown.String():      "nothing",
}

func inWords(class string) string {
	if words, ok := placeWords[class]; ok {
		return words
	}
	return "a " + class
}

// linkWarning compares the classes with the claim.
func linkWarning(p topology.Pair, classes []LinkClass) string {
	claimed := p.Relation.String()
	asClaimed := 0
	for _, c := range classes {
		if c.Class == claimed || p.Relation == topology.Unknown && c.Class != topology.SameCore.String() {
			asClaimed++
		}
	}
	if asClaimed == len(classes) && len(classes) <= 1 {
		return ""
	}
	byShare := slices.Clone(classes)
	slices.SortStableFunc(byShare, func(a, b LinkClass) int {
		switch {
		case a.Share > b.Share:
			return -1
		case a.Share < b.Share:
			return 1
		}
		return 0
	})
	var seen []string
	for _, c := range byShare {
		seen = append(seen, fmt.Sprintf("%s (%.0f%% of the samples, %.0f ns)", inWords(c.Class), 100*c.Share, c.CASNS))
	}
	spoils := "results of two-worker experiments are mixtures"
	if len(classes) == 1 {
		spoils = "results of two-worker experiments are not those of the claimed placement"
	}
	return fmt.Sprintf("CPUs %d and %d: claimed: %s; measured: %s; %s", p.A, p.B, inWords(claimed), strings.Join(seen, ", "), spoils)
}
