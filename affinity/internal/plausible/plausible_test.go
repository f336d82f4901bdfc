package plausible_test

import (
	"strings"
	"testing"

	"cachelab/affinity/internal/plausible"
	"cachelab/affinity/internal/topotest"
	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
)

// over adds a cache over CPUs of a machine.
func over(m *topology.Topology, level int, kind topology.CacheType, size, line int, cpus ...int) *topology.Topology {
	m.Caches = append(m.Caches, topology.Cache{Level: level, Type: kind, SizeBytes: opt.Some(size), LineBytes: opt.Some(line), CPUs: cpus})
	return m
}

func TestCheck(t *testing.T) {
	machine := func(desc string) *topology.Topology { return topotest.Synthetic(t, desc) }
	for _, test := range []struct {
		name     string
		m        *topology.Topology
		want     string // caches, as Summary has them
		warnings []string
	}{
		{
			"an L1d of 56 bytes",
			machine("pack:1 core:2 l1:1(size=56,line=64)"),
			"L1 data ?/64/?: 0 | 1\n",
			[]string{"CPUs 0-1: the level 1 data cache is reported with 56 bytes, which no processor has"},
		},
		{
			"an L3 that spans packages",
			over(machine("pack:2 core:4"), 3, topology.Unified, 32<<20, 64, 0, 1, 2, 3, 4, 5, 6, 7),
			"L3 unified 33554432/64/?: 0-3 | 4-7\n",
			[]string{"CPUs 0-7: the level 3 cache is reported as shared by several packages, and packages do not share it: each package counts as having its own (a common error of hypervisors)"},
		},
		{
			"an L2 that spans packages",
			over(machine("pack:2 core:1"), 2, topology.Unified, 1<<20, 64, 0, 1),
			"L2 unified 1048576/64/?: 0 | 1\n",
			[]string{"CPUs 0-1: the level 2 cache is reported as shared by several packages, and packages do not share it: each package counts as having its own (a common error of hypervisors). Each package has one core, so the packages may be the error"},
		},
		{
			"an L4 over packages, as s390 has",
			over(machine("pack:2 core:1"), 4, topology.Unified, 960<<20, 256, 0, 1),
			"L4 unified 1006632960/256/?: 0-1\n",
			nil,
		},
		{
			"clusters of an Arm phone called packages",
			func() *topology.Topology {
				m := over(machine("pack:2 core:2"), 3, topology.Unified, 4<<20, 64, 0, 1, 2, 3)
				m.Kinds = []topology.Kind{topology.Performance, topology.Efficiency}
				return m
			}(),
			"L3 unified 4194304/64/?: 0-3\n",
			[]string{"CPUs 0-3: the level 3 cache is reported as shared by several packages: the cache is believed"},
		},
		{
			"lines of 48 and 4096 bytes",
			machine("pack:1 l2:1(size=1MiB,line=4096) core:2 l1:1(size=48KiB,line=48)"),
			"L1 data 49152/?/?: 0 | 1\nL2 unified 1048576/?/?: 0-1\n",
			[]string{"CPUs 0-1: the level 1 data cache is reported with lines of 48 bytes", "CPUs 0-1: the level 2 cache is reported with lines of 4096 bytes"},
		},
		{
			"an L1d shared by four cores",
			over(machine("pack:1 core:4 pu:1"), 1, topology.Data, 32<<10, 64, 0, 1, 2, 3),
			"L1 data 32768/64/?: 0 | 1 | 2 | 3\n",
			[]string{"CPUs 0-3: the level 1 data cache is reported as shared by several cores"},
		},
		{
			"an L1d shared by the threads of a core, an L1i by a module",
			over(over(machine("pack:1 core:2 pu:2"), 1, topology.Data, 16<<10, 64, 0, 1), 1, topology.Instruction, 64<<10, 64, 0, 1, 2, 3),
			"L1 data 16384/64/?: 0-1\nL1 instruction 65536/64/?: 0-3\n",
			nil,
		},
		{
			"an L3 smaller than the L2",
			machine("pack:1 l3:1(size=512KiB,line=64) core:2 l2:1(size=2MiB,line=64)"),
			"L2 unified 2097152/64/?: 0 | 1\nL3 unified ?/64/?: 0-1\n",
			[]string{"CPUs 0-1: the level 3 cache is reported with 524288 bytes, less than the 2097152 bytes of level 2"},
		},
		{
			"more ways than lines",
			machine("core:1 l1:1(size=1KiB,line=64,ways=17)"),
			"L1 data 1024/64/?: 0\n",
			[]string{"CPU 0: the level 1 data cache is reported with 17 ways, more than it has lines"},
		},
		{
			"a sane server",
			machine("pack:2 l3:2(size=32MiB,line=64,ways=16) core:2 l2:1(size=1MiB,line=64,ways=8) l1:1(size=48KiB,line=64,ways=12) pu:2"),
			"L1 data 49152/64/12: 0-1 | 2-3 | 4-5 | 6-7 | 8-9 | 10-11 | 12-13 | 14-15\n" +
				"L2 unified 1048576/64/8: 0-1 | 2-3 | 4-5 | 6-7 | 8-9 | 10-11 | 12-13 | 14-15\n" +
				"L3 unified 33554432/64/16: 0-3 | 4-7 | 8-11 | 12-15\n",
			nil,
		},
	} {
		t.Run(strings.ReplaceAll(test.name, " ", "_"), func(t *testing.T) {
			plausible.Check(test.m)
			s := topotest.Summary(test.m)
			if got := s[strings.Index(s, "L"):]; got != test.want {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
			if len(test.m.Warnings) != len(test.warnings) {
				t.Fatalf("warnings %q, want %q", test.m.Warnings, test.warnings)
			}
			for i, want := range test.warnings {
				if !strings.HasPrefix(test.m.Warnings[i], want) {
					t.Errorf("warning %q, want it to begin %q", test.m.Warnings[i], want)
				}
			}
		})
	}
}

// Only where each package has one core may the packages be the error.
func TestCheckOfPackagesWithSeveralCores(t *testing.T) {
	m := over(topotest.Synthetic(t, "pack:2 core:2"), 3, topology.Unified, 32<<20, 64, 0, 1, 2, 3)
	plausible.Check(m)
	if len(m.Warnings) != 1 || !strings.HasSuffix(m.Warnings[0], "(a common error of hypervisors)") {
		t.Errorf("warnings %q", m.Warnings)
	}
}

// A pair of two packages is not called "same L3" because a hypervisor says so.
func TestLyingL3IsNotARelation(t *testing.T) {
	m := over(topotest.Synthetic(t, "pack:2 core:2"), 3, topology.Unified, 32<<20, 64, 0, 1, 2, 3)
	if r := m.Relation(0, 2); r != topology.SameL3 {
		t.Fatalf("before the check: %v", r)
	}
	plausible.Check(m)
	if r := m.Relation(0, 2); r != topology.OtherPackage {
		t.Errorf("CPUs of two packages are %v, want other package", r)
	}
}
