package main

import (
	"bytes"
	"testing"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
	"cachelab/cachelines/card"
	"cachelab/cachelines/reported"
	"cachelab/internal/golden"
	"cachelab/results/report/text"
)

// The card of a container with half a CPU says what the quota affects, although Go's
// GOMAXPROCS does not show it.
func TestCardOfHalfACPU(t *testing.T) {
	topo, err := topology.Synthetic("pack:1 l3:1(size=32MiB) core:2 l2:1(size=1MiB) pu:1")
	if err != nil {
		t.Fatal(err)
	}
	topo.Limits.QuotaCPUs = opt.Some(0.5)
	m := card.Reported(reported.FromTopology(topo))
	var out bytes.Buffer
	if err := text.Card(&out, m, text.Options{}); err != nil {
		t.Fatal(err)
	}
	golden.Compare(t, "half-a-cpu.txt", out.Bytes())
}
