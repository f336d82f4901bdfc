package claims

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
	"cachelab/cachelines/card"
	"cachelab/cachelines/reported"
	"cachelab/internal/golden"
)

// kind is a kind of machine, reported and, where there is a card, measured.
type kind struct {
	why     string
	machine Machine
}

// machineKinds are those that differ in what they can show.
func machineKinds(t *testing.T) []kind {
	const (
		caches  = " l2:1(size=1MiB,line=64,ways=8) l1:1(size=32KiB,line=64,ways=8)"
		withL3  = "l3:1(size=32MiB,line=64,ways=16) core:4" + caches
		without = "core:4" + caches
	)
	third := func(bytes int) *card.Machine {
		return &card.Machine{Caches: []card.Cache{{Level: 3, Measured: &card.MeasuredCache{SizeBytes: opt.Some(bytes)}}}}
	}
	m := func(description string) Machine { return syntheticMachine(t, description) }
	return []kind{
		{"a desktop with everything", m(withL3 + " pu:2")},
		{"hidden siblings: four cores of one thread each", m(withL3)},
		{"no third level is reported, nor yet measured", m(without)},
		{"no third level is reported, and the card shows none", m(without).WithMeasured(&card.Machine{})},
		{"no third level is reported, and the card shows 7 MiB", m(without).WithMeasured(third(7 << 20))},
		{"no third level is reported, and the card shows 3 MiB, hardly more than the second", m(without).WithMeasured(third(3 << 20))},
		{"a hybrid of large cores with two threads and of small ones, four over a second level", FromReported(reported.FromTopology(raptor()))},
		{"a hybrid whose first CPUs are small cores, two over a second level", FromReported(reported.FromTopology(rk3588()))},
	}
}

// What each kind of machine can show, where it runs one worker and two, and why it cannot
// show the rest.
func TestClaimsByMachine(t *testing.T) {
	var b bytes.Buffer
	for _, k := range machineKinds(t) {
		can, why, order := []string{}, map[string][]string{}, []string{}
		for _, c := range For(k.machine) {
			if c.NotHere == "" {
				can = append(can, c.ID)
				continue
			}
			if why[c.NotHere] == nil {
				order = append(order, c.NotHere)
			}
			why[c.NotHere] = append(why[c.NotHere], c.ID)
		}
		m := k.machine
		fmt.Fprintf(&b, "%s\n  one worker on CPU %d, two at place %s; L1 %s, L2 %s, beyond the last level %s\n",
			k.why, m.Home, m.NearPlace(), SizeName(m.L1Bytes), SizeName(m.L2Bytes), SizeName(m.Beyond()))
		fmt.Fprintf(&b, "  %d claims: %s\n", len(can), strings.Join(can, " "))
		for _, reason := range order {
			fmt.Fprintf(&b, "  not here: %s: %s\n", strings.Join(why[reason], " "), reason)
		}
		fmt.Fprintln(&b)
	}
	golden.Compare(t, "machines.txt", b.Bytes())
}

// cpus are CPUs of one kind, from an id on, with so many threads a core.
func cpus(from, n, threads, firstCore int, kind topology.Kind) []topology.CPU {
	var list []topology.CPU
	for i := range n {
		list = append(list, topology.CPU{ID: from + i, Core: opt.Some(firstCore + i/threads), Package: opt.Some(0), Online: true, Allowed: true, Kind: kind})
	}
	return list
}

func cache(level, size, ways int, shared ...int) topology.Cache {
	kind := topology.Unified
	if level == 1 {
		kind = topology.Data
	}
	return topology.Cache{Level: level, Type: kind, SizeBytes: opt.Some(size), LineBytes: opt.Some(64), Ways: opt.Some(ways), CPUs: shared}
}

// raptor has two large cores of two threads (CPUs 0 to 3) and four small ones (4 to 7).
func raptor() *topology.Topology {
	return &topology.Topology{
		CPUs: slices.Concat(cpus(0, 4, 2, 0, topology.Performance), cpus(4, 4, 1, 2, topology.Efficiency)),
		Caches: []topology.Cache{
			cache(1, 48<<10, 12, 0, 1), cache(1, 48<<10, 12, 2, 3), cache(2, 2<<20, 16, 0, 1), cache(2, 2<<20, 16, 2, 3),
			cache(1, 32<<10, 8, 4), cache(1, 32<<10, 8, 5), cache(1, 32<<10, 8, 6), cache(1, 32<<10, 8, 7), cache(2, 4<<20, 16, 4, 5, 6, 7),
			cache(3, 36<<20, 12, 0, 1, 2, 3, 4, 5, 6, 7),
		},
	}
}

// rk3588 has four small cores first, two and two over a second level, and four large ones.
func rk3588() *topology.Topology {
	return &topology.Topology{
		CPUs: slices.Concat(cpus(0, 4, 1, 0, topology.Efficiency), cpus(4, 4, 1, 4, topology.Performance)),
		Caches: []topology.Cache{
			cache(1, 32<<10, 4, 0), cache(1, 32<<10, 4, 1), cache(1, 32<<10, 4, 2), cache(1, 32<<10, 4, 3), cache(2, 512<<10, 4, 0, 1), cache(2, 512<<10, 4, 2, 3),
			cache(1, 64<<10, 4, 4), cache(1, 64<<10, 4, 5), cache(1, 64<<10, 4, 6), cache(1, 64<<10, 4, 7),
			cache(2, 1<<20, 8, 4), cache(2, 1<<20, 8, 5), cache(2, 1<<20, 8, 6), cache(2, 1<<20, 8, 7),
			cache(3, 8<<20, 16, 0, 1, 2, 3, 4, 5, 6, 7),
		},
	}
}

// On a hybrid two workers run on two large cores, although two small ones are nearer, and
// one worker runs on the first of the two, with its caches.
func TestHybridsUseOneKindOfCore(t *testing.T) {
	for _, c := range []struct {
		topology *topology.Topology
		home     []int
		l1, l2   int
	}{{rk3588(), []int{4, 5, 6, 7}, 64 << 10, 1 << 20}, {raptor(), []int{0, 1, 2, 3}, 48 << 10, 2 << 20}} {
		m := FromReported(reported.FromTopology(c.topology))
		if pair := m.Pairs[m.near]; m.NearPlace() != "l3" || !slices.Contains(c.home, m.Home) || !slices.Contains(c.home, pair.B) {
			t.Errorf("two workers have the place %s on CPUs %v, and one has CPU %d, want l3 and CPUs of %v", m.NearPlace(), pair, m.Home, c.home)
		}
		if m.L1Bytes != c.l1 || m.L2Bytes != c.l2 {
			t.Errorf("sets are sized by caches of %d and %d bytes, want those of the large cores, %d and %d", m.L1Bytes, m.L2Bytes, c.l1, c.l2)
		}
	}
}
