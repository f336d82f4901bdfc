package sysfs

import (
	"strings"
	"testing"

	"cachelab/affinity/internal/topotest"
	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
)

// Shapes that were found by holding the reader against recorded trees of real
// machines. Each was read wrongly once.
var foundMachines = []machine{
	{
		name: "offline CPUs with caches",
		why:  "since 4.x an offline CPU keeps its cache directory, and stays in the sets of arm64: a cache is shared by those that run",
		tree: func(t *testing.T) *topotest.Tree {
			m := topotest.Synthetic(t, "pack:1 l3:1(size=30MiB) core:3 l1:1(size=32KiB)")
			return topotest.Write(m, topotest.Style{Masks: true, Old: true}).Edit(t, "set cpu/online 1-2")
		},
		want: `cpus: 0-2
offline: 0
core: 0 | 1 | 2
package: 0-2
L1 data 32768/?/?: 1 | 2
L3 unified 31457280/?/?: 1-2
`,
	},
	{
		name: "Itanium, package ids of a node",
		why:  "two packages of one node both have id 0, and core_siblings of themselves alone",
		tree: func(t *testing.T) *topotest.Tree {
			m := topotest.Synthetic(t, "node:2 pack:2 core:1")
			return topotest.Write(m, topotest.Style{Masks: true, Lists: true, Old: true, IDs: true}).Edit(t,
				"set cpu/cpu[01]/topology/physical_package_id 0", "set cpu/cpu[23]/topology/physical_package_id 512")
		},
		want: `cpus: 0-3
core: 0 | 1 | 2 | 3
package: 0 | 1 | 2 | 3
node: 0-1 | 2-3
`,
		warnings: []string{"several packages have one physical_package_id"},
	},
	{
		name: "s390x, packages of two books",
		why:  "packages are counted in each book: their ids come again, and nothing is odd",
		tree: func(t *testing.T) *topotest.Tree {
			m := topotest.Synthetic(t, "pack:2 core:2")
			return topotest.Write(m, topotest.Today).Edit(t, "set cpu/cpu*/topology/physical_package_id 1",
				"set cpu/cpu0/topology/book_id 1", "set cpu/cpu1/topology/book_id 1", "set cpu/cpu2/topology/book_id 2", "set cpu/cpu3/topology/book_id 2")
		},
		want: "cpus: 0-3\ncore: 0 | 1 | 2 | 3\npackage: 0-1 | 2-3\n",
	},
	{
		name: "Itanium with two threads",
		why:  "the instruction L2 and the L3 have an empty set or none: a core's threads share what it has",
		tree: func(t *testing.T) *topotest.Tree {
			m := topotest.Synthetic(t, "pack:1 l3:2(size=12MiB) core:1 l2:1(size=1MiB) l1:1(size=16KiB) pu:2")
			return topotest.Write(m, topotest.Style{Masks: true, Old: true, IDs: true}).Edit(t,
				"set cpu/cpu*/cache/index2/shared_cpu_map 00000000", "rm cpu/cpu*/cache/index[01]/shared_cpu_map")
		},
		want: `cpus: 0-3
core: 0-1 | 2-3
package: 0-3
L1 data 16384/?/?: 0-1 | 2-3
L2 unified 1048576/?/?: 0-1 | 2-3
L3 unified 12582912/?/?: 0-1 | 2-3
`,
		warnings: []string{
			"CPUs 0-3: the level 2 cache does not say who shares it",
			"CPUs 0-3: the level 3 cache does not say who shares it",
		},
	},
	{
		name: "lists copied from CPU 0, masks right",
		why:  "one of two files that tell a set may be wrong: the one that names the CPU itself is taken",
		tree: func(t *testing.T) *topotest.Tree {
			return topotest.Write(topotest.Synthetic(t, "pack:1 l2:2(size=1MiB) core:2"), topotest.Today).Edit(t,
				"set cpu/cpu*/cache/index0/shared_cpu_list 0-1", "set cpu/cpu3/topology/core_cpus 00000001")
		},
		want: "cpus: 0-3\ncore: 0 | 1 | 2 | 3\npackage: 0-3\nL2 unified 1048576/?/?: 0-1 | 2-3\n",
		warnings: []string{
			"CPU 3: core_cpus and core_cpus_list name different CPUs: the list is believed, because the other does not name the CPU itself",
			"CPUs 2-3: shared_cpu_map and shared_cpu_list name different CPUs: the mask is believed",
		},
	},
	{
		name: "one mask wrong, its list right",
		why:  "the other CPUs confirm the list",
		tree: func(t *testing.T) *topotest.Tree {
			return topotest.Write(topotest.Synthetic(t, "pack:2 l3:1(size=30MiB) core:3"), topotest.Today).Edit(t,
				"set cpu/cpu3/topology/package_cpus 0000000f", "set cpu/cpu2/cache/index0/shared_cpu_map 0000000f")
		},
		want: "cpus: 0-5\ncore: 0 | 1 | 2 | 3 | 4 | 5\npackage: 0-2 | 3-5\nL3 unified 31457280/?/?: 0-2 | 3-5\n",
		warnings: []string{
			"CPU 3: package_cpus and package_cpus_list name different CPUs: the list is believed, because other CPUs confirm it",
			"CPU 2: shared_cpu_map and shared_cpu_list name different CPUs: the list is believed, because other CPUs confirm it",
		},
	},
	{
		name: "lists cut at a page",
		why:  "before 5.16 a list of every other CPU ended at 4096 bytes, in the middle of a number; the mask fits",
		tree: func(t *testing.T) *topotest.Tree {
			m := topotest.Synthetic(t, "pack:2 core:1100")
			for i := range m.CPUs { // even ids are package 0
				m.CPUs[i].Package = opt.Some(i % 2)
			}
			tr := topotest.Write(m, topotest.Style{Lists: true, Masks: true, Old: true, OnlineFile: true})
			for name, s := range tr.Files {
				if len(s) > 4095 && strings.HasSuffix(name, "_list") {
					tr.Files[name] = s[:4095]
				}
			}
			return tr
		},
		want: topotest.Summary(evenAndOdd(2200)),
		warnings: []string{
			"CPUs 0-2198:2: ",
			"CPUs 1-2199:2: ",
		},
	},
	{
		name: "a package id that one CPU does not tell",
		why:  "a CPU that went off or on while its files were copied has some of them: its set says where it belongs (Moto G)",
		tree: func(t *testing.T) *topotest.Tree {
			return topotest.Write(topotest.Synthetic(t, "pack:2 core:2"), topotest.Today).Edit(t, "rm cpu/cpu1/topology/physical_package_id")
		},
		want: "cpus: 0-3\ncore: 0 | 1 | 2 | 3\npackage: 0-1 | 2-3\n",
	},
	{
		name: "packages smaller than their clusters",
		why:  "a kernel for phones gives each CPU a package of its own in core_siblings_list, and ids that are right (Pixel 8)",
		tree: func(t *testing.T) *topotest.Tree {
			return topotest.Write(topotest.Synthetic(t, "pack:2 cluster:1 core:2"), topotest.Today).Edit(t,
				"rm cpu/cpu*/topology/package_cpus", "set cpu/cpu0/topology/package_cpus_list 0", "set cpu/cpu1/topology/package_cpus_list 1",
				"set cpu/cpu2/topology/package_cpus_list 2", "set cpu/cpu3/topology/package_cpus_list 3")
		},
		want:     "cpus: 0-3\ncore: 0 | 1 | 2 | 3\ncluster: 0-1 | 2-3\npackage: 0-1 | 2-3\n",
		warnings: []string{"CPUs 0-3: the package names fewer CPUs than the cluster: the physical_package_id is believed"},
	},
	{
		name: "a cache whose set one CPU does not tell",
		why:  "a file that could not be copied is empty: the cache is the one that another CPU says it shares",
		tree: func(t *testing.T) *topotest.Tree {
			return topotest.Write(topotest.Synthetic(t, "pack:1 l3:1(size=8MiB) core:2 l2:1(size=1MiB) pu:2"), topotest.Today).Edit(t,
				"set cpu/cpu0/cache/index[01]/shared_cpu_list ", "set cpu/cpu0/cache/index[01]/shared_cpu_map ", "rm cpu/cpu*/cache/index1/id")
		},
		want: "cpus: 0-3\ncore: 0-1 | 2-3\npackage: 0-3\nL2 unified 1048576/?/?: 0-1 | 2-3\nL3 unified 8388608/?/?: 0-3\n",
	},
	{
		name: "nodes that disagree with themselves",
		why:  "the map is believed, with a warning",
		tree: func(t *testing.T) *topotest.Tree {
			return topotest.Write(topotest.Synthetic(t, "node:2 core:2"), topotest.Today).Edit(t, "set node/node1/cpulist 0-3")
		},
		want:     "cpus: 0-3\ncore: 0 | 1 | 2 | 3\nnode: 0-1 | 2-3\n",
		warnings: []string{"node 1: cpumap and cpulist name different CPUs: the mask is believed"},
	},
}

// evenAndOdd is a machine of n cores in two packages that alternate.
func evenAndOdd(n int) *topology.Topology {
	t := &topology.Topology{}
	for i := range n {
		t.CPUs = append(t.CPUs, topology.CPU{ID: i, Online: true, Core: opt.Some(i), Package: opt.Some(i % 2)})
	}
	return t
}
