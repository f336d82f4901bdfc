package card

import (
	"testing"

	"cachelab/affinity/opt"
	"cachelab/cachelines/sets"
)

// An edge at which the ways make no power of two of sets is not this level's, however sure.
func TestRejectSizeWithoutWays(t *testing.T) {
	for _, c := range []struct {
		size, ways int
		want       float64
	}{{353072, 8, doubtful}, {1 << 20, 8, 0.9}, {1000 << 10, 8, 0.9}, {1280 << 10, 20, 0.9}, {1280 << 10, 16, doubtful}} {
		m := MeasuredCache{SizeBytes: opt.Some(c.size), Ways: opt.Some(c.ways), Confidence: 0.9}
		if m.rejectSizeWithoutWays(64); m.Confidence != c.want {
			t.Errorf("%d bytes with %d ways: confidence %.2f, want %.2f", c.size, c.ways, m.Confidence, c.want)
		}
	}
	unknown := MeasuredCache{SizeBytes: opt.Some(353072), Confidence: 0.9}
	if unknown.rejectSizeWithoutWays(64); unknown.Confidence != 0.9 {
		t.Errorf("without ways: confidence %.2f", unknown.Confidence)
	}
}

// What contradicts a claim must be found twice, and what does not may be told by both counts together.
func TestConfirmContradiction(t *testing.T) {
	const claim = 1 << 20
	twice, once := sets.Size{Bytes: 2 << 20, Confidence: 0.92}, sets.Size{Bytes: 1 << 20, Confidence: 0.95}
	unsure := sets.Size{Bytes: 2 << 20, Confidence: 0.5}
	if got := confirmContradiction(claim, twice, twice, twice); !same(got, twice) {
		t.Errorf("found twice: %+v", got)
	}
	for _, second := range []sets.Size{once, unsure, {}} {
		if got := confirmContradiction(claim, twice, second, twice); got.Bytes != twice.Bytes || got.Confidence >= minReport {
			t.Errorf("and then %+v, both together %+v: %+v", second, twice, got)
		}
		if got := confirmContradiction(claim, twice, second, once); !same(got, once) {
			t.Errorf("and then %+v, both together %+v: %+v", second, once, got)
		}
	}
	if !sameSize(1<<20, 1100<<10) || sameSize(1<<20, 2<<20) || sameSize(1<<20, 900<<10) {
		t.Error("a tenth is the bound")
	}
}

func same(a, b sets.Size) bool { return a.Bytes == b.Bytes && a.Confidence == b.Confidence }
