package sysfs

import (
	"testing"

	"cachelab/affinity/internal/topotest"
	"cachelab/affinity/topology"
)

// Trees that tell little, tell it oddly, or contradict themselves.
var oddMachines = []machine{
	{
		name: "cloud guest",
		why:  "no cache directory, a package for each CPU, and cluster_id 65535",
		tree: func(t *testing.T) *topotest.Tree {
			m := topotest.Synthetic(t, "pack:2 cluster:1 core:1 pu:1")
			return topotest.Write(m, topotest.Today).Edit(t, "set cpu/cpu*/topology/cluster_id 65535")
		},
		want: `cpus: 0-1
core: 0 | 1
package: 0 | 1
`,
	},
	{
		name: "bare container",
		why:  "the list of CPUs is all there is",
		tree: func(*testing.T) *topotest.Tree { return topotest.NewTree(map[string]string{"cpu/online": "0,4-5\n"}) },
		want: "cpus: 0,4-5\n",
		warnings: []string{
			"CPUs 0,4-5: online, but without a directory",
		},
	},
	{
		name: "offline siblings",
		why:  "holes in the ids, and CPUs that are there and cannot run anything",
		tree: func(t *testing.T) *topotest.Tree {
			m := topotest.Synthetic(t, "pack:1 l3:1(size=8MiB) core:3 pu:2")
			for i := range m.CPUs {
				if i%2 == 1 {
					m.CPUs[i] = topology.CPU{ID: i}
				}
			}
			m.Caches[0].CPUs = []int{0, 2, 4}
			return topotest.Write(m, topotest.Today)
		},
		want: `cpus: 0-5
offline: 1,3,5
core: 0 | 2 | 4
package: 0,2,4
L3 unified 8388608/?/?: 0,2,4
`,
	},
	{
		name: "memory-only nodes",
		why:  "NUMA nodes without CPUs (HBM, CXL) name nobody; two packages in one node; a node of CPUs that were not recorded",
		tree: func(t *testing.T) *topotest.Tree {
			return topotest.Write(topotest.Synthetic(t, "node:1 pack:2 core:2"), topotest.Today).Edit(t,
				"set node/node1/cpulist ", "set node/node1/cpumap 00000000", "set node/node2/cpulist 4-9", "set node/node17/cpulist ")
		},
		want: `cpus: 0-3
core: 0 | 1 | 2 | 3
package: 0-1 | 2-3
node: 0-3
`,
		warnings: []string{"CPUs 4-9: named by a node, but absent from the tree"},
	},
	{
		name: "core ids without siblings",
		why:  "no siblings files: core_id is counted within the package, so it is 0 and 1 in both",
		tree: func(t *testing.T) *topotest.Tree {
			return topotest.Write(topotest.Synthetic(t, "pack:2 core:2 pu:2"), topotest.Style{IDs: true})
		},
		want: `cpus: 0-7
core: 0-1 | 2-3 | 4-5 | 6-7
package: 0-3 | 4-7
`,
	},
	{
		name: "package sets without ids",
		why:  "core_siblings without physical_package_id still tell the packages apart",
		tree: func(t *testing.T) *topotest.Tree {
			return topotest.Write(topotest.Synthetic(t, "pack:2 core:2"), topotest.Style{Masks: true, Old: true}).Edit(t, "rm cpu/cpu*/topology/physical_package_id")
		},
		want: `cpus: 0-3
core: 0 | 1 | 2 | 3
package: 0-1 | 2-3
`,
	},
	{
		name: "caches that tell an id and not the CPUs",
		why:  "the id gathers them",
		tree: func(t *testing.T) *topotest.Tree {
			return topotest.Write(topotest.Synthetic(t, "pack:1 l3:2(size=8MiB) core:2"), topotest.Today).Edit(t,
				"rm cpu/cpu*/cache/index0/shared_cpu_list", "rm cpu/cpu*/cache/index0/shared_cpu_map")
		},
		want: `cpus: 0-3
core: 0 | 1 | 2 | 3
package: 0-3
L3 unified 8388608/?/?: 0-1 | 2-3
`,
	},
	{
		name: "Intel hybrid, base frequencies only",
		why:  "a kernel without turbo tells base_frequency; cpufreq of a favoured core is 0.93 of the best",
		tree: func(t *testing.T) *topotest.Tree {
			tr := topotest.Write(topotest.AlderLake(t), topotest.Style{Lists: true, Modern: true, IDs: true, OnlineFile: true})
			for i, mhz := range []string{"3200", "3200", "2976", "2976", "2400", "2400", "2400", "2400"} {
				tr.Files[cpuDir(i)+"/cpufreq/base_frequency"] = mhz + "000\n"
			}
			return tr
		},
		want: topotest.AlderLakeSummary,
	},
	{
		name: "two cache sizes, one kind",
		why:  "a die with more L3 (X3D) runs at 0.92 of the other's frequency: no kinds",
		tree: func(t *testing.T) *topotest.Tree {
			m := topotest.Synthetic(t, "pack:1 l3:2(size=32MiB) core:1")
			return topotest.Write(m, topotest.Today).Edit(t, "set cpu/cpu0/cache/index0/size 98304K",
				"set cpu/cpu0/cpufreq/cpuinfo_max_freq 5250000", "set cpu/cpu1/cpufreq/cpuinfo_max_freq 5700000")
		},
		want: `cpus: 0-1
core: 0 | 1
package: 0-1
L3 unified 100663296/?/?: 0
L3 unified 33554432/?/?: 1
`,
	},
	{
		name: "kinds by name",
		why:  "cpu/types lists the CPUs of each kind",
		tree: func(t *testing.T) *topotest.Tree {
			return topotest.Write(topotest.Synthetic(t, "core:3"), topotest.Today).Edit(t,
				"set cpu/types/intel_core_0/cpulist 0", "set cpu/types/intel_atom_0/cpulist 1-2")
		},
		want: "cpus: 0-2\ncore: 0 | 1 | 2\nperformance: 0\nefficiency: 1-2\n",
	},
	{
		name: "half a geometry",
		why:  "size, line or ways follow from the number of sets and the other two; what one CPU lacks another tells; partitions multiply the sets",
		tree: func(t *testing.T) *topotest.Tree {
			return topotest.Write(topotest.Synthetic(t, "pack:1 l3:1(size=8MiB,line=64,ways=16) core:2 l2:1(size=1MiB,line=64,ways=8) l1:1(size=32KiB,line=64,ways=8)"), topotest.Today).Edit(t,
				"rm cpu/cpu*/cache/index0/size", "rm cpu/cpu*/cache/index1/coherency_line_size",
				"rm cpu/cpu0/cache/index2/number_of_sets", "rm cpu/cpu0/cache/index2/size", "set cpu/cpu1/cache/index2/number_of_sets 4096",
				"set cpu/cpu1/cache/index2/physical_line_partition 2")
		},
		want: `cpus: 0-1
core: 0 | 1
package: 0-1
L1 data 32768/64/8: 0 | 1
L2 unified 1048576/64/8: 0 | 1
L3 unified 8388608/64/16: 0-1
`,
	},
	{
		name: "a CPU that says nothing",
		why:  "its sibling says where it belongs; a cache of level 9 and one without a level are no caches",
		tree: func(t *testing.T) *topotest.Tree {
			return topotest.Write(topotest.Synthetic(t, "core:2 l1:1 pu:2"), topotest.Today).Edit(t,
				"rm cpu/cpu1/topology/*", "set cpu/cpu0/cache/index0/level 9", "rm cpu/cpu1/cache/index0/level", "rm cpu/cpu[23]/cache/*/*")
		},
		want:     "cpus: 0-3\ncore: 0-1 | 2-3\n",
		warnings: []string{"CPUs 0-1: a cache without a level from 1 to 8"},
	},
	{
		name: "core ids, unknown packages",
		why:  "an id that two CPUs share may be of two packages: not siblings; one that stands alone is a core",
		tree: func(t *testing.T) *topotest.Tree {
			return topotest.Write(topotest.Synthetic(t, "core:3"), topotest.Style{IDs: true}).Edit(t, "set cpu/cpu1/topology/core_id 0")
		},
		want: "cpus: 0-2\ncore: 2\n",
	},
	{
		name: "a core in two packages",
		why:  "a hypervisor that pairs vCPUs of different sockets: the siblings are believed, with a warning",
		tree: func(t *testing.T) *topotest.Tree {
			return topotest.Write(topotest.Synthetic(t, "core:1 pu:2"), topotest.Style{Lists: true, Modern: true}).Edit(t,
				"set cpu/cpu0/topology/physical_package_id 0", "set cpu/cpu1/topology/physical_package_id 1")
		},
		want: `cpus: 0-1
core: 0-1
package: 0 | 1
`,
		warnings: []string{"CPU 1: the core has CPUs in several packages"},
	},
	{
		name: "contradictions",
		why:  "siblings that disagree, a cache of two sizes, a CPU in two nodes and on- and offline: warnings, no panic",
		tree: func(t *testing.T) *topotest.Tree {
			lists := topotest.Today
			lists.Masks = false
			return topotest.Write(topotest.Synthetic(t, "pack:2 node:1 l3:1(size=8MiB,line=64,ways=16) core:2"), lists).Edit(t,
				"set cpu/cpu0/topology/core_cpus_list 0-1", // 1 says: 1
				"set cpu/cpu2/topology/core_cpus_list 1,2",
				"set cpu/cpu1/cache/index0/size 4096K", // 0 says: 8 MiB
				"set cpu/cpu3/cache/index0/shared_cpu_list 3,9",
				"set node/node1/cpulist 0,2-3",
				"set cpu/cpu3/online 0")
		},
		want: `cpus: 0-3
core: 0 | 1 | 2 | 3
package: 0-1 | 2-3
node: 0-1 | 2-3
L3 unified 8388608/64/16: 0-1 | 2-3 | 3
`,
		warnings: []string{
			"CPU 3: the file online",
			"CPUs 0,2: the CPUs of the core disagree",
			"CPU 0: in nodes 0-1 at once: node 0 is believed",
			"CPU 1: the level 3 cache: 4194304 bytes are not 16 ways",
			"CPU 1: the size of the level 3 cache is 4194304 here and 8388608 on CPU 0",
			"CPU 3: the level 3 cache names CPUs that the tree does not have",
			"CPU 3: reported under two level 3 unified caches",
		},
	},
}
