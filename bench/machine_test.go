package bench

import (
	"slices"
	"sync"

	"cachelab/affinity"
	"cachelab/cachelines"
)

// machine is where the experiments run.
type machine struct {
	Here
	slug, hypervisor, pages, pin string
	topology                     *affinity.Topology
}

// hostMachine describes the machine that runs this. It is asked once: probing
// the page size takes a millisecond.
var hostMachine = sync.OnceValues(func() (*machine, error) {
	claims, err := cachelines.Claimed()
	if err != nil {
		return nil, err
	}
	m := newMachine(claims)
	m.Here = m.OnThisHost()
	m.pin = "os"
	if affinity.Support().Pin {
		m.pin = "verified"
	}
	m.pages = "unknown"
	if bytes, ok := pagesGot(); ok {
		m.pages = sizeName(bytes)
	}
	return m, nil
})

func newMachine(claims *cachelines.Claims) *machine {
	return &machine{
		Here: HereOf(claims), slug: claims.Slug(), hypervisor: claims.Identity.Hypervisor, topology: claims.Topology,
	}
}

// place is where the workers of a case are.
type place struct {
	name string
	cpus []int // one entry a worker; rig.Anywhere where the system decides
}

// pairPlaces has one place for two workers a relation that the machine claims.
func (m *machine) pairPlaces() []place {
	var places []place
	for _, p := range m.Pairs {
		places = append(places, place{placeNames[p.Relation], []int{p.A, p.B}})
	}
	return places
}

// places lists the places for n workers: alone; a pair of each relation; more
// than two spread over cores before siblings.
func (m *machine) places(n int) []place {
	switch {
	case n > len(m.CPUs):
		return nil
	case n == 1:
		return []place{{"solo", m.spread(1)}}
	case n == 2:
		return m.pairPlaces()
	}
	return []place{{"spread", m.spread(n)}}
}

// spread picks n CPUs, each core's first sibling before any second one.
func (m *machine) spread(n int) []int {
	siblings := map[int]int{}
	rank := map[int]int{} // CPU to its number among its core's siblings
	for _, c := range m.topology.CPUs {
		if slices.Contains(m.CPUs, c.ID) {
			core := c.Core.Or(-1 - c.ID) // a CPU without a core is one by itself
			rank[c.ID] = siblings[core]
			siblings[core]++
		}
	}
	order := slices.Clone(m.CPUs)
	slices.SortStableFunc(order, func(a, b int) int { return rank[a] - rank[b] })
	return order[:n]
}
