package view

import (
	"testing"

	"cachelab/affinity/opt"
	"cachelab/cachelines/card"
)

// A measured size that is not certain does not accuse a claim.
func TestSizesAgree(t *testing.T) {
	some := opt.Some[int]
	for _, c := range []struct {
		claimed, lo, hi int
		confidence      float64
		want            bool
	}{
		{48 << 10, 42 << 10, 46 << 10, 0.9, true}, // within a tenth of the interval
		{32 << 20, 3 << 20, 6 << 20, 0.9, false},
	} {
		if got := sizesAgree(c.claimed, c.lo, &card.MeasuredCache{SizeLo: some(c.lo), SizeHi: some(c.hi), Confidence: c.confidence}); got != c.want {
			t.Errorf("%+v: got %t", c, got)
		}
	}
}
