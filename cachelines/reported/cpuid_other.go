//go:build !amd64

package reported

// readLeaf has nothing to read: only x86 has CPUID. A 32-bit x86 program gets
// the values of klauspost/cpuid alone.
func readLeaf(uint32, uint32) (registers, bool) { return registers{}, false }
