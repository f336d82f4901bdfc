package stream

import (
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
	if sums := code.Distinct("Sum", `^ADDQ\t\([A-Z0-9]+\)(?:\([A-Z0-9]+\*[124]\))?, ([A-Z0-9]+)$`); sums != 4 {
		t.Errorf("Sum adds up in %d registers, want 4", sums)
	}
	code.Check(t, "Fill", map[string]int{load: 0, store: 9})
	code.Check(t, "Copy", map[string]int{load: 5, store: 5})
	code.Check(t, "Triple", map[string]int{load: 9, store: 9, `^LEAL\t\(([A-Z0-9]+)\)\([A-Z0-9]+\*2\)`: 9})
}
