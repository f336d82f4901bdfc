package chase

import (
	"testing"

	"cachelab/internal/shape"
)

// TestKernelShapes holds the kernels to the machine code that their
// measurements rest on.
func TestKernelShapes(t *testing.T) {
	code := shape.Compile(t, "cachelab/internal/chase")
	const memory = shape.Memory
	// Eight loads a round, each from the register that the one before wrote to,
	// and one in the tail; no store.
	code.Check(t, "Walk", map[string]int{`MOVQ\t` + memory + `, (AX|CX)`: 9}, `MOVQ\t[A-Z0-9]+, `+memory)
	// A node costs one load of its link, loaded before the value is written, and
	// one write of the value, which nothing keeps in a register.
	code.Check(t, "WalkIncrement", map[string]int{`^MOVQ\t\([A-Z0-9]+\), `: 9, `^INCQ\t8\([A-Z0-9]+\)`: 9})
	code.Check(t, "WalkAddNext", map[string]int{`^MOVQ\t\([A-Z0-9]+\), `: 9, `^(MOVQ|ADDQ)\t[A-Z0-9]+, 8\([A-Z0-9]+\)`: 9})
	// Eight steps of one cycle each, none folded into another: an address
	// computation of two registers is an addition, one that scales is two steps.
	code.Check(t, "AddChain", map[string]int{`(ADDQ|XORQ)\t[A-Z]+, [A-Z]+|LEAQ\t\([A-Z]+\)\([A-Z]+\*1\)`: 8}, `MOVQ\t`+memory, `\*[248]\)`)
}
