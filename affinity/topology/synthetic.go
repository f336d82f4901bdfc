package topology

import (
	"fmt"
	"slices"

	"cachelab/affinity/opt"
)

// Synthetic builds the topology of a machine that is not there, from a
// description in hwloc's language: levels from the outside to the inside, each
// with the number of its objects in one parent.
//
//	pack:2 l3:4 core:6 pu:2            two sockets, four L3 each, six cores over each L3, two threads a core: 96 CPUs
//	pack:1 l3:2 core:8 l2:1 pu:1       16 cores, each with an L2 of its own
//	pack:1 l3:1(size=32MiB,line=64,ways=16) core:8 pu:2
//	2 4 2                              two sockets, a NUMA node for every four CPUs: types as hwloc chooses them
//
// It takes what "lstopo --of synthetic" prints, such as
//
//	[NUMANode(memory=8589934592)] Package:1 L2Cache:4(size=262144) Core:1 PU:2(indexes=2*4:1*2)
//
// The words are pack, node, die, cluster, group, l1 (data) to l5, l1i to l3i, core
// and pu (a logical CPU), or hwloc's names for these; each at most once but group,
// which stands for a level that the topology has no field for. The last level is
// pu, and may be left out if it is 1. A NUMA node in square brackets belongs to each
// object of the level before it. Of several nodes a CPU is in the innermost, and of
// these in the first: Linux gives it one.
//
// A cache may carry size (K, M and G are powers of 1024), line (bytes) and ways.
// indexes= renumbers CPUs, packages or nodes: a list, or loops such as 4*2:1*4 or
// pack:core. Sizes of memory are passed over.
//
// What is not described is unknown: no word pack means no package ids, no l2
// means no L2 and not an assumed one, and a cache without a size has none (hwloc
// makes one up). CPUs are numbered from 0 in depth-first order, so siblings are
// neighbours, unless indexes= says otherwise; all are online and allowed.
//
// Source: hwloc, hwloc/topology-synthetic.c and hwloc_type_sscanf in traversal.c.
func Synthetic(desc string) (*Topology, error) {
	d, err := parseSynthetic(desc)
	if err == nil {
		err = d.number()
	}
	if err != nil {
		return nil, fmt.Errorf("affinity: machine %.60q: %w", desc, err)
	}
	return d.build(), nil
}

// syntheticMachine is a description as it was read.
type syntheticMachine struct {
	levels []syntheticLevel
	nodes  []syntheticNode // beside the levels, from the outside in

	nodeIndexes string // of all nodes together; empty: in order
}

// syntheticLevel is one word of a description.
type syntheticLevel struct {
	syntheticWord
	count            int // in one parent
	width            int // in the whole machine
	size, line, ways opt.Value[int]
	indexes          string // as described; empty: in order
	numbers          []int  // of the objects; nil: in order
}

// syntheticNode is a NUMA node of each object of the level before it.
type syntheticNode struct {
	depth   int // levels before it
	numbers []int
}

// of is the number of the n-th object.
func (l *syntheticLevel) of(n int) int {
	if l.numbers == nil {
		return n
	}
	return l.numbers[n]
}

func (d *syntheticMachine) cpus() int { return d.levels[len(d.levels)-1].width }

// widthAt is how many objects there are below so many levels.
func (d *syntheticMachine) widthAt(depth int) int {
	if depth == 0 {
		return 1
	}
	return d.levels[depth-1].width
}

func (d *syntheticMachine) build() *Topology {
	total := d.cpus()
	t := &Topology{CPUs: make([]CPU, total)}
	for i := range t.CPUs {
		t.CPUs[i] = CPU{ID: d.levels[len(d.levels)-1].of(i), Online: true, Allowed: true}
	}
	caches := 0
	for i := range d.levels {
		if l := &d.levels[i]; l.cache > 0 {
			caches += l.width
		}
	}
	t.Caches = slices.Grow(t.Caches, caches)
	for i := range d.levels {
		l := &d.levels[i]
		span := total / l.width // CPUs below one object of the level
		for n := range l.width {
			l.object(t, n, t.CPUs[n*span:(n+1)*span])
		}
	}
	for i, n := range slices.Backward(d.nodes) {
		if i > 0 && d.nodes[i-1].depth == n.depth {
			continue // the first of a level counts
		}
		span := total / d.widthAt(n.depth)
		for i := range t.CPUs {
			if t.CPUs[i].Node.IsZero() {
				t.CPUs[i].Node = opt.Some(n.numbers[i/span])
			}
		}
	}
	t.Sort()
	for _, field := range []func(*CPU) *opt.Value[int]{
		func(c *CPU) *opt.Value[int] { return &c.Core },
		func(c *CPU) *opt.Value[int] { return &c.Cluster },
		func(c *CPU) *opt.Value[int] { return &c.Die },
	} {
		t.renumber(field)
	}
	return t
}

// object makes the n-th object of a level, over cpus.
func (l *syntheticLevel) object(t *Topology, n int, cpus []CPU) {
	if l.cache > 0 {
		c := Cache{Level: l.cache, Type: l.kind, SizeBytes: l.size, LineBytes: l.line, Ways: l.ways, Source: "synthetic", CPUs: make([]int, len(cpus))}
		for i := range cpus {
			c.CPUs[i] = cpus[i].ID
		}
		slices.Sort(c.CPUs)
		t.Caches = append(t.Caches, c)
		return
	}
	for i := range cpus {
		switch l.word {
		case wordPack:
			cpus[i].Package = opt.Some(l.of(n))
		case wordNode:
			cpus[i].Node = opt.Some(l.of(n))
		case wordDie:
			cpus[i].Die = opt.Some(n)
		case wordCluster:
			cpus[i].Cluster = opt.Some(n)
		case wordCore:
			cpus[i].Core = opt.Some(n)
		}
	}
}

// renumber numbers groups in the order of their first CPU.
func (t *Topology) renumber(field func(*CPU) *opt.Value[int]) {
	now := map[int]int{}
	for i := range t.CPUs {
		v := field(&t.CPUs[i])
		old, known := v.Get()
		if !known {
			continue
		}
		if _, seen := now[old]; !seen {
			now[old] = len(now)
		}
		*v = opt.Some(now[old])
	}
}
