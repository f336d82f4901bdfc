package card

import (
	"testing"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
)

func TestCompareSources(t *testing.T) {
	size := func(bytes, lo, hi int, confidence float64, ways opt.Value[int]) *MeasuredCache {
		return &MeasuredCache{SizeBytes: opt.Some(bytes), SizeLo: opt.Some(lo), SizeHi: opt.Some(hi), Confidence: confidence, Ways: ways}
	}
	none := opt.Value[int]{}
	// The Zen 5 guest: L3 of 4.4 MiB that CPUID calls 508, L2 of 16 ways that it calls 8,
	// and a second TLB of 4,100 entries that it calls 128.
	m := &measurement{Machine: &Machine{
		Caches: []Cache{
			{Level: 1, Type: topology.Data, SizeBytes: opt.Some(48 << 10), Measured: size(48<<10, 46<<10, 49<<10, 0.95, opt.Some(12))},
			{Level: 2, Type: topology.Unified, SizeBytes: opt.Some(1 << 20), Measured: size(1<<20, 900<<10, 1100<<10, 0.9, opt.Some(16))},
			{Level: 3, Type: topology.Unified, Source: Unreported, Measured: size(4505<<10, 1200<<10, 6200<<10, 0.2, none)},
		},
		Translation: []Translation{{StepBytes: 4096, Levels: []MeasuredTLB{
			{Entries: opt.Some(94), EntriesLo: 90, EntriesHi: 99, Confidence: 0.97}, {EntriesLo: 3900, EntriesHi: 4300, Confidence: 0.7},
		}}},
		Sources: []SourceReport{
			{Level: 1, Type: topology.Data, SizeBytes: opt.Some(48 << 10), Ways: opt.Some(12)},
			{Level: 2, Type: topology.Unified, SizeBytes: opt.Some(1 << 20), Ways: opt.Some(8)},
			{Level: 3, Type: topology.Unified, SizeBytes: opt.Some(508 << 20), Source: "cpuid 0x80000006 EDX", RepeatedBy: []string{"getconf"}},
			{Level: 3, Type: topology.Unified, SizeBytes: opt.Some(4 << 20)},
			{Level: 1, Type: topology.Data, PageBytes: 4096, Entries: opt.Some(96)},
			{Level: 2, Type: topology.Data, PageBytes: 4096, Entries: opt.Some(128)},
			{Level: 2, Type: topology.Data, PageBytes: 4096, Entries: opt.Some(1024)},
			{Level: 2, Type: topology.Data, PageBytes: 2 << 20, Entries: opt.Some(128)},
			{Level: 1, Type: topology.Instruction, SizeBytes: opt.Some(32 << 10)},
		},
	}}
	m.compareSources()
	want := []struct{ size, ways Support }{
		{Supports, Supports}, {Supports, Contradicts}, {Contradicts, ""}, {Undecided, ""},
		{Supports, ""}, {Contradicts, ""}, {Undecided, ""}, {"", ""}, {"", ""},
	}
	for i, s := range m.Sources {
		if s.Measured != want[i].size || s.MeasuredWays != want[i].ways {
			t.Errorf("%d, %s: %q, ways %q, want %v", i, s.Says(), s.Measured, s.MeasuredWays, want[i])
		}
	}
	if len(m.Warnings) != 1 || m.Warnings[0].Kind != ReportContradicts {
		t.Fatalf("warnings %+v, want one of 508 MiB", m.Warnings)
	}
	if want := "cpuid 0x80000006 EDX reports a level 3 of 508 MiB (repeated by getconf), but the measurement excludes that: it found about 4.4 MiB (1.17 MiB to 6.05 MiB). Use the measured size"; m.Warnings[0].Text != want {
		t.Errorf("%q, want %q", m.Warnings[0].Text, want)
	}
}

func TestCompareSize(t *testing.T) {
	measured := func(lo, hi int, confidence float64) MeasuredCache {
		return MeasuredCache{SizeLo: opt.Some(lo << 20), SizeHi: opt.Some(hi << 20), Confidence: confidence}
	}
	for _, c := range []struct {
		mib  int
		of   MeasuredCache
		want Support
	}{
		{8, measured(7, 9, 0.9), Supports}, {8, measured(7, 9, 0.2), Undecided}, {32, measured(2, 7, 0.1), Contradicts},
		{4, measured(7, 9, 0.9), Contradicts}, {6, measured(7, 9, 0.9), Undecided}, {12, measured(7, 9, 0.9), Undecided},
	} {
		if got := compareSize(c.mib<<20, c.of); got != c.want {
			t.Errorf("%d MiB of %v to %v with %.1f: %s, want %s", c.mib, c.of.SizeLo, c.of.SizeHi, c.of.Confidence, got, c.want)
		}
	}
	// An interval to 10,000 bytes supports 11,000, and one from 15,000 on does not contradict 10,000.
	of := func(lo, hi int) MeasuredCache {
		return MeasuredCache{SizeLo: opt.Some(lo), SizeHi: opt.Some(hi), Confidence: minReport}
	}
	for _, c := range []struct {
		bytes int
		of    MeasuredCache
		want  Support
	}{{10990, of(9000, 10000), Supports}, {11010, of(9000, 10000), Undecided}, {10000, of(15000, 16000), Undecided}, {9999, of(15000, 16000), Contradicts}, {10000, of(6000, 7000), Undecided}} {
		if got := compareSize(c.bytes, c.of); got != c.want {
			t.Errorf("%d bytes of %v to %v: %s, want %s", c.bytes, c.of.SizeLo, c.of.SizeHi, got, c.want)
		}
	}
}
