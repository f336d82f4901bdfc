package reported

import (
	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
)

// descriptor is one TLB of leaf 2, named by a byte. Ways of 0: fully
// associative, or not told.
type descriptor struct {
	level, entries, ways int
	kind                 topology.CacheType
	pages                []int
}

// descriptors are the TLBs of leaf 2 by Intel's SDM, volume 2A, table 3-12.
// Bytes for caches are left out: every processor since the Pentium 4 has them
// in leaf 4, with their sets.
var descriptors = map[byte]descriptor{
	0x01: {1, 32, 4, topology.Instruction, []int{pages4K}}, 0x02: {1, 2, 0, topology.Instruction, []int{pages4M}},
	0x03: {1, 64, 4, topology.Data, []int{pages4K}}, 0x04: {1, 8, 4, topology.Data, []int{pages4M}},
	0x05: {1, 32, 4, topology.Data, []int{pages4M}}, 0x0b: {1, 4, 4, topology.Instruction, []int{pages4M}},
	0x4f: {1, 32, 0, topology.Instruction, []int{pages4K}},
	0x50: {1, 64, 0, topology.Instruction, []int{pages4K, pages2M}}, 0x51: {1, 128, 0, topology.Instruction, []int{pages4K, pages2M}},
	0x52: {1, 256, 0, topology.Instruction, []int{pages4K, pages2M}}, 0x55: {1, 7, 0, topology.Instruction, []int{pages2M}},
	0x56: {1, 16, 4, topology.Data, []int{pages4M}}, 0x57: {1, 16, 4, topology.Data, []int{pages4K}},
	0x59: {1, 16, 0, topology.Data, []int{pages4K}}, 0x5a: {1, 32, 4, topology.Data, []int{pages2M}},
	0x5b: {1, 64, 0, topology.Data, []int{pages4K, pages4M}}, 0x5c: {1, 128, 0, topology.Data, []int{pages4K, pages4M}},
	0x5d: {1, 256, 0, topology.Data, []int{pages4K, pages4M}}, 0x61: {1, 48, 0, topology.Instruction, []int{pages4K}},
	0x63: {1, 32, 4, topology.Data, []int{pages2M}}, 0x64: {1, 512, 4, topology.Data, []int{pages4K}},
	0x6a: {1, 64, 8, topology.Data, []int{pages4K}}, 0x6b: {1, 256, 8, topology.Data, []int{pages4K}},
	0x6c: {1, 128, 8, topology.Data, []int{pages2M}}, 0x6d: {1, 16, 0, topology.Data, []int{pages1G}},
	0x76: {1, 8, 0, topology.Instruction, []int{pages2M}}, 0xa0: {1, 32, 0, topology.Data, []int{pages4K}},
	0xb0: {1, 128, 4, topology.Instruction, []int{pages4K}}, 0xb1: {1, 8, 4, topology.Instruction, []int{pages2M}},
	0xb2: {1, 64, 4, topology.Instruction, []int{pages4K}}, 0xb3: {1, 128, 4, topology.Data, []int{pages4K}},
	0xb4: {1, 256, 4, topology.Data, []int{pages4K}}, 0xb5: {1, 64, 8, topology.Instruction, []int{pages4K}},
	0xb6: {1, 128, 8, topology.Instruction, []int{pages4K}}, 0xba: {1, 64, 4, topology.Data, []int{pages4K}},
	0xc0: {1, 8, 4, topology.Data, []int{pages4K, pages4M}}, 0xc1: {2, 1024, 8, topology.Unified, []int{pages4K, pages2M}},
	0xc2: {1, 16, 4, topology.Data, []int{pages4K, pages2M}}, 0xc3: {2, 1536, 6, topology.Unified, []int{pages4K, pages2M}},
	0xc4: {1, 32, 4, topology.Data, []int{pages2M}}, 0xca: {2, 512, 4, topology.Unified, []int{pages4K}},
}

// descriptorTLBs reads the TLBs of leaf 2. A register whose highest bit is set
// holds nothing, and the lowest byte of EAX is a count that is always 1.
func descriptorTLBs(read leafReader) []Statement {
	r, ok := read(leafDescriptors, 0)
	if !ok {
		return nil
	}
	var out []Statement
	for i, reg := range []uint32{r.EAX &^ 0xff, r.EBX, r.ECX, r.EDX} {
		if reg>>31 == 1 {
			continue
		}
		name := "cpuid 0x2 " + []string{"EAX", "EBX", "ECX", "EDX"}[i]
		for ; reg != 0; reg >>= 8 {
			d := descriptors[byte(reg)]
			for _, pages := range d.pages {
				out = append(out, Statement{
					Level: d.level, Kind: d.kind, PageBytes: pages, Source: name,
					Entries: opt.Some(d.entries), Ways: known(uint32(d.ways)),
				})
			}
		}
	}
	return out
}
