package topology

import "testing"

// The search for pairs looks at CPUs in proportion to their number, on machines whose
// groups are nested.
func TestPairsLookLinearly(t *testing.T) {
	looks := func(desc string) (cpus, looks int) {
		m, err := Synthetic(desc)
		if err != nil {
			t.Fatal(err)
		}
		p := newPartners(m)
		if len(p.pairs(m)) == 0 {
			t.Fatalf("%s: no pairs", desc)
		}
		return len(m.CPUs), p.looks
	}
	for _, sizes := range [][2]string{
		{"pack:2 node:2 l3:1(size=60MiB) core:32 l2:1 pu:2", "pack:32 node:2 l3:1(size=60MiB) core:32 l2:1 pu:2"}, // more sockets
		{"pack:2 l3:1 core:64 l2:1 pu:2", "pack:2 l3:1 core:1024 l2:1 pu:2"},                                      // larger caches
		{"pack:2 core:64", "pack:2 core:1024"},                                                                    // no caches
		{"core:128", "core:2048"},                                                                                 // nothing is known
	} {
		cpus, few := looks(sizes[0])
		more, many := looks(sizes[1])
		t.Logf("%d CPUs: %d looks; %d: %d", cpus, few, more, many)
		// Sorting takes n log n comparisons, of a list that is sorted already fewer.
		if times := more / cpus; many > 2*times*few {
			t.Errorf("%q: %d looks, and %d at %d times as many CPUs", sizes[0], few, many, times)
		}
	}
}
