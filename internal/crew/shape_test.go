package crew

import (
	"testing"

	"cachelab/internal/shape"
)

// TestKernelShapes holds the kernels to the machine code that their
// measurements rest on.
func TestKernelShapes(t *testing.T) {
	code := shape.Compile(t, "cachelab/internal/crew")
	const memory = shape.Memory
	// One read-modify-write on memory, and none of it in a register.
	code.Check(t, "AddPlain", map[string]int{`INCQ\t` + memory: 1}, `LOCK|XADD`)
	// One store and no load.
	code.Check(t, "StoreLoop", map[string]int{`MOVQ\t[A-Z0-9]+, ` + memory: 1}, `LOCK|XCHG`, `MOVQ\t`+memory)
	code.Check(t, "AddAtomic", map[string]int{`LOCK`: 1, `XADDQ|INCQ\t` + memory + `|ADDQ\t.*` + memory: 1})
	code.Check(t, "AddCAS", map[string]int{`LOCK`: 1, `CMPXCHGQ`: 1})
	// The count stays in a register; the only memory is the one add at the end.
	code.Check(t, "AddLocal", map[string]int{`LOCK`: 1}, `MOVQ\t`+memory)
	code.Check(t, "LoadLoop", map[string]int{`(MOVQ|ADDQ)\t` + memory: 1}, `LOCK|XCHG`)
	code.Check(t, "multiplyChains", map[string]int{`IMULQ`: 8}, memory)
	code.Check(t, "pingCAS", map[string]int{`LOCK`: 1, `CMPXCHGL`: 1})
	// The wait is a load and the hand-over a plain store: an exchange would make
	// it a second CAS test.
	code.Check(t, "pingLoadStore", map[string]int{`MOVL\t[A-Z0-9]+, ` + memory: 1}, `LOCK|XCHG`)
}
