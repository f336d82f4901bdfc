package sysfs

import (
	"io/fs"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"cachelab/affinity/internal/topotest"
)

// Whatever machine a kernel describes, in whatever style, is read back as it is.
func TestReadRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2)) // fixed: a failure can be repeated
	for n := range 400 {
		want := topotest.Random(t, rng)
		s := topotest.RandomStyle(rng, want)
		got, err := Read(Source{Tree: topotest.Write(want, s).Index()})
		if err != nil {
			t.Fatalf("machine %d: %v", n, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("machine %d, style %+v:\ngot\n%s%q\nwant\n%s", n, s, topotest.Summary(got), got.Warnings, topotest.Summary(want))
		}
	}
}

// The reader's numbering and Synthetic's are one, without any help from the test.
func TestReadSynthetic(t *testing.T) {
	for _, desc := range []string{
		"pack:1 l3:1(size=32MiB,line=64,ways=16) core:8 l2:1(size=1MiB,line=64,ways=8) l1:1(size=32KiB,line=64,ways=8) pu:2",
		"pack:2 node:2 die:1 l3:4 core:6 l2:1 l1:1 l1i:1 pu:2",
		"node:1 pack:2 cluster:4 l2:1 core:4",
		"pack:2 node:4 l3:3 core:8 l2:1 l1:1 pu:2", // 384 CPUs
		"pack:16 core:160 pu:1",                    // 2560 CPUs
	} {
		want := topotest.Synthetic(t, desc)
		got, err := Read(Source{Tree: topotest.Write(want, topotest.Today).Index()})
		if err != nil {
			t.Fatal(err)
		}
		for i := range want.Caches {
			want.Caches[i].Source = "sysfs"
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\ngot\n%s%q", desc, topotest.Summary(got), got.Warnings)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for _, test := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"another folder", map[string]string{"devices/system/cpu/online": "0"}, "want a folder laid out as /sys/devices/system"},
		{"no CPU in it", map[string]string{"cpu/kernel_max": "255"}, "cpu/ names no CPU"},
	} {
		_, err := Read(Source{Tree: topotest.NewTree(test.files).Index()})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got error %v, want %q in it", test.name, err, test.want)
		}
	}
}

// Random corruption of a tree never panics, and never gives 0 or -1 for unknown.
func TestReadCorrupt(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	junk := []string{"", "-1", "0", "x", "4294967295", "99999999999999999999", "0-", "3-1", "5", "0-7", "65535", "ffffffff,ffffffff", "\x00\xff", "0K", "-3K", "9999999999G"}
	m := topotest.Synthetic(t, "pack:2 node:1 die:2 l3:1(size=8MiB,line=64,ways=16) core:2 l2:1 l1:1(size=32KiB) pu:2")
	for n := range 500 {
		tr := topotest.Write(m, topotest.Today)
		names := make([]string, 0, len(tr.Files))
		for name := range tr.Files {
			names = append(names, name)
		}
		slices.Sort(names)
		for range 1 + rng.IntN(20) {
			name := names[rng.IntN(len(names))]
			if rng.IntN(4) == 0 {
				delete(tr.Files, name)
			} else {
				tr.Files[name] = junk[rng.IntN(len(junk))]
			}
		}
		got, err := Read(Source{Tree: tr.Index()})
		if err != nil {
			t.Fatalf("tree %d: %v", n, err)
		}
		topotest.Check(t, got)
		got.PairPerRelation()
	}
}

// Whatever stands in any file of a tree, the reader answers.
func FuzzRead(f *testing.F) {
	for _, seed := range []struct{ name, content string }{
		{"cpu/online", "0-3,65535"}, {"cpu/cpu1/topology/core_cpus", "ffffffff,,1"}, {"cpu/cpu1/topology/core_id", "-1"},
		{"cpu/cpu0/topology/physical_package_id", "99999999999999999999"}, {"cpu/cpu0/cache/index0/size", "9999999999G"},
		{"cpu/cpu0/cache/index0/shared_cpu_map", "2"}, {"cpu/cpu2/cache/index0/number_of_sets", "2147483647"},
		{"node/node7/cpumap", "f"}, {"cpu/cpu3/cpu_capacity", "0"}, {"cpu/cpu99/topology/core_id", "1"}, {"cpu_core/cpus", "0-\x00"},
	} {
		f.Add(seed.name, seed.content, "cpu/cpu0/online", "0")
	}
	m := topotest.Synthetic(f, "pack:1 node:1 l3:1(size=8MiB,line=64,ways=16) core:2 l1:1(size=32KiB) pu:2")
	f.Fuzz(func(t *testing.T, name, content, name2, content2 string) {
		if !fs.ValidPath(name) || !fs.ValidPath(name2) {
			t.Skip()
		}
		tr := topotest.Write(m, topotest.Today)
		tr.Files[name], tr.Files[name2] = content, content2
		got, err := Read(Source{Tree: tr.Index()})
		if err != nil {
			t.Skip() // a file cpu, and no folder
		}
		topotest.Check(t, got)
		got.PairPerRelation()
	})
}
