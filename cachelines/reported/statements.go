package reported

import (
	"slices"

	"github.com/klauspost/cpuid/v2"

	"cachelab/affinity"
	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
)

// Statement is what one source says of one cache or TLB. Sources may
// disagree: on one guest CPUID's leaf 0x80000006 holds an L3 of 508 MiB and no
// other leaf holds any.
type Statement struct {
	Level     int
	Kind      topology.CacheType // topology.Data, Instruction or Unified
	PageBytes int                // of a TLB; 0: it is a cache
	SizeBytes opt.Value[int]     // of a cache
	LineBytes opt.Value[int]     // of a cache
	Entries   opt.Value[int]     // of a TLB
	Ways      opt.Value[int]     // unknown: not told, or fully associative
	Source    string             // sysfs, "cpuid 0x80000006 EDX", getconf
	CPU       opt.Value[int]     // where CPUID was executed
	Note      string             // what is odd about it, or empty

	// RepeatedBy lists the programs that print or use this value and did not
	// find it out by themselves.
	RepeatedBy []string
}

// TLB reports whether the statement is of a TLB.
func (s Statement) TLB() bool { return s.PageBytes > 0 }

// Statements lists what each source says of each cache and TLB of this
// machine. CPUID is read on a pinned CPU of each core kind, since the cores of
// a hybrid have caches of their own; of kinds that say the same one is listed.
// Programs that repeat a source are asked, so it may take some milliseconds.
func Statements(v *Values) []Statement {
	var out []Statement
	for _, c := range v.Topology.Caches {
		s := Statement{Level: c.Level, Kind: c.Type, SizeBytes: c.SizeBytes, LineBytes: c.LineBytes, Ways: c.Ways, Source: c.Source}
		if !slices.ContainsFunc(out, s.same) {
			out = append(out, s)
		}
	}
	for _, id := range firstOfKinds(v.Topology) {
		_ = affinity.Do(id, func() { // where threads cannot be pinned nothing is listed: which core answers is unknown
			for _, s := range statementsOf(readLeaf, cpuid.CPU.VendorString) {
				s.CPU = opt.Some(id)
				if !slices.ContainsFunc(out, s.same) {
					out = append(out, s)
				}
			}
		})
	}
	addRepeaters(out, askGetconf())
	return out
}

// same reports whether two statements differ in nothing but the CPU.
func (s Statement) same(o Statement) bool {
	return s.Level == o.Level && s.Kind == o.Kind && s.PageBytes == o.PageBytes && s.SizeBytes == o.SizeBytes &&
		s.LineBytes == o.LineBytes && s.Entries == o.Entries && s.Ways == o.Ways && s.Source == o.Source
}

// firstOfKinds is the first usable CPU of each core kind.
func firstOfKinds(t *topology.Topology) []int {
	var ids []int
	seen := map[topology.Kind]bool{}
	for _, cpu := range t.Usable() {
		if !seen[cpu.Kind] {
			seen[cpu.Kind] = true
			ids = append(ids, cpu.ID)
		}
	}
	return ids
}
