package view

import (
	"slices"
	"testing"

	"cachelab/affinity/opt"
	"cachelab/cachelines/card"
)

// The facts of a moment are listed as far as they are known, in one order; a zero that was
// read is a fact, and a zero that stands for nothing is none.
func TestVolatileFacts(t *testing.T) {
	all := &card.Volatile{
		Date: "2026-11-28", Commit: "abc", Kernel: "6.1", Load1: opt.Some(0.5), StealShare: opt.Some(0.02), Throttled: opt.Some(1.5),
		Governor: "performance", HugePages: "madvise", PageBytes: 4096,
	}
	want := []Fact{
		{"date", "2026-11-28"}, {"commit", "abc"}, {"kernel", "6.1"}, {"load", "0.50"}, {"steal", "2.0%"}, {"throttled", "1.5 s"},
		{"governor", "performance"}, {"huge pages", "madvise"}, {"page", "4 KiB"},
	}
	if got := VolatileFacts(all); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got, want := VolatileFacts(&card.Volatile{Load1: opt.Some(0.0), Governor: "\x1b"}), []Fact{{"load", "0.00"}}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := VolatileFacts(nil); got != nil {
		t.Errorf("facts of no moment: %v", got)
	}
}
