package tlb

import (
	"cachelab/cachelines/internal/simtest"
	"encoding/json"
	"math"
	"os"
	"testing"
)

// recordedSweep is a sweep as Measure saw it.
type recordedSweep struct {
	Load     bool         `json:"load"` // beside stress-ng on all CPUs
	Pages    []int        `json:"pages"`
	SpreadNS [][]*float64 `json:"spread_ns"` // by pages, then rounds; null: none
	PackedNS [][]*float64 `json:"packed_ns"`
}

// Sweeps of a Zen 5 guest under Bhyve, two CPUs, whose second level misses a little before
// its end: 96 and 4,096 entries by Cohen and Subramony, "Next Generation Zen 5 Core", Hot
// Chips 2024. They were kept because the second level was told wrong, with a confidence
// over 0.5, from each of them before leaks and wide intervals were doubted.
func TestInferRecordedSweeps(t *testing.T) {
	sweeps := recordedSweeps(t)
	for k, s := range sweeps {
		c := s.sweep()
		var told [2]int
		m := tlbMachine{levels: []level{{entries: 96}, {entries: 4096}}}
		for _, l := range Infer(c).Levels {
			at, ok := m.right(l)
			if l.Confidence >= likely && !ok {
				t.Errorf("sweep %d: %+v", k, l)
			}
			if ok && l.Confidence >= likely {
				told[at]++
			}
		}
		if told != [2]int{1, 1} && !s.Load {
			t.Errorf("sweep %d: the levels were told %d times", k, told)
		}
	}
}

// recordedSweeps reads the recordings.
func recordedSweeps(t *testing.T) []recordedSweep {
	t.Helper()
	b, err := os.ReadFile("testdata/zen5-guest.json")
	if err != nil {
		t.Fatal(err)
	}
	var sweeps []recordedSweep
	if err := json.Unmarshal(b, &sweeps); err != nil {
		t.Fatal(err)
	}
	return sweeps
}

// sweep is the recording as Infer takes it.
func (s recordedSweep) sweep() Sweep {
	points := func(of [][]*float64) []simtest.Point {
		var out []simtest.Point
		for i, pages := range s.Pages {
			p := simtest.Point{X: pages}
			for _, ns := range of[i] {
				if ns == nil {
					p.NS = append(p.NS, math.NaN())
				} else {
					p.NS = append(p.NS, *ns)
				}
			}
			out = append(out, p)
		}
		return out
	}
	return Sweep{StepBytes: 4096, Spread: simtest.Curve(points(s.SpreadNS)), Packed: simtest.Curve(points(s.PackedNS))}
}
