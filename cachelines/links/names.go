package links

import (
	"cachelab/affinity/topology"
	"cachelab/internal/format"
)

// OtherL3 is a class that no reported relation has a word for: two cores of one
// package over two last-level caches, where one was reported.
const OtherL3 = "other L3"

// nameClasses names classes in order of latency, as Infer says.
func nameClasses(classes []Class, reported topology.Relation, hitNS float64, k constants) {
	for i := range classes {
		classes[i].Name = format.LinkClass(classes[i].CASNS)
	}
	rest := 0
	if len(classes) > 0 && classes[0].kind == siblings {
		// No two CPUs are nearer than siblings, so only the first can be.
		classes[0].Name = topology.SameCore.String()
		rest = 1
	}
	oneCache := reported == topology.SameL2 || reported == topology.SameL3
	base := baseClass(classes, rest, oneCache, k)
	if base < 0 || !oneCache && reported != topology.SamePackage && reported != topology.OtherPackage {
		return
	}
	if reported == topology.SameL3 && hitNS > 0 && classes[base].CASNS > k.FarHits*hitNS {
		return // another L3 or another socket
	}
	classes[base].Name = reported.String()
	if reported == topology.SamePackage && hitNS > 0 && classes[base].CASNS <= k.FarHits*hitNS {
		// The report ends before the cache that they share, as some hypervisors' do.
		classes[base].Name = topology.SameL3.String()
	}
	if !oneCache {
		return
	}
	for i := base + 1; i < len(classes); i++ {
		if classes[i].CASNS >= k.OtherL3Factor*classes[base].CASNS {
			classes[i].Name = OtherL3
			return // a second such class may be another L3 or another socket
		}
	}
}

// baseClass is the class that gets the reported relation: the most frequent one
// from rest on, or -1 where there is none. Of one cache it is not, if two cores are
// found at half its latency: nothing is so much nearer than one cache.
func baseClass(classes []Class, rest int, oneCache bool, k constants) int {
	base := -1
	for i := rest; i < len(classes); i++ {
		if base < 0 || classes[i].Share > classes[base].Share {
			base = i
		}
	}
	for i := rest; oneCache && i < base; i++ {
		if classes[i].kind == cores && k.OtherL3Factor*classes[i].CASNS <= classes[base].CASNS {
			return i
		}
	}
	return base
}

// AsReported reports whether a class is what the relation of the pair says. Where
// that is unknown every class of two cores is.
func (l Link) AsReported(c Class) bool {
	within := l.Relation == topology.SamePackage && c.Name == topology.SameL3.String() // one L3 is in one package
	return within || c.Name == l.Relation.String() || l.Relation == topology.Unknown && c.Name != topology.SameCore.String()
}
