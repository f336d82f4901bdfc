package topology_test

import (
	"fmt"
	"strings"
	"testing"

	"cachelab/affinity/internal/topotest"
	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
	"cachelab/internal/cpulist"
)

func TestSynthetic(t *testing.T) {
	check := func(desc, want string) {
		t.Helper()
		m, err := topology.Synthetic(desc)
		if err != nil {
			t.Errorf("%q: %v", desc, err)
			return
		}
		for _, c := range m.CPUs {
			if !c.Online || !c.Allowed {
				t.Errorf("%q: cpu %d is not usable", desc, c.ID)
			}
		}
		for _, c := range m.Caches {
			if c.Source != "synthetic" {
				t.Errorf("%q: cache source %q", desc, c.Source)
			}
		}
		if got := topotest.Summary(m); got != want {
			t.Errorf("%q: got\n%s\nwant\n%s", desc, got, want)
		}
	}
	check("pack:2 l3:1 core:2 pu:2", `cpus: 0-7
core: 0-1 | 2-3 | 4-5 | 6-7
package: 0-3 | 4-7
L3 unified ?/?/?: 0-3 | 4-7
`)
	check(" node:1\tdie:2 cluster:1 l3:1(size=32MiB,line=64,ways=16) core:1 l2:1(size=512K) l1:1(ways=8) l1i:1 ", `cpus: 0-1
core: 0 | 1
cluster: 0 | 1
die: 0 | 1
node: 0-1
L1 data ?/?/8: 0 | 1
L1 instruction ?/?/?: 0 | 1
L2 unified 524288/?/?: 0 | 1
L3 unified 33554432/64/16: 0 | 1
`)
	check("l4:1 pu:3", "cpus: 0-2\nL4 unified ?/?/?: 0-2\n")
	big := topotest.Synthetic(t, "pack:2 l3:12 core:8 pu:2")
	if len(big.CPUs) != 384 || len(big.Caches) != 24 || big.Relation(0, 383) != topology.OtherPackage {
		t.Errorf("%d CPUs, %d caches", len(big.CPUs), len(big.Caches))
	}
}

// hwloc's own language, in all the ways that lstopo prints it and its users write
// it. What is wanted here is what lstopo 2.9 makes of the same strings, without
// the sizes and lines that it makes up.
func TestSyntheticAsHwloc(t *testing.T) {
	check := func(desc, want string) {
		t.Helper()
		m, err := topology.Synthetic(desc)
		if err != nil {
			t.Errorf("%q: %v", desc, err)
			return
		}
		if got := topotest.Summary(m); got != want {
			t.Errorf("%q: got\n%s\nwant\n%s", desc, got, want)
		}
	}
	laptop := `cpus: 0-7
core: 0,4 | 1,5 | 2,6 | 3,7
package: 0-7
node: 0-7
L1 data 32768/?/?: 0,4 | 1,5 | 2,6 | 3,7
L1 instruction 32768/?/?: 0,4 | 1,5 | 2,6 | 3,7
L2 unified 262144/?/?: 0,4 | 1,5 | 2,6 | 3,7
L3 unified 8388608/?/?: 0-7
`
	check("[NUMANode(memory=8589934592)] Package:1 L3Cache:1(size=8388608) L2Cache:4(size=262144) L1dCache:1(size=32768) L1iCache:1(size=32768) Core:1 PU:2(indexes=2*4:1*2)", laptop)
	check("(memory=8GiB) numa:1 socket:1 L3:1(size=8MiB) l2u:4(size=256KiB) L1d:1(size=32768) l1icache:1(size=32768) co:1 2(indexes=0,4,1,5,2,6,3,7)", laptop)
	check("2 4 2", "cpus: 0-15\npackage: 0-7 | 8-15\nnode: 0-1 | 2-3 | 4-5 | 6-7 | 8-9 | 10-11 | 12-13 | 14-15\n")
	check("2 1 1 2 1 1 2 2", `cpus: 0-15
core: 0-1 | 2-3 | 4-5 | 6-7 | 8-9 | 10-11 | 12-13 | 14-15
package: 0-7 | 8-15
node: 0-7 | 8-15
L1 data ?/?/?: 0-3 | 4-7 | 8-11 | 12-15
L1 instruction ?/?/?: 0-3 | 4-7 | 8-11 | 12-15
L2 unified ?/?/?: 0-3 | 4-7 | 8-11 | 12-15
L3 unified ?/?/?: 0-7 | 8-15
`)
	check("pack:2 [numa(memory=1GiB)] [numa(memory=1MiB)] core:2 2", `cpus: 0-7
core: 0-1 | 2-3 | 4-5 | 6-7
package: 0-3 | 4-7
node: 0-3 | 2=4-7
`)
	check("Group0:2 Tile:1 Module:1 L1Cache:1 core:1", "cpus: 0-1\ncore: 0 | 1\nL1 unified ?/?/?: 0 | 1\n")
}

// indexes= gives CPUs, packages and nodes the numbers that lstopo 2.9 gives them.
func TestSyntheticIndexes(t *testing.T) {
	nodes := func(desc, want string) {
		t.Helper()
		m := topotest.Synthetic(t, desc)
		var got []string
		for _, c := range m.CPUs {
			got = append(got, fmt.Sprintf("%d/%v/%v", c.ID, c.Package, c.Node))
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q: CPU/package/node\n%s, want\n%s", desc, s, want)
		}
	}
	nodes("pack:2(indexes=3,5) numa:2(indexes=pack) core:1 pu:2(indexes=pack:core)",
		"0/3/0 1/5/1 2/3/2 3/5/3 4/3/0 5/5/1 6/3/2 7/5/3")
	nodes("pack:2 core:2 [numa(indexes=8,7,5,6)] pu:1", "0/0/8 1/0/7 2/1/5 3/1/6")
	nodes("pack:2 [numa] core:2 [numa(indexes=8,7,5,6,4,3)]", "0/0/8 1/0/7 2/1/6 3/1/4")
	nodes("numa:2 pack:1 core:2 pu:1(indexes=2*2)", "0/0/0 1/1/1 2/0/0 3/1/1")
	nodes("[numa] [numa] pack:2", "0/0/0 1/1/0")

	// Groups without numbers of their own are counted by their first CPU.
	for _, c := range topotest.Synthetic(t, "die:2 cluster:1 core:1 pu:2(indexes=2,3,0,1)").CPUs {
		if want := opt.Some(c.ID / 2); c.Die != want || c.Cluster != want || c.Core != want {
			t.Errorf("cpu %d: die %v, cluster %v, core %v", c.ID, c.Die, c.Cluster, c.Core)
		}
	}
}

func TestSyntheticErrors(t *testing.T) {
	check := func(desc, want string) {
		t.Helper()
		if m, err := topology.Synthetic(desc); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, error %v, want %q in it", desc, m != nil, err, want)
		}
	}
	check("", "want levels from the outside in")
	check("pack", `want word:count with one of pack, node, die`)
	check("board:2", `got "board:2"`)
	check("machine:2", `got "machine:2"`)
	check("c:2", `got "c:2"`)
	check("l4i:2", `got "l4i:2"`)
	check("l6:2", `got "l6:2"`)
	check("pack:2 2 pu:2", "name all levels or none")
	check("2 pack:2", "name all levels or none")
	check("node:2 [numa] core:2", "not both")
	check("[numa", "want ]")
	check("[numa(memory=1]", "closing bracket")
	check("[core] pu:2", "want a NUMA node")
	check("[numa]", "want levels")
	check("(memory=1 core:2", "closing bracket")
	check("pu:2(indexes=0)", "want 2 numbers, got 1")
	check("pu:2(indexes=1,1)", "a number is given twice")
	check("pu:2(indexes=0,65536)", "beyond 65535")
	check("pu:4(indexes=1*3)", "3 numbers, want 4")
	check("pu:4(indexes=1*4:1*4)", "more than the 4 numbers")
	check("pu:4(indexes=5*1)", "numbers from 1 to 4")
	check("pu:4(indexes=0*4)", "numbers from 1 to 4")
	check("pu:4(indexes=2*4)", "a number is given twice")
	check("core:2 pu:2(indexes=core:core)", "each once")
	check("core:2 pu:2(indexes=numa)", "levels of the description")
	check("pack:2(indexes=core) core:2", "inside of what is numbered")
	check("core:1(indexes=)", "in brackets")
	check(strings.Repeat("group:1 ", 129), "more than 128 levels")
	check("pack:0", "want a count of 1 or more")
	check("pack:x", "want a count of 1 or more")
	check("pack:99999999999999999999", "want a count of 1 or more")
	check("pack:2 pack:2", "pack stands there twice")
	check("pu:2 core:2", "core stands after pu")
	check("pack:300 core:300", "more than 65536 cpus")
	check("core:4(size=1)", "only caches")
	check("l3:1(size=1M", "want a closing bracket")
	check("l3:1(colour=1)", "want line=, size= or ways=")
	check("l3:1(size=0)", "want a number like 64")
	check("l3:1(size=big)", "want a number like 64")
}

func FuzzSynthetic(f *testing.F) {
	f.Add("pack:2 l3:4 core:6 pu:2")
	f.Add("l3:4(size=32MiB,line=64,ways=16)")
	f.Add("pu:65536")
	f.Add("(memory=1) 2 [numa(indexes=1,0)] 2 2(indexes=2*2:1*4)")
	f.Add("Group0:2 pack:2(indexes=3,5) core:2 pu:2(indexes=pack:core)")
	f.Fuzz(func(t *testing.T, desc string) {
		m, err := topology.Synthetic(desc)
		if err != nil {
			return
		}
		if len(m.CPUs) == 0 || len(m.CPUs) > cpulist.MaxID+1 {
			t.Fatalf("%q: %d CPUs", desc, len(m.CPUs))
		}
		for i, c := range m.CPUs {
			if c.ID > cpulist.MaxID || i > 0 && c.ID <= m.CPUs[i-1].ID {
				t.Fatalf("%q: CPU %d", desc, c.ID)
			}
		}
	})
}
