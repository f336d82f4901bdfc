package reported

// executeCPUID executes the CPUID instruction on the CPU that the thread is on. It
// traps under every hypervisor (3.7 µs were measured), so nothing calls it
// while times are taken.
//
// klauspost/cpuid reads the same leaves and keeps four sizes of them: it
// exports neither ways, nor TLBs, nor the leaves themselves.
func executeCPUID(leaf, subleaf uint32) (eax, ebx, ecx, edx uint32)

// readLeaf reads one leaf; ok is false where the processor has no such leaf.
func readLeaf(leaf, subleaf uint32) (r registers, ok bool) {
	last, _, _, _ := executeCPUID(leaf&0x8000_0000, 0) // each half of the leaves begins with the number of its last one
	if leaf > last {
		return registers{}, false
	}
	r.EAX, r.EBX, r.ECX, r.EDX = executeCPUID(leaf, subleaf)
	return r, true
}
