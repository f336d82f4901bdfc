package figure

import (
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"

	"cachelab/affinity/topology"
	"cachelab/cachelines/card"
)

// A mark answers to a pointer in a square about it, as large as the mark, in a picture whose
// y axis goes down. Where nobody collects them there are none.
func TestHits(t *testing.T) {
	var h hits
	h.dot(vg.Point{X: 100, Y: 30}, "%d ns", 7)
	h.box(vg.Point{X: 50, Y: 10}, 20, 4, "a < b")
	got := string(h.svg(200))
	for _, want := range []string{
		`x="95.0" y="165.0" width="10.0" height="10.0"><title>7 ns</title>`,
		`x="40.0" y="188.0" width="20.0" height="4.0"><title>a &lt; b</title>`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	var none *hits
	none.dot(vg.Point{}, "nothing")
	if none.svg(100) != nil || (&hits{}).svg(100) != nil {
		t.Error("a picture without marks has places for a pointer")
	}
}

// The data caches of a figure are those that were measured and have a latency.
func TestDataLevels(t *testing.T) {
	of := func(level int, kind topology.CacheType, m *card.MeasuredCache) card.Cache {
		return card.Cache{Level: level, Type: kind, CPUs: []int{0}, Measured: m}
	}
	m := &card.Machine{Caches: []card.Cache{
		of(1, topology.Data, &card.MeasuredCache{LatencyNS: 1}), of(1, topology.Instruction, &card.MeasuredCache{LatencyNS: 1}),
		of(2, topology.Unified, &card.MeasuredCache{}), of(3, topology.Unified, nil), of(4, topology.Unified, &card.MeasuredCache{LatencyNS: 60}),
	}}
	var levels []int
	for _, c := range dataLevels(m) {
		levels = append(levels, c.Level)
	}
	if len(levels) != 2 || levels[0] != 1 || levels[1] != 4 {
		t.Errorf("levels %v, want 1 and 4", levels)
	}
	if got := dataLevels(nil); got != nil {
		t.Errorf("levels of no machine: %v", got)
	}
}
