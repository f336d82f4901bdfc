package bandwidth

import (
	"math"
	"testing"
	"time"
	"unsafe"

	"cachelab/cachelines/instrument"
	"cachelab/cachelines/internal/machine"
	"cachelab/cachelines/internal/simtest"
	"cachelab/internal/arena"
)

// A size without a valid sample is left out, and those after it are not.
func TestInfer(t *testing.T) {
	got := Infer(simtest.Curve([]simtest.Point{{X: 1 << 9, NS: []float64{math.NaN()}}, {X: 1 << 10, NS: []float64{0.5, 0.25, 1, math.NaN()}}, {X: 1 << 20, NS: []float64{math.NaN()}}}))
	if want := (Level{SizeBytes: 1 << 10, BytesPerSecond: 16e9, Lo: 8e9 / 0.75, Hi: 8e9 / 0.375, Samples: 3}); len(got) != 1 || got[0] != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// simulated is a machine whose cache of 32 KiB gives a word in half a nanosecond, and
// whose memory takes two. Its clock moves by what it does.
type simulated struct {
	machine.Machine // what the instrument does not ask for
	now             *time.Duration
}

func (s simulated) Now() time.Duration                 { *s.now += time.Microsecond; return *s.now }
func (s simulated) SpareBytes() (int, bool)            { return 64 << 20, true }
func (s simulated) OnCPU(_ int, f func()) bool         { f(); return true }
func (s simulated) PageBytes(*arena.Arena) (int, bool) { return 4096, true }

func (s simulated) Sum(_ unsafe.Pointer, words int) time.Duration {
	took := time.Duration(words) * 2
	if words*wordBytes <= 32<<10 {
		took = time.Duration(words) / 2
	}
	*s.now += took
	return took
}

// The instrument runs on a machine that is known, through the same interface as on a
// real one, and finds what it has.
func TestMeasureSimulated(t *testing.T) {
	m := simulated{now: new(time.Duration)}
	h := instrument.Hints{LineBytes: 64, CacheBytes: []int{48 << 10, 256 << 10}, LLCBytes: 1 << 20, CPUs: []int{3}}
	curves, err := measure(t.Context(), m, h, instrument.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if curves.CPU.Or(-1) != 3 || *m.now < Budget || *m.now > 2*Budget {
		t.Errorf("on CPU %v for %v of %v", curves.CPU, *m.now, Budget)
	}
	want := map[int]float64{24 << 10: 16e9, 128 << 10: 4e9, 2 << 20: 4e9}
	got := Infer(curves.Curve)
	for _, l := range got {
		if math.Abs(l.BytesPerSecond/want[l.SizeBytes]-1) > 0.01 {
			t.Errorf("%d bytes: %.3g bytes a second, want %.3g", l.SizeBytes, l.BytesPerSecond, want[l.SizeBytes])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d sizes, want %d", len(got), len(want))
	}
}
