package tlb

import (
	"math"
	"testing"

	"cachelab/cachelines/instrument"
	"cachelab/cachelines/internal/simtest"
)

// On a machine whose TLB is known the instrument finds both of its levels, on pages that
// were asked to be huge as well: this machine has small ones only.
func TestMeasureSimulated(t *testing.T) {
	const entries, second = 64, 512
	m := (&simtest.Machine{
		LineBytes: 64, Levels: []simtest.Level{{SizeBytes: 512 << 10, Ways: 16, NS: 10}}, MemoryNS: 200,
		TLB:    []simtest.Level{{SizeBytes: entries * 4096, Ways: entries}, {SizeBytes: second * 4096, Ways: 8, NS: 8}},
		WalkNS: 40, Spare: 64 << 20, Noise: 0.003,
	}).Start()
	h := instrument.Hints{LineBytes: 64, CPUs: []int{3}}
	curves, err := measure(t.Context(), m, h, instrument.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []Sweep{curves.Small, curves.Huge} {
		got := Infer(s)
		if len(got.Levels) != 2 || math.Abs(float64(got.Levels[0].Entries)/entries-1) > 0.1 || math.Abs(float64(got.Levels[1].Entries)/second-1) > 0.1 {
			t.Errorf("%s pages: %+v, want %d and %d entries", s.Pages, got, entries, second)
		}
	}
}
