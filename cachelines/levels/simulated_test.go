package levels

import (
	"math"
	"testing"
	"time"

	"cachelab/cachelines/instrument"
	"cachelab/cachelines/internal/simtest"
)

// On a machine that is known the instrument finds both caches and memory, also where the
// system reports a size that is wrong: what is reported only crowds the samples.
func TestMeasureSimulated(t *testing.T) {
	m := (&simtest.Machine{
		LineBytes: 64, Levels: []simtest.Level{{SizeBytes: 16 << 10, Ways: 4, NS: 10}, {SizeBytes: 128 << 10, Ways: 8, NS: 40}},
		MemoryNS: 300, Spare: 4 << 20, Noise: 0.003,
	}).Start()
	h := instrument.Hints{LineBytes: 64, CacheBytes: []int{16 << 10, 256 << 10}, FirstBytes: 16 << 10, LLCBytes: 128 << 10, CPUs: []int{3}}
	got, curves, err := measure(t.Context(), m, h, instrument.Options{Seed: 1, Budget: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if curves.CPU.Or(-1) != 3 {
		t.Errorf("measured on CPU %v", curves.CPU)
	}
	if hz := curves.ClockHz.Or(0); math.Abs(hz/1e9-1) > 0.01 {
		t.Errorf("clock %g Hz", hz)
	}
	if len(got.Levels) != 2 {
		t.Fatalf("%d levels: %+v", len(got.Levels), got)
	}
	check := func(what string, got, want, within float64) {
		t.Helper()
		if math.Abs(got/want-1) > within {
			t.Errorf("%s: %g, want %g", what, got, want)
		}
	}
	for i, l := range got.Levels {
		want := m.Levels[i]
		check("size", float64(l.SizeBytes), float64(want.SizeBytes), 0.1)
		check("latency", l.LatencyNS, want.NS, 0.05)
	}
	check("memory", got.MemoryNS.Or(0), m.MemoryNS, 0.1)
}
