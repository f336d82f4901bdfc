package view

import (
	"testing"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
	"cachelab/cachelines/card"
)

// A mean that differs from the median is told, with those of the other levels.
func TestMeanLatency(t *testing.T) {
	cache := func(level int, median float64, mean opt.Value[float64]) card.Cache {
		return card.Cache{Level: level, Type: topology.Unified, Measured: &card.MeasuredCache{LatencyNS: median, MeanNS: mean}}
	}
	check := func(want string, caches ...card.Cache) {
		t.Helper()
		if got := MeanLatency(&card.Machine{Caches: caches}); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	check("The ns are medians. Means, which multichase prints, contain the time that the host or other programs took: 1.02 (L1), 4.20 (L2).",
		cache(1, 1, opt.Some(1.02)), cache(2, 4, opt.Some(4.2)), cache(3, 20, opt.Value[float64]{}), card.Cache{Level: 4})
	check("", cache(1, 1, opt.Some(1.02)), cache(2, 4, opt.Some(4.1)))
	check("", cache(1, 1, opt.Value[float64]{}))
}
