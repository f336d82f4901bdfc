package reported

import (
	"fmt"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
)

// registers is what CPUID answers for one leaf.
type registers struct{ EAX, EBX, ECX, EDX uint32 }

// leafReader reads a leaf of CPUID: of this processor, or of a recorded one.
// ok is false where the processor has no such leaf.
type leafReader func(leaf, subleaf uint32) (r registers, ok bool)

// The leaves that speak of caches and TLBs, by the vendors' manuals: Intel
// SDM volume 2A, CPUID; AMD64 Architecture Programmer's Manual volume 3,
// appendix E.4.
const (
	leafDescriptors     = 0x2         // Intel: TLBs, a byte each
	leafCaches          = 0x4         // Intel: a subleaf for each cache
	leafTLBs            = 0x18        // Intel: a subleaf for each TLB
	leafExtended        = 0x8000_0001 // AMD: whether leafAMDCaches exists
	leafAMDFirst        = 0x8000_0005 // AMD: first-level caches and TLBs
	leafAMDSecond       = 0x8000_0006 // AMD: L2, L3 and second-level TLBs
	leafAMDHuge         = 0x8000_0019 // AMD: TLBs for pages of 1 GiB
	leafAMDCaches       = 0x8000_001D // AMD: a subleaf for each cache, as leaf 4
	topologyExtensions  = 1 << 22     // bit of ECX of leafExtended: leafAMDCaches exists
	mostSubleaves       = 32          // a hypervisor that never ends its list must not hang us
	pages4K, pages2M    = 4 << 10, 2 << 20
	pages4M, pages1G    = 4 << 20, 1 << 30
	amd, hygon, centaur = "AuthenticAMD", "HygonGenuine", "CentaurHauls"
)

// statementsOf lists what the leaves say of caches and TLBs. Leaves of the
// other vendor are not read: they are reserved there.
func statementsOf(read leafReader, vendor string) []Statement {
	switch vendor {
	case amd, hygon:
		return amdStatements(read)
	case "GenuineIntel", centaur:
		out := deterministic(read, leafCaches)
		out = append(out, descriptorTLBs(read)...)
		return append(out, tlbLeaf(read)...)
	}
	return nil
}

// deterministic reads leaf 4 or 0x8000001D, which have one layout: a subleaf
// for each cache until one of type 0.
func deterministic(read leafReader, leaf uint32) []Statement {
	var out []Statement
	for sub := range uint32(mostSubleaves) {
		r, ok := read(leaf, sub)
		kind := map[uint32]topology.CacheType{1: topology.Data, 2: topology.Instruction, 3: topology.Unified}[r.EAX&0x1f]
		if !ok || kind == "" {
			break
		}
		line, partitions := int(r.EBX&0xfff)+1, int(r.EBX>>12&0x3ff)+1
		ways, sets := int(r.EBX>>22)+1, int(r.ECX)+1
		s := Statement{
			Level: int(r.EAX >> 5 & 7), Kind: kind, Source: fmt.Sprintf("cpuid %#x subleaf %d", leaf, sub),
			SizeBytes: opt.Some(line * partitions * ways * sets), LineBytes: opt.Some(line),
		}
		if r.EAX>>9&1 == 0 { // else any line goes anywhere
			s.Ways = opt.Some(ways)
		}
		out = append(out, s)
	}
	return out
}

// amdStatements reads AMD's leaves.
func amdStatements(read leafReader) []Statement {
	var out []Statement
	if r, ok := read(leafAMDFirst, 0); ok {
		out = append(out, amdFirstCache(r.ECX, topology.Data, "cpuid 0x80000005 ECX")...)
		out = append(out, amdFirstCache(r.EDX, topology.Instruction, "cpuid 0x80000005 EDX")...)
		out = append(out, amdFirstTLB(r.EBX, pages4K, "cpuid 0x80000005 EBX")...)
		out = append(out, amdFirstTLB(r.EAX, pages2M, "cpuid 0x80000005 EAX")...)
	}
	var caches []Statement
	if r, ok := read(leafExtended, 0); ok && r.ECX&topologyExtensions != 0 {
		caches = deterministic(read, leafAMDCaches)
	}
	if r, ok := read(leafAMDSecond, 0); ok {
		referred := "its associativity code 9 refers to leaf 0x8000001D"
		if len(caches) == 0 {
			referred += ", which is empty"
		}
		out = append(out, amdLaterCache(2, r.ECX, int(r.ECX>>16)<<10, "cpuid 0x80000006 ECX", referred)...)
		out = append(out, amdLaterCache(3, r.EDX, int(r.EDX>>18)<<19, "cpuid 0x80000006 EDX", referred)...)
		out = append(out, amdLaterTLB(2, r.EBX, pages4K, "cpuid 0x80000006 EBX")...)
		out = append(out, amdLaterTLB(2, r.EAX, pages2M, "cpuid 0x80000006 EAX")...)
	}
	if r, ok := read(leafAMDHuge, 0); ok {
		out = append(out, amdLaterTLB(1, r.EAX, pages1G, "cpuid 0x80000019 EAX")...)
		out = append(out, amdLaterTLB(2, r.EBX, pages1G, "cpuid 0x80000019 EBX")...)
	}
	return append(out, caches...)
}

// amdFirstCache reads a first-level cache of leaf 0x80000005: KiB, ways and
// line size in a byte each. 255 ways are a fully associative cache.
func amdFirstCache(r uint32, kind topology.CacheType, source string) []Statement {
	if r>>24 == 0 {
		return nil
	}
	s := Statement{Level: 1, Kind: kind, Source: source, SizeBytes: opt.Some(int(r>>24) << 10), LineBytes: known(r & 0xff)}
	if ways := r >> 16 & 0xff; ways < 255 {
		s.Ways = known(ways)
	}
	return []Statement{s}
}

// amdFirstTLB reads the two first-level TLBs of one page size: entries and
// ways in a byte each, data in the upper half.
func amdFirstTLB(r uint32, pageBytes int, source string) []Statement {
	var out []Statement
	for _, half := range []struct {
		bits uint32
		kind topology.CacheType
	}{{r >> 16, topology.Data}, {r & 0xffff, topology.Instruction}} {
		if half.bits&0xff == 0 {
			continue
		}
		s := Statement{Level: 1, Kind: half.kind, PageBytes: pageBytes, Source: source, Entries: known(half.bits & 0xff)}
		if ways := half.bits >> 8; ways < 255 {
			s.Ways = known(ways)
		}
		out = append(out, s)
	}
	return out
}

// amdWays are the ways by associativity code. Code 9 refers to leaf
// 0x8000001D, and 15 is a fully associative cache.
var amdWays = map[uint32]int{1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 8: 16, 10: 32, 11: 48, 12: 64, 13: 96, 14: 128}

// amdLaterCache reads L2 or L3 of leaf 0x80000006. Code 0 is no cache.
func amdLaterCache(level int, r uint32, size int, source, referred string) []Statement {
	code := r >> 12 & 0xf
	if size == 0 || code == 0 {
		return nil
	}
	s := Statement{Level: level, Kind: topology.Unified, Source: source, SizeBytes: opt.Some(size), LineBytes: known(r & 0xff)}
	if ways, ok := amdWays[code]; ok {
		s.Ways = opt.Some(ways)
	}
	if code == 9 {
		s.Note = referred
	}
	return []Statement{s}
}

// amdLaterTLB reads the two TLBs of one page size in leaves 0x80000006 and
// 0x80000019: a code and twelve bits of entries each, data in the upper half.
// An empty data half with a filled other one is one TLB for both.
func amdLaterTLB(level int, r uint32, pageBytes int, source string) []Statement {
	var out []Statement
	data, code := r&0xffff, topology.Instruction
	if r>>16 == 0 {
		code = topology.Unified
	}
	for _, half := range []struct {
		bits uint32
		kind topology.CacheType
	}{{r >> 16, topology.Data}, {data, code}} {
		if half.bits&0xfff == 0 || half.bits>>12 == 0 {
			continue
		}
		s := Statement{Level: level, Kind: half.kind, PageBytes: pageBytes, Source: source, Entries: known(half.bits & 0xfff)}
		if ways, ok := amdWays[half.bits>>12]; ok {
			s.Ways = opt.Some(ways)
		}
		out = append(out, s)
	}
	return out
}

// tlbLeaf reads leaf 0x18: a subleaf for each TLB; the first says how many
// there are, and one of type 0 is to be passed over.
func tlbLeaf(read leafReader) []Statement {
	var out []Statement
	first, ok := read(leafTLBs, 0)
	if !ok {
		return nil
	}
	for sub := range min(first.EAX, mostSubleaves-1) + 1 {
		r, _ := read(leafTLBs, sub)
		// 4 and 5 are for loads and stores alone: both translate data.
		kind := map[uint32]topology.CacheType{1: topology.Data, 2: topology.Instruction, 3: topology.Unified, 4: topology.Data, 5: topology.Data}[r.EDX&0x1f]
		if kind == "" {
			continue
		}
		ways := r.EBX >> 16
		for bit, pages := range []int{pages4K, pages2M, pages4M, pages1G} {
			if r.EBX>>bit&1 == 0 {
				continue
			}
			s := Statement{
				Level: int(r.EDX >> 5 & 7), Kind: kind, PageBytes: pages, Source: fmt.Sprintf("cpuid 0x18 subleaf %d", sub),
				Entries: known(ways * r.ECX),
			}
			if r.EDX>>8&1 == 0 {
				s.Ways = known(ways)
			}
			out = append(out, s)
		}
	}
	return out
}

// known is n, where 0 says that nothing is said.
func known(n uint32) opt.Value[int] {
	if n == 0 {
		return opt.Value[int]{}
	}
	return opt.Some(int(n))
}
