package levels

import (
	"math"
	"testing"
	"time"
	"unsafe"

	"cachelab/cachelines/instrument"
	"cachelab/cachelines/internal/machine"
	"cachelab/cachelines/internal/simtest"
	"cachelab/internal/arena"
	"cachelab/internal/chase"
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

// walked notes the walks since lines were last touched.
type walked struct {
	machine.Machine
	loads []int
}

func (w *walked) TouchUntimed(s *chase.Segment, from, lines int) {
	w.loads = nil
	w.Machine.TouchUntimed(s, from, lines)
}

func (w *walked) Walk(p unsafe.Pointer, loads int) (unsafe.Pointer, time.Duration) {
	w.loads = append(w.loads, loads)
	return w.Machine.Walk(p, loads)
}

// The samples of memory come after a long walk in random order: right after lines were
// touched in order a load took 187 ns where it takes 240.
func TestMemoryIsWalkedBeforeItIsTimed(t *testing.T) {
	const set = 32 << 20
	memory, err := arena.New(set, arena.Small)
	if err != nil {
		t.Skip(err)
	}
	defer memory.Close()
	memory.Touch()
	m := &walked{Machine: machine.Host{}}
	s := sweeper{m: m, h: instrument.Hints{LineBytes: 64}, curves: &Curves{}, far: []farSet{{writer: chase.NewSegmentWriter(memory)}}}
	if err := s.measureMemory(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	if len(m.loads) != 1+12 || m.loads[0] != 65536 || m.loads[1] != 1024 {
		t.Errorf("walks before and in the samples: %v, want 65536 loads and then 12 samples of 1024", m.loads)
	}
}
