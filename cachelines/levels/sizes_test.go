package levels

import (
	"slices"
	"testing"
)

func TestSizesUpTo(t *testing.T) {
	sizes := sizesUpTo(128<<20, 64, []int{32 << 10, 1 << 20, 32 << 20})
	if !slices.IsSorted(sizes) || len(slices.Compact(slices.Clone(sizes))) != len(sizes) {
		t.Errorf("sizes are not ascending: %v", sizes)
	}
	for _, s := range sizes {
		if s%64 != 0 || s < leastSet || s > 128<<20 {
			t.Errorf("%d bytes is no number of lines from 1 KiB to 128 MiB", s)
		}
	}
	has := func(bytes int) {
		t.Helper()
		if !slices.Contains(sizes, bytes) {
			t.Errorf("%d bytes are not among the sizes", bytes)
		}
	}
	has(leastSet)
	has(128 << 20)
	has(32 << 10) // the claimed edges, and close to them
	has(1 << 20)
	has(32 << 20)
	near := 0
	for _, s := range sizes {
		if s >= 29<<10 && s <= 35<<10 {
			near++
		}
	}
	if near < 5 {
		t.Errorf("%d sizes within a tenth of a claimed edge, want 5 at least", near)
	}
	// Nowhere may a level hide between two sizes.
	for i := 1; i < len(sizes); i++ {
		if ratio := float64(sizes[i]) / float64(sizes[i-1]); ratio > 1.3 {
			t.Errorf("%d to %d bytes is a step of %.2f", sizes[i-1], sizes[i], ratio)
		}
	}
	if alone := sizesUpTo(1<<20, 256, nil); len(alone) == 0 || alone[0]%256 != 0 {
		t.Errorf("sizes without claims: %v", alone)
	}
}
