package sets

import (
	"math"
	"testing"

	"cachelab/cachelines/instrument"
	"cachelab/cachelines/internal/simtest"
)

// A machine that is known, and what the system reports of it.
const simulatedSize, simulatedWays = 256 << 10, 8

func simulated() (*simtest.Machine, instrument.Hints) {
	m := (&simtest.Machine{
		LineBytes: 64, Levels: []simtest.Level{{SizeBytes: 16 << 10, Ways: 4, NS: 1}, {SizeBytes: simulatedSize, Ways: simulatedWays, NS: 4}},
		MemoryNS: 16, Spare: 64 << 20, Noise: 0.002,
	}).Start()
	return m, instrument.Hints{LineBytes: 64, FirstBytes: 16 << 10, CPUs: []int{3}}
}

// On a machine that is known the instruments find the ways of the first level, and the
// size of the second by the rise of scattered lines.
func TestMeasureSimulated(t *testing.T) {
	m, h := simulated()
	o := instrument.Options{Seed: 1}
	curve, err := measureWays(t.Context(), m, h, o)
	if err != nil {
		t.Fatal(err)
	}
	if got := InferWays(curve); got.Ways.Or(0) != 4 {
		t.Errorf("first level: %+v, want 4 ways", got)
	}
	if curve, err = measureScattered(t.Context(), m, h, simulatedSize, o); err != nil {
		t.Fatal(err)
	}
	if got := InferScattered(curve); math.Abs(float64(got.Bytes)/simulatedSize-1) > 0.15 {
		t.Errorf("second level by scattered lines: %+v, want %d bytes", got, simulatedSize)
	}
}

// The search of its sets finds the ways and the size of the second level. It takes tens
// of millions of simulated loads.
func TestSearchSimulatedMachines(t *testing.T) {
	if *simtest.Soak < 2 {
		t.Skip("takes many seconds: run with -soak=2")
	}
	m, h := simulated()
	found, err := measure(t.Context(), m, h, simulatedSize, Budget, instrument.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if a, s := Infer(found); a.Ways.Or(0) != simulatedWays || s.Bytes != simulatedSize {
		t.Errorf("%+v and %+v after %d searches, want %d ways and %d bytes", a, s, len(found.Searches), simulatedWays, simulatedSize)
	}
}
