package cachelines

import (
	"encoding/json"
	"math"
	"os"
	"testing"
)

// recordedSweep is a sweep as MeasureTranslation saw it.
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
func TestTranslationOfRecordedSweeps(t *testing.T) {
	b, err := os.ReadFile("testdata/translation-zen5-guest.json")
	if err != nil {
		t.Fatal(err)
	}
	var sweeps []recordedSweep
	if err := json.Unmarshal(b, &sweeps); err != nil {
		t.Fatal(err)
	}
	numbers := func(ns []*float64) []float64 {
		out := make([]float64, len(ns))
		for i, p := range ns {
			out[i] = math.NaN()
			if p != nil {
				out[i] = *p
			}
		}
		return out
	}
	for k, s := range sweeps {
		c := TranslationCurve{StepBytes: 4096}
		for i, pages := range s.Pages {
			c.Points = append(c.Points, TranslationPoint{Pages: pages, SpreadNS: numbers(s.SpreadNS[i]), PackedNS: numbers(s.PackedNS[i])})
		}
		var told [2]int
		m := tlbMachine{levels: []tlb{{entries: 96}, {entries: 4096}}}
		for _, l := range InferTranslation(c).Levels {
			at, ok := m.right(l)
			if l.Confidence >= sure && !ok {
				t.Errorf("sweep %d: %+v", k, l)
			}
			if ok && l.Confidence >= sure {
				told[at]++
			}
		}
		if told != [2]int{1, 1} && !s.Load {
			t.Errorf("sweep %d: the levels were told %d times", k, told)
		}
	}
}
