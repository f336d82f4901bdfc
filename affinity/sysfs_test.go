package affinity

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"cachelab/affinity/opt"
)

// Whatever machine a kernel describes, in whatever style, is read back as it is.
func TestReadTopologyRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2)) // fixed: a failure can be repeated
	for n := range 400 {
		want := randomMachine(t, rng)
		s := randomStyle(rng, want)
		got, err := ReadTopology(writeTree(want, s).index())
		if err != nil {
			t.Fatalf("machine %d: %v", n, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("machine %d, style %+v:\ngot\n%s%q\nwant\n%s", n, s, summary(got), got.Warnings, summary(want))
		}
	}
}

// The reader's numbering and Synthetic's are one, without any help from the test.
func TestReadTopologySynthetic(t *testing.T) {
	for _, desc := range []string{
		"pack:1 l3:1(size=32MiB,line=64,ways=16) core:8 l2:1(size=1MiB,line=64,ways=8) l1:1(size=32KiB,line=64,ways=8) pu:2",
		"pack:2 node:2 die:1 l3:4 core:6 l2:1 l1:1 l1i:1 pu:2",
		"node:1 pack:2 cluster:4 l2:1 core:4",
		"pack:2 node:4 l3:3 core:8 l2:1 l1:1 pu:2", // 384 CPUs
		"pack:16 core:160 pu:1",                    // 2560 CPUs
	} {
		want := mustSynthetic(t, desc)
		got, err := ReadTopology(writeTree(want, today).index())
		if err != nil {
			t.Fatal(err)
		}
		for i := range want.Caches {
			want.Caches[i].Source = "sysfs"
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\ngot\n%s%q", desc, clip(summary(got)), got.Warnings)
		}
	}
}

// randomMachine has sparse, shuffled ids, offline CPUs, and package and node
// numbers that begin anywhere.
func randomMachine(t *testing.T, rng *rand.Rand) *Topology {
	words := []string{"pack", "node", "die", "l4", "l3", "cluster", "l2", "core", "l1", "l1i", "pu"}
	if rng.IntN(2) == 0 {
		words[0], words[1] = words[1], words[0]
	}
	if rng.IntN(2) == 0 { // a first level over a whole core, or over each thread
		words[7], words[8] = words[8], words[7]
	}
	var desc []string
	const most = 100 // CPUs, so that a thousand machines take seconds
	total := 1
	for _, w := range words {
		if rng.IntN(4) == 0 {
			continue
		}
		count := 1 + rng.IntN(3)
		if total *= count; total > most {
			break
		}
		d := fmt.Sprintf("%s:%d", w, count)
		if w[0] == 'l' && rng.IntN(3) > 0 {
			d += []string{"(size=32KiB,line=64,ways=8)", "(size=1536KiB,line=128,ways=12)", "(line=64)", "(size=4MiB)", "(size=1KiB,line=64,ways=16)"}[rng.IntN(5)]
		}
		desc = append(desc, d)
	}
	if len(desc) == 0 {
		desc = []string{"pu:1"}
	}
	m := mustSynthetic(t, strings.Join(desc, " "))

	// Relabel: position i becomes CPU ids[i].
	ids := rng.Perm(len(m.CPUs) * (1 + rng.IntN(3)))[:len(m.CPUs)]
	offline := map[int]bool{}
	packBase, nodeBase := rng.IntN(3), rng.IntN(3)
	for i := range m.CPUs {
		c := &m.CPUs[i]
		c.ID = ids[i]
		if n, ok := c.Package.Get(); ok {
			c.Package = opt.Some(n*3 + packBase)
		}
		if n, ok := c.Node.Get(); ok {
			c.Node = opt.Some(n*2 + nodeBase)
		}
		if i > 0 && rng.IntN(10) == 0 {
			offline[ids[i]] = true
			*c = CPU{ID: c.ID}
		}
	}
	slices.SortFunc(m.CPUs, func(a, b CPU) int { return a.ID - b.ID })
	for _, field := range []func(*CPU) *opt.Value[int]{
		func(c *CPU) *opt.Value[int] { return &c.Core },
		func(c *CPU) *opt.Value[int] { return &c.Cluster },
		func(c *CPU) *opt.Value[int] { return &c.Die },
	} {
		numbers := map[int]int{}
		for i := range m.CPUs {
			f := field(&m.CPUs[i])
			if n, ok := f.Get(); ok {
				if _, seen := numbers[n]; !seen {
					numbers[n] = len(numbers)
				}
				*f = opt.Some(numbers[n])
			}
		}
	}
	caches := m.Caches
	m.Caches = nil
	for _, c := range caches {
		var on []int
		for _, i := range c.CPUs {
			if !offline[ids[i]] {
				on = append(on, ids[i])
			}
		}
		slices.Sort(on)
		c.CPUs, c.Source = on, "sysfs"
		// Two caches of one level that lost all but the same CPUs are one.
		twin := slices.ContainsFunc(m.Caches, func(o Cache) bool {
			return o.Level == c.Level && o.Type == c.Type && slices.Equal(o.CPUs, c.CPUs)
		})
		if len(on) > 0 && !twin {
			m.Caches = append(m.Caches, c)
		}
	}
	sortCaches(m.Caches)
	return m
}

// randomStyle varies what a kernel may vary without losing information.
func randomStyle(rng *rand.Rand, m *Topology) style {
	coin := func() bool { return rng.IntN(2) == 0 }
	s := style{
		lists: coin(), masks: coin(), modern: true, old: coin(), ids: coin(),
		onlineFile: coin(), sets: coin(), cacheIDs: coin(), nodeLinks: coin(), capacity: coin(),
	}
	_, packaged := m.CPUs[len(m.CPUs)-1].Package.Get()
	if !s.lists && !s.masks {
		// Ids alone number groups only where all packages are known.
		s.ids, s.masks = true, !packaged
	}
	return s
}

func TestReadTopologyRefuses(t *testing.T) {
	for _, test := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"another folder", map[string]string{"devices/system/cpu/online": "0"}, "want a folder laid out as /sys/devices/system"},
		{"no CPU in it", map[string]string{"cpu/kernel_max": "255"}, "cpu/ names no CPU"},
	} {
		_, err := ReadTopology((&tree{files: test.files}).index())
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got error %v, want %q in it", test.name, err, test.want)
		}
	}
}

// Random corruption of a tree never panics, and never gives 0 or -1 for unknown.
func TestReadTopologyCorrupt(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	junk := []string{"", "-1", "0", "x", "4294967295", "99999999999999999999", "0-", "3-1", "5", "0-7", "65535", "ffffffff,ffffffff", "\x00\xff", "0K", "-3K", "9999999999G"}
	m := mustSynthetic(t, "pack:2 node:1 die:2 l3:1(size=8MiB,line=64,ways=16) core:2 l2:1 l1:1(size=32KiB) pu:2")
	for n := range 500 {
		tr := writeTree(m, today)
		names := make([]string, 0, len(tr.files))
		for name := range tr.files {
			names = append(names, name)
		}
		slices.Sort(names)
		for range 1 + rng.IntN(20) {
			name := names[rng.IntN(len(names))]
			if rng.IntN(4) == 0 {
				delete(tr.files, name)
			} else {
				tr.files[name] = junk[rng.IntN(len(junk))]
			}
		}
		got, err := ReadTopology(tr.index())
		if err != nil {
			t.Fatalf("tree %d: %v", n, err)
		}
		checkTopology(t, got)
		got.Pairs()
	}
}

// checkTopology holds what every answer promises, whatever was read.
func checkTopology(t *testing.T, got *Topology) {
	t.Helper()
	for _, c := range got.CPUs {
		for _, id := range []opt.Value[int]{c.Core, c.Cluster, c.Die, c.Package, c.Node} {
			if v, ok := id.Get(); ok && v < 0 {
				t.Fatalf("cpu %d has a negative id: %+v", c.ID, c)
			}
		}
	}
	for _, c := range got.Caches {
		for _, v := range []opt.Value[int]{c.SizeBytes, c.LineBytes, c.Ways} {
			if v, ok := v.Get(); ok && v < 1 {
				t.Fatalf("a cache claims %d: %+v", v, c)
			}
		}
		if !slices.IsSorted(c.CPUs) || len(c.CPUs) == 0 {
			t.Fatalf("cache CPUs %v", c.CPUs)
		}
	}
}

// Whatever stands in any file of a tree, the reader answers.
func FuzzReadTopology(f *testing.F) {
	for _, seed := range []struct{ name, content string }{
		{"cpu/online", "0-3,65535"}, {"cpu/cpu1/topology/core_cpus", "ffffffff,,1"}, {"cpu/cpu1/topology/core_id", "-1"},
		{"cpu/cpu0/topology/physical_package_id", "99999999999999999999"}, {"cpu/cpu0/cache/index0/size", "9999999999G"},
		{"cpu/cpu0/cache/index0/shared_cpu_map", "2"}, {"cpu/cpu2/cache/index0/number_of_sets", "2147483647"},
		{"node/node7/cpumap", "f"}, {"cpu/cpu3/cpu_capacity", "0"}, {"cpu/cpu99/topology/core_id", "1"}, {"cpu_core/cpus", "0-\x00"},
	} {
		f.Add(seed.name, seed.content, "cpu/cpu0/online", "0")
	}
	m := mustSynthetic(f, "pack:1 node:1 l3:1(size=8MiB,line=64,ways=16) core:2 l1:1(size=32KiB) pu:2")
	f.Fuzz(func(t *testing.T, name, content, name2, content2 string) {
		if !fs.ValidPath(name) || !fs.ValidPath(name2) {
			t.Skip()
		}
		tr := writeTree(m, today)
		tr.files[name], tr.files[name2] = content, content2
		got, err := ReadTopology(tr.index())
		if err != nil {
			t.Skip() // a file cpu, and no folder
		}
		checkTopology(t, got)
		got.Pairs()
	})
}
