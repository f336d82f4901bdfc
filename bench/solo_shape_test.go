package bench

import "testing"

// Kernels of the single-threaded lessons that no package of instruments holds: none may check
// bounds or call where another arm does not.
func TestSoloShapes(t *testing.T) {
	// Two increments of memory, merged by nobody.
	shape(t, "incrementBoth", map[string]int{`^INCL\t\([A-Z0-9]+\)`: 2, conditionalJump: 1})
	// Three fields and the link.
	shape(t, "visitRecords", map[string]int{`^(MOVQ|ADDQ)\t\([A-Z0-9]+\)(\([A-Z0-9]+\*1\))?, [A-Z0-9]+$`: 4, conditionalJump: 1})
	// Eight pointers and what they lead to, and one in the tail.
	shape(t, "sumPointed", map[string]int{`^(MOVQ|ADDQ)\t[0-9]*\([A-Z0-9]+\), [A-Z0-9]+$`: 18, conditionalJump: 2})
	// Four products a round, one in the tail, no sum waiting for another's.
	shape(t, "dot", map[string]int{`^MULSD\t`: 5, conditionalJump: 2})
	// Own searches draw by one multiplication and check no bounds. The other two
	// are the library's and the runtime's, as programs call them.
	for _, search := range []string{"findByScan", "findInTree"} {
		shape(t, search, map[string]int{`^IMULQ\t`: 1})
	}
}
