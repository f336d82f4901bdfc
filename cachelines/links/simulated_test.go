package links

import (
	"math"
	"testing"

	"cachelab/affinity/topology"
	"cachelab/cachelines/internal/simtest"
)

// On a machine whose transfer is known every pair has one class with that latency.
func TestMeasureSimulated(t *testing.T) {
	machine, err := topology.Synthetic("pack:1 l3:1 core:3 pu:1")
	if err != nil {
		t.Fatal(err)
	}
	m := (&simtest.Machine{LineBytes: 64, CASNS: 40, Noise: 0.02}).Start()
	s := newSampler(m, machine, Options{})
	if err := s.First(t.Context()); err != nil {
		t.Fatal(err)
	}
	links := s.Links()
	if len(links) != len(Pairs(machine)) || len(links) == 0 {
		t.Fatalf("%d links", len(links))
	}
	for _, l := range links {
		if len(l.Classes) != 1 || math.Abs(l.Classes[0].CASNS-m.CASNS) > 1 || l.Classes[0].Share != 1 {
			t.Errorf("%+v, want one class of %v ns", l, m.CASNS)
		}
	}
}
