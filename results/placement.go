package results

import (
	"math"
	"slices"

	"cachelab/internal/format"
	"cachelab/internal/stats"
)

// LinkClass is a class of core-to-core latency that is known from elsewhere,
// such as from a machine card, and gives its name to the classes of a run.
type LinkClass struct {
	Name   string  // "same L3"
	LinkNS float64 // median CAS one way
}

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
// links name the classes and do not make them. The result does not depend on
// the order of the latencies. The rule that separates classes is the machine
// card's, so that both see the same ones (internal/stats, FindModes).
func Placements(linkNS []float64, links []LinkClass) (classes []PlacementClass, of []int) {
	modes := stats.FindModes(linkNS)
	for _, m := range modes {
		classes = append(classes, PlacementClass{LinkNS: m.Median, Samples: m.Count})
	}
	of = make([]int, len(linkNS))
	for i, ns := range linkNS {
		of[i] = noClass
		if class, ok := stats.ModeOf(modes, ns); ok {
			of[i] = class
		}
	}
	nameClasses(classes, links)
	return classes, of
}

// sameName is how far the machine card's latency of a class may lie from the
// run's: a link drifts by a quarter between card and run, neighbouring classes
// lie a factor of 2.1 apart or more (16, 34.5, 116 ns), so the factor stands
// between 1.25 and the square root of 2.1.
const sameName = 1.4

// nameClasses gives each class the name of the card's class that is nearest in
// latency; where two would take one name the nearer does.
func nameClasses(classes []PlacementClass, links []LinkClass) {
	distance := func(c PlacementClass, l LinkClass) float64 {
		if !(l.LinkNS > 0) || l.Name == "" {
			return math.Inf(1)
		}
		return math.Abs(math.Log(c.LinkNS / l.LinkNS))
	}
	for i := range classes {
		classes[i].Name = format.LinkClass(classes[i].LinkNS)
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
		taken := slices.ContainsFunc(links, func(other LinkClass) bool {
			return distance(classes[best], other) < distance(classes[best], l)
		})
		if !taken {
			classes[best].Name = l.Name
		}
	}
}
