package harness

import (
	"fmt"
	"slices"
	"sync"

	"cachelab/affinity"
	"cachelab/affinity/topology"
	"cachelab/bench/claims"
	"cachelab/cachelines/reported"
)

// Machine is where the experiments run.
type Machine struct {
	claims.Machine
	Slug, Hypervisor string
	Pages, Pin       string // for the configuration keys
	Topology         *topology.Topology

	spreadOnce sync.Once
	spread     []int // the answer of Spread for all CPUs: asked for each of a thousand cases
}

// HostMachine describes the machine that runs this. It is asked once: probing
// the page size takes a millisecond.
var HostMachine = sync.OnceValues(func() (*Machine, error) {
	values, err := reported.Read()
	if err != nil {
		return nil, err
	}
	m := NewMachine(values)
	m.Machine = m.WithProcess()
	if m.Machine, err = withCard(m.Machine); err != nil {
		return nil, err
	}
	m.Pin = "os"
	if affinity.Support().Pin {
		m.Pin = "verified"
	}
	m.Pages = "unknown"
	if bytes, ok := claims.PagesGot(); ok {
		m.Pages = claims.SizeName(bytes)
	}
	return m, nil
})

// withCard adds what the card of -lab.card measured.
func withCard(m claims.Machine) (claims.Machine, error) {
	if *cardFile == "" {
		return m, nil
	}
	card, err := claims.ReadCard(*cardFile)
	if err != nil {
		return m, fmt.Errorf("-lab.card: %w", err)
	}
	return m.WithMeasured(card), nil
}

// NewMachine is a machine of which only the system's own reports are known.
func NewMachine(reported *reported.Values) *Machine {
	return &Machine{
		Machine: claims.FromReported(reported), Slug: reported.Slug(), Hypervisor: reported.Identity.Hypervisor, Topology: reported.Topology,
	}
}

// Place is where the workers of a case are.
type Place struct {
	Name string
	CPUs []int // one entry a worker; crew.Anywhere where the system decides
}

// PairPlaces has one place for two workers a relation that the machine claims.
func (m *Machine) PairPlaces() []Place {
	var places []Place
	for _, p := range m.Pairs {
		places = append(places, Place{claims.PlaceNames[p.Relation], []int{p.A, p.B}})
	}
	return places
}

// Places lists the places for n workers: alone; a pair of each relation; more
// than two spread over cores before siblings.
func (m *Machine) Places(n int) []Place {
	switch {
	case n > len(m.CPUs):
		return nil
	case n == 1:
		return []Place{{"solo", m.Spread(1)}}
	case n == 2:
		return m.PairPlaces()
	}
	return []Place{{"spread", m.Spread(n)}}
}

// Spread picks n CPUs, each core's first sibling before any second one. The first is
// the machine's Home: one worker runs where the first of two does.
func (m *Machine) Spread(n int) []int {
	m.spreadOnce.Do(func() { m.spread = m.spreadAll() })
	return slices.Clone(m.spread[:n])
}

func (m *Machine) spreadAll() []int {
	core := make(map[int]int, len(m.CPUs)) // of each CPU; one without a core is one by itself
	for _, c := range m.Topology.CPUs {
		core[c.ID] = c.Core.Or(-1 - c.ID)
	}
	siblings := make(map[int]int, len(m.CPUs)) // of each core so far
	ranks := [][]int{{m.Home}}
	for _, id := range m.CPUs {
		rank := siblings[core[id]]
		siblings[core[id]]++
		if id == m.Home {
			continue
		}
		for rank >= len(ranks) {
			ranks = append(ranks, nil)
		}
		ranks[rank] = append(ranks[rank], id)
	}
	return slices.Concat(ranks...)
}
