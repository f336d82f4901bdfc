package affinity

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"cachelab/affinity/opt"
)

func mustSynthetic(tb testing.TB, desc string) *Topology {
	tb.Helper()
	t, err := Synthetic(desc)
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

// join puts machines side by side as one package, each with a kind.
func join(kinds []string, parts ...*Topology) *Topology {
	all := &Topology{}
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
	sortCaches(all.Caches)
	return all
}

// shared adds a cache over all CPUs of a machine.
func (t *Topology) shared(level, size, line, ways int) *Topology {
	c := Cache{Level: level, Type: Unified, SizeBytes: opt.Some(size), LineBytes: opt.Some(line), Ways: opt.Some(ways)}
	for _, cpu := range t.CPUs {
		c.CPUs = append(c.CPUs, cpu.ID)
	}
	t.Caches = append(t.Caches, c)
	return t
}

// summary describes a topology in a few lines: groups of CPUs that are known,
// and caches by level, type and size/line/ways.
func summary(t *Topology) string {
	var b strings.Builder
	var ids, offline []int
	for _, c := range t.CPUs {
		ids = append(ids, c.ID)
		if !c.Online {
			offline = append(offline, c.ID)
		}
	}
	fmt.Fprintf(&b, "cpus: %s\n", formatCPUList(ids))
	if offline != nil {
		fmt.Fprintf(&b, "offline: %s\n", formatCPUList(offline))
	}
	groups := func(word string, field func(CPU) (int, bool)) {
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
			b.WriteString(formatCPUList(members[n]))
		}
		b.WriteByte('\n')
	}
	groups("core", func(c CPU) (int, bool) { return c.Core.Get() })
	groups("cluster", func(c CPU) (int, bool) { return c.Cluster.Get() })
	groups("die", func(c CPU) (int, bool) { return c.Die.Get() })
	groups("package", func(c CPU) (int, bool) { return c.Package.Get() })
	groups("node", func(c CPU) (int, bool) { return c.Node.Get() })
	for _, kind := range []string{Performance, Efficiency} {
		var of []int
		for _, c := range t.CPUs {
			if c.Kind == kind {
				of = append(of, c.ID)
			}
		}
		if of != nil {
			fmt.Fprintf(&b, "%s: %s\n", kind, formatCPUList(of))
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
		b.WriteString(" " + formatCPUList(c.CPUs))
	}
	if last != "" {
		b.WriteByte('\n')
	}
	return b.String()
}
