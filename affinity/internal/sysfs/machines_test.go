package sysfs

import (
	"slices"
	"strings"
	"testing"

	"cachelab/affinity/internal/topotest"
	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
)

// machine is a recorded machine.
type machine struct {
	name string
	why  string // it is in the set
	tree func(*testing.T) *topotest.Tree
	want string // summary
	// warnings holds the beginning of each warning, in order.
	warnings []string
}

// Machines in the shapes that kernels describe, each with the reason why it is
// in the set. They are written from descriptions and then bent to what the
// real tree has or lacks.
var machines = []machine{
	{
		name: "linux 2.6.18 on two Xeons",
		why:  "masks only, old names, no online list, no cache ids",
		tree: func(t *testing.T) *topotest.Tree {
			m := topotest.Synthetic(t, "pack:2 l2:1(size=2MiB,line=64,ways=8) core:1 l1:1(size=16KiB,line=64,ways=8) pu:2")
			return topotest.Write(m, topotest.Style{Masks: true, Old: true, IDs: true, Sets: true})
		},
		want: `cpus: 0-3
core: 0-1 | 2-3
package: 0-1 | 2-3
L1 data 16384/64/8: 0-1 | 2-3
L2 unified 2097152/64/8: 0-1 | 2-3
`,
	},
	{
		name: "Intel hybrid, kernel before cpu_capacity",
		why:  "kinds from frequencies, because the caches differ too; four efficiency cores over one L2",
		tree: func(t *testing.T) *topotest.Tree {
			return topotest.Write(topotest.AlderLake(t), topotest.Style{Lists: true, Modern: true, IDs: true, OnlineFile: true}).Edit(t,
				"set cpu/cpu0/cpufreq/cpuinfo_max_freq 5200000", "set cpu/cpu1/cpufreq/cpuinfo_max_freq 5200000",
				"set cpu/cpu2/cpufreq/cpuinfo_max_freq 5000000", "set cpu/cpu3/cpufreq/cpuinfo_max_freq 5000000",
				"set cpu/cpu4/cpufreq/cpuinfo_max_freq 3900000", "set cpu/cpu5/cpufreq/cpuinfo_max_freq 3900000",
				"set cpu/cpu6/cpufreq/cpuinfo_max_freq 3900000", "set cpu/cpu7/cpufreq/cpuinfo_max_freq 3900000")
		},
		want: topotest.AlderLakeSummary,
	},
	{
		name: "Intel hybrid with capacities",
		why:  "cpu_capacity tells the kinds by itself",
		tree: func(t *testing.T) *topotest.Tree { return topotest.Write(topotest.AlderLake(t), topotest.Today) },
		want: topotest.AlderLakeSummary,
	},
	{
		name: "one kind with favoured cores",
		why:  "frequencies differ by a tenth, or by a third with equal caches: no kinds",
		tree: func(t *testing.T) *topotest.Tree {
			m := topotest.Synthetic(t, "pack:1 core:2 l2:1(size=1MiB) pu:1")
			return topotest.Write(m, topotest.Today).Edit(t,
				"set cpu/cpu0/cpufreq/cpuinfo_max_freq 5700000", "set cpu/cpu1/cpufreq/cpuinfo_max_freq 3800000",
				"set cpu/cpu0/acpi_cppc/highest_perf 236", "set cpu/cpu1/acpi_cppc/highest_perf 166")
		},
		want: `cpus: 0-1
core: 0 | 1
package: 0-1
L2 unified 1048576/?/?: 0 | 1
`,
	},
	{
		name: "AMD Zen 2",
		why:  "two L3 in one die: cores of one package without a shared cache",
		tree: func(t *testing.T) *topotest.Tree {
			return topotest.Write(topotest.Synthetic(t, "pack:1 die:1 l3:2(size=16MiB,line=64,ways=16) core:2 l2:1(size=512KiB,line=64,ways=8) pu:2"), topotest.Today)
		},
		want: `cpus: 0-7
core: 0-1 | 2-3 | 4-5 | 6-7
die: 0-7
package: 0-7
L2 unified 524288/64/8: 0-1 | 2-3 | 4-5 | 6-7
L3 unified 16777216/64/16: 0-3 | 4-7
`,
	},
	{
		name: "AMD Bulldozer",
		why:  "the kernel calls the two cores of a module siblings, and gives them different core ids",
		tree: func(t *testing.T) *topotest.Tree {
			m := topotest.Synthetic(t, "pack:1 core:2 l2:1(size=2MiB,line=64,ways=16) pu:2")
			return topotest.Write(m, topotest.Style{Lists: true, Old: true, IDs: true, Modern: true}).Edit(t,
				"set cpu/cpu1/topology/core_id 1", "set cpu/cpu2/topology/core_id 2", "set cpu/cpu3/topology/core_id 3")
		},
		want: `cpus: 0-3
core: 0 | 1 | 2 | 3
package: 0-3
L2 unified 2097152/64/16: 0-1 | 2-3
`,
	},
	{
		name: "Graviton",
		why:  "no L3 in sysfs, no cluster, cluster_id -1 beside a set",
		tree: func(t *testing.T) *topotest.Tree {
			m := topotest.Synthetic(t, "pack:1 cluster:4 core:1 l2:1(size=1MiB,line=64,ways=8) l1:1(size=64KiB,line=64,ways=4) pu:1")
			return topotest.Write(m, topotest.Today).Edit(t, "set cpu/cpu*/topology/cluster_id -1")
		},
		want: `cpus: 0-3
core: 0 | 1 | 2 | 3
package: 0-3
L1 data 65536/64/4: 0 | 1 | 2 | 3
L2 unified 1048576/64/8: 0 | 1 | 2 | 3
`,
	},
	{
		name: "Kunpeng",
		why:  "clusters of four cores, two dies and two nodes in a package",
		tree: func(t *testing.T) *topotest.Tree {
			return topotest.Write(topotest.Synthetic(t, "pack:1 node:2 l3:1(size=32MiB,line=128,ways=16) cluster:2 core:4 l2:1(size=512KiB) pu:1"), topotest.Today)
		},
		want: `cpus: 0-15
core: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15
cluster: 0-3 | 4-7 | 8-11 | 12-15
package: 0-15
node: 0-7 | 8-15
L2 unified 524288/?/?: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15
L3 unified 33554432/128/16: 0-7 | 8-15
`,
	},
	{
		name: "Apple M1 under Linux",
		why:  "two kinds with caches of different size; efficiency cores are first; line 64 in sysfs",
		tree: func(t *testing.T) *topotest.Tree {
			m := topotest.Join([]topology.Kind{topology.Efficiency, topology.Performance},
				topotest.Synthetic(t, "cluster:1 l2:1(size=4MiB,line=64) core:4 l1:1(size=64KiB,line=64)"),
				topotest.Synthetic(t, "cluster:1 l2:1(size=12MiB,line=64) core:4 l1:1(size=128KiB,line=64)"))
			return topotest.Write(m, topotest.Today)
		},
		want: `cpus: 0-7
core: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7
cluster: 0-3 | 4-7
package: 0-7
performance: 4-7
efficiency: 0-3
L1 data 65536/64/?: 0 | 1 | 2 | 3
L1 data 131072/64/?: 4 | 5 | 6 | 7
L2 unified 4194304/64/?: 0-3
L2 unified 12582912/64/?: 4-7
`,
	},
	{
		name: "POWER9, SMT8",
		why:  "L1 and L2 belong to half a core; caches have only a map; package ids are not counted from 0",
		tree: func(t *testing.T) *topotest.Tree {
			m := topotest.Synthetic(t, "pack:1 l3:1(size=10MiB,line=128,ways=20) core:1 l2:2(size=512KiB,line=128,ways=8) pu:4")
			return topotest.Write(m, topotest.Style{Masks: true, Old: true, Modern: true, IDs: true, OnlineFile: true, NodeLinks: true}).Edit(t,
				"set cpu/cpu*/topology/physical_package_id 8")
		},
		want: `cpus: 0-7
core: 0-7
package: 8=0-7
L2 unified 524288/128/8: 0-3 | 4-7
L3 unified 10485760/128/20: 0-7
`,
	},
	{
		name: "s390x",
		why:  "books and drawers beside the package; four levels; L4 spans packages; lines of 256 bytes",
		tree: func(t *testing.T) *topotest.Tree {
			m := topotest.Synthetic(t, "l4:1(size=960MiB,line=256,ways=60) pack:2 l3:1(size=256MiB,line=256,ways=32) core:2 l2:1(size=4MiB,line=256,ways=8) l1:1(size=128KiB,line=256,ways=8) pu:1")
			return topotest.Write(m, topotest.Today).Edit(t,
				"set cpu/cpu0/topology/book_id 1", "set cpu/cpu0/topology/drawer_id 0",
				"set cpu/cpu0/topology/book_siblings_list 0-3", "set cpu/cpu0/topology/drawer_siblings_list 0-3")
		},
		want: `cpus: 0-3
core: 0 | 1 | 2 | 3
package: 0-1 | 2-3
L1 data 131072/256/8: 0 | 1 | 2 | 3
L2 unified 4194304/256/8: 0 | 1 | 2 | 3
L3 unified 268435456/256/32: 0-1 | 2-3
L4 unified 1006632960/256/60: 0-3
`,
	},
	{
		name: "s390x guest without topology",
		why:  "no topology directory: the caches alone relate the CPUs",
		tree: func(t *testing.T) *topotest.Tree {
			m := topotest.Synthetic(t, "l3:1(size=256MiB,line=256) l1:2(size=128KiB,line=256) pu:1")
			return topotest.Write(m, topotest.Style{Masks: true, OnlineFile: true})
		},
		want: `cpus: 0-1
L1 data 131072/256/?: 0 | 1
L3 unified 268435456/256/?: 0-1
`,
	},
	{
		name: "s390x, packages by set",
		why:  "physical_package_id is -1, and core_siblings are right all the same",
		tree: func(t *testing.T) *topotest.Tree {
			m := topotest.Synthetic(t, "pack:2 core:2")
			m.CPUs[3].Package = opt.Some(2)
			return topotest.Write(m, topotest.Style{Lists: true, Masks: true, Old: true, Modern: true}).Edit(t, "set cpu/cpu*/topology/physical_package_id -1")
		},
		want: "cpus: 0-3\ncore: 0 | 1 | 2 | 3\npackage: 0-1 | 2 | 3\n",
	},
	{
		name: "POWER7",
		why:  "physical_package_id is -1, and core_siblings only repeat the core: packages are unknown",
		tree: func(t *testing.T) *topotest.Tree {
			return topotest.Write(topotest.Synthetic(t, "node:1 pack:2 core:1 pu:2"), topotest.Style{Masks: true, Old: true, Modern: true, IDs: true}).Edit(t,
				"set cpu/cpu*/topology/physical_package_id -1")
		},
		want: "cpus: 0-3\ncore: 0-1 | 2-3\nnode: 0-3\n",
	},
	{
		name: "sets copied from CPU 0",
		why:  "a set that does not name its own CPU is not believed; a NUL byte after a list is no part of it",
		tree: func(t *testing.T) *topotest.Tree {
			return topotest.Write(topotest.Synthetic(t, "pack:1 l2:2 core:2"), topotest.Style{Lists: true, Modern: true}).Edit(t,
				"set cpu/cpu*/topology/package_cpus_list 0-3\n\x00", "set cpu/cpu*/cache/index0/shared_cpu_list 0-1",
				"set cpu/cpu3/topology/core_cpus_list 0")
		},
		want: "cpus: 0-3\ncore: 0 | 1 | 2\npackage: 0-3\nL2 unified ?/?/?: 0-1 | 2 | 3\n",
		warnings: []string{
			"CPU 3: the core does not name the CPU itself",
			"CPUs 2-3: the level 2 cache does not name the CPU itself",
		},
	},
	{
		name: "RISC-V board",
		why:  "cache levels without size, ways or line; package id -1 beside a set of all CPUs",
		tree: func(t *testing.T) *topotest.Tree {
			m := topotest.Synthetic(t, "pack:1 l2:1 core:4 l1:1 l1i:1")
			return topotest.Write(m, topotest.Today).Edit(t, "set cpu/cpu*/topology/physical_package_id -1")
		},
		want: `cpus: 0-3
core: 0 | 1 | 2 | 3
package: 0-3
L1 data ?/?/?: 0 | 1 | 2 | 3
L1 instruction ?/?/?: 0 | 1 | 2 | 3
L2 unified ?/?/?: 0-3
`,
	},
	{
		name: "arm64 device tree without sets",
		why:  "ways 0 is not told, neither with number_of_sets missing nor, as POWER7 says of its L3, with one set; size and line 0",
		tree: func(t *testing.T) *topotest.Tree {
			m := topotest.Synthetic(t, "pack:1 core:2 l2:1(size=512KiB,line=64,ways=16) l1:1(size=32KiB,line=64,ways=4) pu:1")
			return topotest.Write(m, topotest.Style{Lists: true, Modern: true, IDs: true}).Edit(t,
				"set cpu/cpu*/cache/index*/ways_of_associativity 0",
				"set cpu/cpu0/cache/index0/number_of_sets 1", "set cpu/cpu1/cache/index0/number_of_sets 1",
				"set cpu/cpu*/cache/index1/size 0K", "set cpu/cpu*/cache/index1/coherency_line_size 0")
		},
		want: `cpus: 0-1
core: 0 | 1
package: 0-1
L1 data 32768/64/?: 0 | 1
L2 unified ?/?/?: 0 | 1
`,
	},
}

func TestMachines(t *testing.T) {
	for _, m := range slices.Concat(machines, oddMachines, foundMachines) {
		t.Run(strings.ReplaceAll(m.name, " ", "_"), func(t *testing.T) {
			got, err := Read(Source{Tree: m.tree(t).Index()})
			if err != nil {
				t.Fatal(err)
			}
			if s := topotest.Summary(got); s != m.want {
				t.Errorf("in the set because: %s\ngot\n%s\nwant\n%s", m.why, s, m.want)
			}
			if len(got.Warnings) != len(m.warnings) {
				t.Fatalf("got warnings %q, want %q", got.Warnings, m.warnings)
			}
			for i, w := range m.warnings {
				if !strings.HasPrefix(got.Warnings[i], w) {
					t.Errorf("got warning %q, want it to begin %q", got.Warnings[i], w)
				}
			}
		})
	}
}

// The kinds that only /sys/devices tells, beside the tree.
func TestKindsFromEventDevices(t *testing.T) {
	m := topotest.AlderLake(t)
	for i := range m.CPUs {
		m.CPUs[i].Kind = ""
	}
	devices := topotest.NewTree(map[string]string{"cpu_core/cpus": "0-3\n", "cpu_atom/cpus": "4-7\n"}).Index()
	got, err := Read(Source{Tree: topotest.Write(m, topotest.Today).Index(), Devices: devices})
	if err != nil {
		t.Fatal(err)
	}
	if s := topotest.Summary(got); s != topotest.AlderLakeSummary {
		t.Errorf("got\n%s\nwant\n%s", s, topotest.AlderLakeSummary)
	}
}
