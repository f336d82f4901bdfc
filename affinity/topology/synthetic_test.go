package topology_test

import (
	"strings"
	"testing"

	"cachelab/affinity/internal/topotest"
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

func TestSyntheticErrors(t *testing.T) {
	check := func(desc, want string) {
		t.Helper()
		if m, err := topology.Synthetic(desc); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, error %v, want %q in it", desc, m != nil, err, want)
		}
	}
	check("", "want levels from the outside in")
	check("pack", `want word:count with one of pack, node, die`)
	check("socket:2", `got "socket:2"`)
	check("pack:0", "want a count of 1 or more")
	check("pack:x", "want a count of 1 or more")
	check("pack:99999999999999999999", "want a count of 1 or more")
	check("pack:2 pack:2", "pack stands there twice")
	check("pu:2 core:2", "core stands after pu")
	check("pack:300 core:300", "more than 65536 cpus")
	check("core:4(size=1)", "only caches")
	check("l3:1(size=1M", "want a closing bracket")
	check("l3:1(size=1M, line=64)", "want a closing bracket")
	check("l3:1(colour=1)", "want line=, size=, ways= in brackets")
	check("l3:1(size=0)", "want a number like 64")
	check("l3:1(size=big)", "want a number like 64")
}

func FuzzSynthetic(f *testing.F) {
	f.Add("pack:2 l3:4 core:6 pu:2")
	f.Add("l3:4(size=32MiB,line=64,ways=16)")
	f.Add("pu:65536")
	f.Fuzz(func(t *testing.T, desc string) {
		m, err := topology.Synthetic(desc)
		if err == nil && (len(m.CPUs) == 0 || len(m.CPUs) > cpulist.MaxID+1) {
			t.Fatalf("%q: %d CPUs", desc, len(m.CPUs))
		}
	})
}
