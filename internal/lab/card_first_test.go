package lab

import (
	"testing"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
	"cachelab/bench/claims"
	"cachelab/cachelines/card"
	"cachelab/cachelines/reported"
)

// -only C5 on a machine that reports no ways measures the card first, and then has
// something to run. With -plan, and where the ways are reported, nothing waits.
func TestClaimsOfUnreportedWaysWaitForTheCard(t *testing.T) {
	topo, err := topology.Synthetic("core:2 l1:1(size=48KiB,line=64)")
	if err != nil {
		t.Fatal(err)
	}
	m := claims.FromReported(reported.FromTopology(topo))
	m.L1Ways = opt.Value[int]{}
	waits := func(m claims.Machine, o options) bool {
		t.Helper()
		chosen, err := choose(claims.For(m), o)
		if err != nil {
			t.Fatal(err)
		}
		return (&lab{o: o, claims: chosen}).waitsForCard()
	}
	if !waits(m, options{only: "C5"}) {
		t.Error("-only C5 does not wait for the card")
	}
	if waits(m, options{only: "C5", plan: true}) || waits(m, options{only: "C5,A7"}) {
		t.Error("a plan, or a run that has something else to do, waits for the card")
	}
	measured := m.WithMeasured(&card.Machine{Caches: []card.Cache{{Level: 1, Measured: &card.MeasuredCache{Ways: opt.Some(12)}}}})
	if waits(measured, options{only: "C5"}) {
		t.Error("C5 waits for the card although its ways are measured")
	}
	chosen, _ := choose(claims.For(measured), options{only: "C5"})
	if armsOf(chosen) == "" {
		t.Errorf("with 12 measured ways C5 has nothing to run: %+v", chosen)
	}
	unknown := m.WithMeasured(&card.Machine{})
	if waits(unknown, options{only: "C5"}) {
		t.Error("C5 waits for a second card")
	}
}
