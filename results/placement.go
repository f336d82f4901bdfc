package results

import (
	"fmt"
	"math"
	"slices"

	"cachelab/cachelines"
)

// PlacementClass is one mode of the link latency in a run: samples whose CPUs
// were equally far apart.
type PlacementClass struct {
	// Name is that of the machine card's class with this latency ("same L3"),
	// or "link 52 ns" where the card has none.
	Name string

	LinkNS  float64 // median CAS one way
	Samples int     // in the class
}

// Placements finds the classes that link latencies fall into, in nanoseconds
// one way, nearest first, and says for each latency which one it is in: of[i]
// is an index into classes, or -1 for a latency between classes (the link
// changed during the sample) and for one that is not positive.
//
// links are the classes that the machine card has found; they name classes and
// do not make them. The result does not depend on the order of the latencies.

// A class is a peak of the density of the logarithms. Joining neighbours by
// their distance (single linkage) would not do: a few samples during which the
// link changed form a bridge between two classes, and one bridge of eight
// samples joins 16 ns with 35 ns.
func Placements(linkNS []float64, links []cachelines.LinkClass) (classes []PlacementClass, of []int) {
	of = make([]int, len(linkNS))
	var logs []float64
	var from []int // of each logarithm, its index in linkNS
	for i, ns := range linkNS {
		of[i] = -1
		if ns > 0 && !math.IsInf(ns, 0) {
			logs, from = append(logs, math.Log(ns)), append(from, i)
		}
	}
	if len(logs) == 0 {
		return nil, of
	}
	for _, r := range classRanges(logs) {
		var members []float64
		var at []int
		for k, x := range logs {
			if r.lo <= x && x <= r.hi && of[from[k]] < 0 {
				members, at = append(members, x), append(at, from[k])
			}
		}
		if len(members) == 0 || float64(len(members)) < minShare*float64(len(logs)) {
			continue
		}
		for _, i := range at {
			of[i] = len(classes)
		}
		classes = append(classes, PlacementClass{LinkNS: math.Exp(center(members)), Samples: len(members)})
	}
	nameClasses(classes, links)
	return classes, of
}

const (
	// bandwidth smooths the logarithms: a class here spreads from 31 to 38 ns
	// around 34.5 (10th to 90th percentile, a deviation of 0.08) and drifts by
	// a quarter within an hour (0.22), and both must stay one peak, while
	// classes a factor of 1.5 apart (0.41) must not. Blurred to 0.11 in all, two
	// equal peaks are two classes from 0.38 on. Of 4,000 simulated classes with
	// that spread and drift, 1% were taken for two with five samples, and none
	// from 20 on.
	bandwidth = 0.08

	// valley is how far the density must fall between two peaks, in shares of
	// the smaller, to make two classes of them.
	valley = 0.5

	// skirt is where a class ends that has no neighbour: at this share of its
	// peak. What lies beyond is samples during which the link changed.
	skirt = 0.1

	// reach is how far from its peak a class reaches at most (a factor of
	// 1.5), so that a class of few samples does not collect all that lies
	// between it and the next.
	reach = 0.405

	// minShare is the least share of the samples that is a class. The rarest
	// real one here (siblings of one core) had 2.7% of 2,002 samples.
	minShare = 0.015

	// sameName is how far the machine card's latency of a class may lie from
	// the run's: a link drifts by a quarter between card and run, neighbouring
	// classes lie a factor of 2.1 apart or more (16, 34.5, 116 ns), so the
	// factor stands between 1.25 and the square root of 2.1.
	sameName = 1.4
)

// classRange is the interval of logarithms that a class takes.
type classRange struct{ lo, hi float64 }

// classRanges finds the peaks of the density of xs and where each ends,
// ascending.
func classRanges(xs []float64) []classRange {
	const h = bandwidth
	const step = h / 8
	origin := slices.Min(xs) - 5*h
	density := kernelDensity(xs, origin, step, h)

	var peaks []int // indices into density, the highest first
	for i := 1; i+1 < len(density); i++ {
		if density[i] > density[i-1] && density[i] >= density[i+1] {
			peaks = append(peaks, i)
		}
	}
	slices.SortStableFunc(peaks, func(a, b int) int {
		switch {
		case density[a] > density[b]:
			return -1
		case density[a] < density[b]:
			return 1
		}
		return 0
	})
	var apart []int
	for _, p := range peaks {
		separate := !slices.ContainsFunc(apart, func(q int) bool {
			between := density[min(p, q) : max(p, q)+1]
			return slices.Min(between) >= valley*density[p]
		})
		if separate {
			apart = append(apart, p)
		}
	}
	slices.Sort(apart)

	var ranges []classRange
	for k, p := range apart {
		lo, hi := 0, len(density)-1
		if k > 0 {
			lo = lowest(density, apart[k-1], p)
		}
		if k+1 < len(apart) {
			hi = lowest(density, p, apart[k+1])
		}
		within := func(i int) bool {
			return density[i] >= skirt*density[p] && math.Abs(float64(i-p))*step <= reach
		}
		from, to := p, p
		for from > lo && within(from-1) {
			from--
		}
		for to < hi && within(to+1) {
			to++
		}
		x := func(i int) float64 { return origin + float64(i)*step }
		ranges = append(ranges, classRange{x(from), x(to)})
	}
	return ranges
}

// kernelDensity is the Gaussian kernel density of xs, not normalised, on a
// grid from origin that ends 5h beyond the largest.
func kernelDensity(xs []float64, origin, step, h float64) []float64 {
	n := int((slices.Max(xs)-origin+5*h)/step) + 2
	counts := make([]float64, n)
	for _, x := range xs {
		counts[int((x-origin)/step+0.5)]++
	}
	// Beyond 4h a Gaussian is below a three-thousandth of its peak.
	width := int(4 * h / step)
	kernel := make([]float64, width+1)
	for i := range kernel {
		u := float64(i) * step / h
		kernel[i] = math.Exp(-u * u / 2)
	}
	density := make([]float64, n)
	for i, c := range counts {
		if c == 0 {
			continue
		}
		for j := max(0, i-width); j <= min(n-1, i+width); j++ {
			density[j] += c * kernel[max(i-j, j-i)]
		}
	}
	return density
}

// lowest is the index of the lowest density between two peaks.
func lowest(density []float64, from, to int) int {
	at := from
	for i := from; i <= to; i++ {
		if density[i] < density[at] {
			at = i
		}
	}
	return at
}

// nameClasses gives each class the name of the card's class that is nearest in
// latency; where two would take one name the nearer does.
func nameClasses(classes []PlacementClass, links []cachelines.LinkClass) {
	distance := func(c PlacementClass, l cachelines.LinkClass) float64 {
		if !(l.CASNS > 0) || l.Class == "" {
			return math.Inf(1)
		}
		return math.Abs(math.Log(c.LinkNS / l.CASNS))
	}
	for i := range classes {
		classes[i].Name = fmt.Sprintf("link %.2g ns", classes[i].LinkNS)
		if classes[i].LinkNS >= 100 {
			classes[i].Name = fmt.Sprintf("link %.0f ns", classes[i].LinkNS)
		}
	}
	for _, l := range links {
		best := -1
		for i, c := range classes {
			if d := distance(c, l); d <= math.Log(sameName) && (best < 0 || d < distance(classes[best], l)) {
				best = i
			}
		}
		if best < 0 {
			continue
		}
		taken := slices.ContainsFunc(links, func(other cachelines.LinkClass) bool {
			return distance(classes[best], other) < distance(classes[best], l)
		})
		if !taken {
			classes[best].Name = l.Class
		}
	}
}
