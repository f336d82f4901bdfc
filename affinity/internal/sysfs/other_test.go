package sysfs

import (
	"slices"
	"strings"
	"testing"

	"cachelab/affinity/internal/topotest"
)

// sparc64 has no folder cache/: its files stand in the CPU's own folder.
func TestReadSparcCaches(t *testing.T) {
	tr := topotest.Write(topotest.Synthetic(t, "pack:1 core:2 pu:2"), topotest.Today)
	for _, cpu := range []string{"0", "1", "2", "3"} {
		for file, content := range map[string]string{
			"l1_dcache_size": "16384", "l1_dcache_line_size": "32", "l1_icache_size": "16384",
			"l1_icache_line_size": "32", "l2_cache_size": "131072", "l2_cache_line_size": "64",
		} {
			tr.Files["cpu/cpu"+cpu+"/"+file] = content + "\n"
		}
	}
	got, err := Read(Source{Tree: tr.Index()})
	if err != nil {
		t.Fatal(err)
	}
	want := "L1 data 16384/32/?: 0-1 | 2-3\nL1 instruction 16384/32/?: 0-1 | 2-3\nL2 unified 131072/64/?: 0-1 | 2-3\n"
	if s := topotest.Summary(got); !strings.HasSuffix(s, want) {
		t.Errorf("got\n%swant it to end\n%s", s, want)
	}
}

// Some kernels of s390 describe the caches in /proc/cpuinfo alone.
func TestReadS390Caches(t *testing.T) {
	const cpuinfo = `vendor_id       : IBM/S390
# processors    : 2
cache0          : level=1 type=Data scope=Private size=128K line_size=256 associativity=8
cache1          : level=1 type=Instruction scope=Private size=128K line_size=256 associativity=8
cache2          : level=2 type=Data scope=Private size=4096K line_size=256 associativity=8
cache4          : level=3 type=Unified scope=Shared size=256M line_size=256 associativity=32
cache5          : level=4 type=Holy scope=Shared size=960M
processor 0: version = 00,  identification = 0123456
`
	tr := topotest.Write(topotest.Synthetic(t, "pack:1 core:2"), topotest.Today)
	want := "L1 data 131072/256/8: 0 | 1\nL1 instruction 131072/256/8: 0 | 1\n" +
		"L2 data 4194304/256/8: 0 | 1\nL3 unified 268435456/256/32: \n"
	got, err := Read(Source{Tree: tr.Index(), Cpuinfo: []byte(cpuinfo)})
	if err != nil {
		t.Fatal(err)
	}
	if s := topotest.Summary(got); !strings.HasSuffix(s, want) {
		t.Errorf("got\n%swant it to end\n%s", s, want)
	}
	if len(got.Warnings) != 1 || !strings.Contains(got.Warnings[0], `cache5 is not believed: cache type "holy"`) {
		t.Errorf("warnings %q", got.Warnings)
	}
	tr.Files["cpuinfo"] = cpuinfo // as a recording has it
	if again, err := Read(Source{Tree: tr.Index()}); err != nil || topotest.Summary(again) != topotest.Summary(got) {
		t.Errorf("from a recording: %v\n%s", err, topotest.Summary(again))
	}
}

// A container's cpu/online may be narrower than the mask of the process, which
// proves that the CPUs run. Their caches are read as well.
func TestMaskWiderThanOnline(t *testing.T) {
	tr := topotest.Write(topotest.Synthetic(t, "pack:1 l3:1(size=8MiB,line=64,ways=16) core:4"), topotest.Today)
	tr.Files["cpu/online"] = "0-1\n"
	got, err := Read(Source{Tree: tr.Index(), Running: []int{0, 1, 2, 3}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range got.CPUs {
		if !c.Online || !c.Allowed {
			t.Errorf("%+v, want it online and allowed", c)
		}
	}
	if !slices.Equal(got.Caches[0].CPUs, []int{0, 1, 2, 3}) {
		t.Errorf("L3 over %v", got.Caches[0].CPUs)
	}
	if len(got.Warnings) == 0 || !strings.HasPrefix(got.Warnings[len(got.Warnings)-1], "CPUs 2-3: reported as offline by the kernel's files, but this process may run there") {
		t.Errorf("warnings %q", got.Warnings)
	}
}

func TestIsolated(t *testing.T) {
	tr := topotest.Write(topotest.Synthetic(t, "pack:1 core:4"), topotest.Today)
	tr.Files["cpu/isolated"] = "2-3\n"
	if got, err := Read(Source{Tree: tr.Index()}); err != nil || !slices.Equal(got.Isolated, []int{2, 3}) {
		t.Errorf("isolated %v, %v", got.Isolated, err)
	}
}
