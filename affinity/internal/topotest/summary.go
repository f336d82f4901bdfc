package topotest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
	"cachelab/internal/cpulist"
)

// Synthetic is topology.Synthetic of a description that has no mistake.
func Synthetic(tb testing.TB, desc string) *topology.Topology {
	tb.Helper()
	t, err := topology.Synthetic(desc)
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

// Join puts machines side by side as one package, each with a kind:
// Performance, Efficiency or none.
func Join(kinds []topology.Kind, parts ...*topology.Topology) *topology.Topology {
	all := &topology.Topology{}
	for i, p := range parts {
		base := len(all.CPUs)
		cores, clusters := 0, 0
		for _, c := range all.CPUs {
			cores, clusters = max(cores, c.Core.Or(-1)+1), max(clusters, c.Cluster.Or(-1)+1)
		}
		for _, c := range p.CPUs {
			c.ID += base
			c.Kind = kinds[i]
			c.Package = opt.Some(0)
			if n, ok := c.Core.Get(); ok {
				c.Core = opt.Some(n + cores)
			}
			if n, ok := c.Cluster.Get(); ok {
				c.Cluster = opt.Some(n + clusters)
			}
			all.CPUs = append(all.CPUs, c)
		}
		for _, c := range p.Caches {
			c.CPUs = slices.Clone(c.CPUs)
			for j := range c.CPUs {
				c.CPUs[j] += base
			}
			all.Caches = append(all.Caches, c)
		}
	}
	for _, kind := range kinds {
		if kind != "" && !slices.Contains(all.Kinds, kind) {
			all.Kinds = append(all.Kinds, kind)
		}
	}
	slices.SortStableFunc(all.Kinds, func(a, b topology.Kind) int {
		return strings.Compare(string(b), string(a)) // performance before efficiency
	})
	all.Sort()
	return all
}

// Summary describes a topology in a few lines: groups of CPUs that are known,
// and caches by level, type and size/line/ways.
func Summary(t *topology.Topology) string {
	var b strings.Builder
	var ids, offline []int
	for _, c := range t.CPUs {
		ids = append(ids, c.ID)
		if !c.Online {
			offline = append(offline, c.ID)
		}
	}
	fmt.Fprintf(&b, "cpus: %s\n", cpulist.Format(ids))
	if offline != nil {
		fmt.Fprintf(&b, "offline: %s\n", cpulist.Format(offline))
	}
	groups := func(word string, field func(topology.CPU) (int, bool)) {
		members := map[int][]int{}
		for _, c := range t.CPUs {
			if n, ok := field(c); ok {
				members[n] = append(members[n], c.ID)
			}
		}
		if len(members) == 0 {
			return
		}
		fmt.Fprintf(&b, "%s:", word)
		for i, n := range slices.Sorted(maps.Keys(members)) {
			if i > 0 {
				b.WriteString(" |")
			}
			if n != i { // ids that are not simply counted
				fmt.Fprintf(&b, " %d=", n)
			} else {
				b.WriteByte(' ')
			}
			b.WriteString(cpulist.Format(members[n]))
		}
		b.WriteByte('\n')
	}
	groups("core", func(c topology.CPU) (int, bool) { return c.Core.Get() })
	groups("cluster", func(c topology.CPU) (int, bool) { return c.Cluster.Get() })
	groups("die", func(c topology.CPU) (int, bool) { return c.Die.Get() })
	groups("package", func(c topology.CPU) (int, bool) { return c.Package.Get() })
	groups("node", func(c topology.CPU) (int, bool) { return c.Node.Get() })
	for _, kind := range t.Kinds {
		var of []int
		for _, c := range t.CPUs {
			if c.Kind == kind {
				of = append(of, c.ID)
			}
		}
		if of != nil {
			fmt.Fprintf(&b, "%s: %s\n", kind, cpulist.Format(of))
		}
	}
	last := ""
	for _, c := range t.Caches {
		head := fmt.Sprintf("L%d %s %v/%v/%v:", c.Level, c.Type, c.SizeBytes, c.LineBytes, c.Ways)
		switch {
		case head == last:
			b.WriteString(" |")
		case last != "":
			b.WriteString("\n" + head)
		default:
			b.WriteString(head)
		}
		last = head
		b.WriteString(" " + cpulist.Format(c.CPUs))
	}
	if last != "" {
		b.WriteByte('\n')
	}
	return b.String()
}

// Shared adds a cache over all CPUs of a machine.
func Shared(t *topology.Topology, level, size, line, ways int) *topology.Topology {
	c := topology.Cache{Level: level, Type: topology.Unified, SizeBytes: opt.Some(size), LineBytes: opt.Some(line), Ways: opt.Some(ways)}
	for _, cpu := range t.CPUs {
		c.CPUs = append(c.CPUs, cpu.ID)
	}
	t.Caches = append(t.Caches, c)
	return t
}

// AlderLake is a hybrid machine: two performance cores with two threads each, and
// four efficiency cores over one L2.
func AlderLake(tb testing.TB) *topology.Topology {
	m := Join([]topology.Kind{topology.Performance, topology.Efficiency},
		Synthetic(tb, "core:2 l2:1(size=1280KiB,line=64,ways=10) l1:1(size=48KiB,line=64,ways=12) pu:2"),
		Synthetic(tb, "l2:1(size=2MiB,line=64,ways=16) core:4 l1:1(size=32KiB,line=64,ways=8)"))
	return Shared(m, 3, 30<<20, 64, 12)
}

// AlderLakeSummary is the summary of AlderLake.
const AlderLakeSummary = `cpus: 0-7
core: 0-1 | 2-3 | 4 | 5 | 6 | 7
package: 0-7
performance: 0-3
efficiency: 4-7
L1 data 49152/64/12: 0-1 | 2-3
L1 data 32768/64/8: 4 | 5 | 6 | 7
L2 unified 1310720/64/10: 0-1 | 2-3
L2 unified 2097152/64/16: 4-7
L3 unified 31457280/64/12: 0-7
`
