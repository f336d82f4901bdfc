package reported

import (
	"slices"
	"strings"
	"testing"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
)

// leaf is a leaf and its subleaf.
type leaf [2]uint32

// recorded reads leaves from a table; a leaf beyond the last of its half does not
// exist.
func recorded(last, lastExtended uint32, table map[leaf]registers) leafReader {
	return func(l, sub uint32) (registers, bool) {
		most := last
		if l >= 0x8000_0000 {
			most = lastExtended
		}
		return table[leaf{l, sub}], l <= most
	}
}

// zen5Guest is a Zen 5 guest under Bhyve (Oxide), two CPUs, November 2026. It is in the
// set because its leaves contradict what was measured: L3 of 4 to 8 MiB, L2 with 16
// ways, a second TLB of about 4,200 entries. Leaf 0x8000001D is empty.
var zen5Guest = recorded(0xd, 0x8000_0021, map[leaf]registers{
	{0x8000_0001, 0}: {0xb00f21, 0x40000000, 0x440001f1, 0x25d3fbff},
	{0x8000_0005, 0}: {0xff60ff40, 0xff60ff40, 0x300c0140, 0x20080140},
	{0x8000_0006, 0}: {0x40802040, 0x60804040, 0x4006140, 0xfe09140},
	{0x8000_0019, 0}: {},
})

// skylake is an Intel Core i5-6400T (506E3h), from the dump of AIDA64 that is public as
// GenuineIntel/GenuineIntel00506E3_Skylake_CPUID.txt of github.com/InstLatx64/InstLatx64,
// commit ddff8a9. It is in the set because it needs both of Intel's leaves: caches in
// leaf 4, a descriptor for each TLB in leaf 2, where 0xff refers to leaf 4.
var skylake = recorded(0x16, 0x8000_0008, map[leaf]registers{
	{2, 0}: {0x76036301, 0x00f0b6ff, 0, 0x00c30000},
	{4, 0}: {0x1c004121, 0x01c0003f, 0x3f, 0},
	{4, 1}: {0x1c004122, 0x01c0003f, 0x3f, 0},
	{4, 2}: {0x1c004143, 0x00c0003f, 0x3ff, 0},
	{4, 3}: {0x1c03c163, 0x02c0003f, 0x1fff, 6},

	{0x8000_0006, 0}: {0, 0, 0x01006040, 0},
})

// leaf18 is constructed by the manual (Intel SDM volume 2A, CPUID leaf 18H), and no
// machine's: it has two TLBs, of 64 entries of 4 ways for loads of 4 KiB pages, and a
// fully associative one of 16 entries for 2 MiB and 4 MiB.
var leaf18 = recorded(0x1f, 0x8000_0008, map[leaf]registers{
	{0x18, 0}: {2, 0, 0, 0},
	{0x18, 1}: {0, 4<<16 | 1, 16, 1<<5 | 4},
	{0x18, 2}: {0, 16<<16 | 6, 1, 1<<8 | 1<<5 | 1},
})

func TestStatementsOf(t *testing.T) {
	check := func(name string, read leafReader, vendor string, want ...Statement) {
		t.Helper()
		got := statementsOf(read, vendor)
		for _, w := range want {
			if !slices.ContainsFunc(got, func(g Statement) bool { return g.same(w) && g.Note == w.Note }) {
				t.Errorf("%s: no %+v in %+v", name, w, got)
			}
		}
	}
	none := opt.Value[int]{}
	cache := func(level int, kind topology.CacheType, size int, ways opt.Value[int], source, note string) Statement {
		return Statement{Level: level, Kind: kind, SizeBytes: opt.Some(size), LineBytes: opt.Some(64), Ways: ways, Source: source, Note: note}
	}
	tlb := func(level int, kind topology.CacheType, pages, entries int, ways opt.Value[int], source string) Statement {
		return Statement{Level: level, Kind: kind, PageBytes: pages, Entries: opt.Some(entries), Ways: ways, Source: source}
	}
	check("Zen 5 guest", zen5Guest, "AuthenticAMD",
		cache(1, topology.Data, 48<<10, opt.Some(12), "cpuid 0x80000005 ECX", ""),
		cache(2, topology.Unified, 1<<20, opt.Some(8), "cpuid 0x80000006 ECX", ""),
		cache(3, topology.Unified, 508<<20, none, "cpuid 0x80000006 EDX", "its associativity code 9 refers to leaf 0x8000001D, which is empty"),
		tlb(1, topology.Data, 4096, 96, none, "cpuid 0x80000005 EBX"),
		tlb(2, topology.Data, 4096, 128, opt.Some(8), "cpuid 0x80000006 EBX"),
		tlb(2, topology.Data, 2<<20, 128, opt.Some(4), "cpuid 0x80000006 EAX"))
	check("Skylake", skylake, "GenuineIntel",
		cache(1, topology.Data, 32<<10, opt.Some(8), "cpuid 0x4 subleaf 0", ""),
		cache(2, topology.Unified, 256<<10, opt.Some(4), "cpuid 0x4 subleaf 2", ""),
		cache(3, topology.Unified, 6<<20, opt.Some(12), "cpuid 0x4 subleaf 3", ""),
		tlb(2, topology.Unified, 4096, 1536, opt.Some(6), "cpuid 0x2 EDX"),
		tlb(1, topology.Instruction, 4096, 128, opt.Some(8), "cpuid 0x2 EBX"))
	check("leaf 0x18", leaf18, "GenuineIntel",
		tlb(1, topology.Data, 4096, 64, opt.Some(4), "cpuid 0x18 subleaf 1"),
		tlb(1, topology.Data, 2<<20, 16, none, "cpuid 0x18 subleaf 2"))
	if got := statementsOf(skylake, "unknown"); len(got) != 0 {
		t.Errorf("leaves of an unknown vendor: %+v", got)
	}
	endless := func(uint32, uint32) (registers, bool) { return registers{EAX: 0x121}, true }
	if got := deterministic(endless, leafCaches); len(got) != mostSubleaves {
		t.Errorf("a list without an end has %d caches", len(got))
	}
}

// The C library's numbers are recognised, and hwloc reads sysfs where there is any.
func TestRepeaters(t *testing.T) {
	sizes := parseGetconf("LEVEL1_ICACHE_ASSOC\nLEVEL2_CACHE_SIZE   1048576\nLEVEL3_CACHE_SIZE  532676608\nPATH_MAX 4096\n")
	all := statementsOf(zen5Guest, "AuthenticAMD")
	addRepeaters(all, sizes)
	by := func(source string) string {
		for _, s := range all {
			if s.Source == source && !s.TLB() {
				return strings.Join(s.RepeatedBy, ", ")
			}
		}
		return "no statement"
	}
	if got, want := by("cpuid 0x80000006 EDX"), "getconf, the C library, lstopo"; got != want {
		t.Errorf("508 MiB are repeated by %q, want %q", got, want)
	}
	if got, want := by("cpuid 0x80000005 ECX"), "lstopo"; got != want {
		t.Errorf("the first level is repeated by %q, want %q", got, want)
	}
	all = append(all, Statement{Level: 3, SizeBytes: opt.Some(8 << 20), Source: "sysfs"})
	for i := range all {
		all[i].RepeatedBy = nil
	}
	addRepeaters(all, sizes)
	if got, want := by("cpuid 0x80000006 EDX")+"; "+by("sysfs"), "getconf, the C library; lstopo"; got != want {
		t.Errorf("next to sysfs: %q, want %q", got, want)
	}
}

func TestStatementsOfThisMachine(t *testing.T) {
	v, err := Read()
	if err != nil {
		t.Skip(err)
	}
	for _, s := range Statements(v) {
		if s.Level < 1 || s.Source == "" || s.TLB() == s.Entries.IsZero() {
			t.Errorf("%+v", s)
		}
	}
}
