package view

import (
	"testing"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
	"cachelab/cachelines/card"
)

// The talk's own arithmetic, and a machine that measures less than it reports.
func TestProgramShare(t *testing.T) {
	cache := func(level int, kind topology.CacheType, reported, measured int) card.Cache {
		c := card.Cache{Level: level, Type: kind, Source: "sysfs"}
		if reported > 0 {
			c.SizeBytes = opt.Some(reported)
		}
		if measured > 0 {
			c.Measured = &card.MeasuredCache{SizeBytes: opt.Some(measured)}
		}
		return c
	}
	check := func(want string, caches ...card.Cache) {
		t.Helper()
		if got := ProgramShare(&card.Machine{Caches: caches}); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	check("Of a 100 MB program: 0.033% in L1d, 0.26% in L2, 8.4% in L3.",
		cache(1, topology.Data, 32<<10, 0), cache(1, topology.Instruction, 32<<10, 0), cache(2, topology.Unified, 256<<10, 256<<10), cache(3, topology.Unified, 8<<20, 0))
	check("Of a 100 MB program: 5.2% in L3 (reported: 34%).", cache(3, topology.Unified, 32<<20, 5<<20))
	check("Of a 100 MB program: 5.2% in L3 (measured).", cache(3, topology.Unified, 0, 5<<20))
	check("", cache(3, topology.Unified, 0, 0))
	check("Of a 100 MB program: 38% in L2, all in L3.", cache(2, topology.Unified, 36<<20, 0), cache(3, topology.Unified, 105<<20, 0))

	// A hybrid has first levels of two sizes. Equal shares are said once: of caches of
	// which some CPUs are offline, for example.
	check("Of a 100 MB program: 0.049% or 0.033% in L1d, 25% in L3.",
		cache(1, topology.Data, 48<<10, 0), cache(1, topology.Data, 32<<10, 0), cache(1, topology.Data, 48<<10, 0), cache(3, topology.Unified, 24<<20, 0))
}
