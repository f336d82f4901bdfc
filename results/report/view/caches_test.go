package view_test

import (
	"testing"

	"cachelab/affinity/opt"
	"cachelab/results/report/internal/synth"
	"cachelab/results/report/view"
)

func TestGroupCaches(t *testing.T) {
	m := synth.BigMachine()
	g := view.GroupCaches(m.Caches)
	if len(g) != 1 || g[0].Count != 96 || g[0].Sharing() != "2 each" {
		t.Errorf("got %d groups, %+v", len(g), g)
	}
	m.Caches[5].SizeBytes = opt.Some(64 << 10) // a hybrid machine
	if g := view.GroupCaches(m.Caches); len(g) != 2 {
		t.Errorf("caches of two sizes make %d groups", len(g))
	}
	m = synth.BigMachine()
	m.Caches[5].CPUs = []int{10} // its sibling is offline
	if g := view.GroupCaches(m.Caches); len(g) != 2 {
		t.Errorf("caches of two and of one CPU make %d groups", len(g))
	}
}
