package stream

import (
	"slices"
	"testing"

	"cachelab/internal/shape"
)

// TestKernelShapes holds the loops to eight words a round (four for Copy) and
// one in the tail: loads alone, stores alone, both, and both with a
// multiplication by 3 in between.
func TestKernelShapes(t *testing.T) {
	code := shape.Compile(t, "cachelab/internal/stream")
	const (
		load  = `^(MOV|ADD)[LQ]\t\([A-Z0-9]+\)(\([A-Z0-9]+\*[124]\))?, [A-Z0-9]+$`
		store = `^MOV[LQ]\t[A-Z0-9]+, \([A-Z0-9]+\)`
	)
	code.Check(t, "Sum", map[string]int{load: 9, store: 0})
	// A register that is added to once is a pointer, or the total of the sums.
	sums := code.Uses("Sum", `^ADDQ\t\(?[A-Z][A-Z0-9]*\)?(?:\([A-Z0-9]+\*[124]\))?, ([A-Z0-9]+)$`)
	sums = slices.DeleteFunc(sums, func(times int) bool { return times == 1 })
	if want := []int{2, 2, 2, 3}; !slices.Equal(sums, want) {
		t.Errorf("Sum adds %v words in its registers, want %v: four sums, and the tail in one of them", sums, want)
	}
	code.Check(t, "Fill", map[string]int{load: 0, store: 9})
	code.Check(t, "Copy", map[string]int{load: 5, store: 5})
	code.Check(t, "Triple", map[string]int{load: 9, store: 9, `^LEAL\t\(([A-Z0-9]+)\)\([A-Z0-9]+\*2\)`: 9})
}
