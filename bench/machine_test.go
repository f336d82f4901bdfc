package bench

import (
	"slices"
	"sync"

	"cachelab/affinity"
	"cachelab/affinity/topology"
	"cachelab/bench/claims"
	"cachelab/cachelines"
)

// machine is where the experiments run.
type machine struct {
	claims.Machine
	slug, hypervisor, pages, pin string
	topo                         *topology.Topology
}

// hostMachine describes the machine that runs this. It is asked once: probing
// the page size takes a millisecond.
var hostMachine = sync.OnceValues(func() (*machine, error) {
	reported, err := cachelines.Claimed()
	if err != nil {
		return nil, err
	}
	m := newMachine(reported)
	m.Machine = m.WithProcess()
	m.pin = "os"
	if affinity.Support().Pin {
		m.pin = "verified"
	}
	m.pages = "unknown"
	if bytes, ok := claims.PagesGot(); ok {
		m.pages = sizeName(bytes)
	}
	return m, nil
})

func newMachine(reported *cachelines.Claims) *machine {
	return &machine{
		Machine: claims.FromReported(reported), slug: reported.Slug(), hypervisor: reported.Identity.Hypervisor, topo: reported.Topology,
	}
}

// place is where the workers of a case are.
type place struct {
	name string
	cpus []int // one entry a worker; crew.Anywhere where the system decides
}

// pairPlaces has one place for two workers a relation that the machine claims.
func (m *machine) pairPlaces() []place {
	var places []place
	for _, p := range m.Pairs {
		places = append(places, place{claims.PlaceNames[p.Relation], []int{p.A, p.B}})
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
	for _, c := range m.topo.CPUs {
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

func (m *machine) inL1() int                { return m.InL1() }
func (m *machine) inL2() int                { return m.InL2() }
func (m *machine) inLast() int              { return m.InLast() }
func (m *machine) beyond() int              { return m.Beyond() }
func (m *machine) levelSets(from int) []int { return m.LevelSets(from) }
func (m *machine) nearPlace() string        { return m.NearPlace() }
func (m *machine) padLayout() string        { return m.PadLayout() }
func (m *machine) workerCounts() []int      { return m.WorkerCounts() }

func sizeName(bytes int) string { return claims.SizeName(bytes) }
