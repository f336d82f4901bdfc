package claims

import (
	"cmp"
	"fmt"
	"math"
	"os"
	"runtime"

	"cachelab/affinity"
	"cachelab/affinity/topology"
	"cachelab/cachelines/reported"
	"cachelab/internal/host"
)

// Machine is what the names of benchmarks depend on: claims find their arms by it,
// and the benchmarks name themselves by it. What the system reports
// names almost all of them, so that names do not change from run to run; a few depend on
// what a machine card measured, see [Machine.WithMeasured].
type Machine struct {
	CPUs      []int           // usable, ascending
	Pairs     []topology.Pair // a representative of each relation, near to far
	LineBytes int
	L2Bytes   int
	LLCBytes  int
	// LLCAssumed: no source reports the level that cores share, and LLCBytes is
	// what is commonly there.
	LLCAssumed bool
	Levels
	near int // index in Pairs of the pair that two workers have; -1: none
	// NoPin says why threads cannot be pinned; empty where they can.
	NoPin string
	// Home is the CPU of one worker that is alone: the first of the pair that two workers
	// have, so that both run on one kind of core.
	Home int
	// OtherNode says why the two CPUs of that pair may take different times to one
	// memory; empty where they do not.
	OtherNode string
	// MemoryBytes is what this process may take; 0: unknown.
	MemoryBytes int
	// NoMasks says why the CPU masks of a process's other threads are not to be
	// had; empty where they are.
	NoMasks string
}

// NoMasks is what Machine.NoMasks says off Linux.
const NoMasks = "the CPU masks of a process's threads are read from /proc, which is Linux's"

// What the experiments are sized by where the system claims nothing.
const (
	assumedLine = 64      // the commonest line
	assumedL2   = 1 << 20 // between a desktop's 256 KiB and 2 MiB
)

// FromReported reads names and sizes off a machine's claims.
func FromReported(c *reported.Values) Machine {
	m := Machine{Pairs: c.Topology.PairPerRelation()}
	kinds, nodes := map[int]topology.Kind{}, map[int]int{}
	for _, cpu := range c.Topology.Usable() {
		m.CPUs = append(m.CPUs, cpu.ID)
		kinds[cpu.ID], nodes[cpu.ID] = cpu.Kind, cpu.Node.Or(0)
	}
	performance := func(p topology.Pair) bool {
		return kinds[p.A] != topology.Efficiency && kinds[p.B] != topology.Efficiency
	}
	preferPairs(m.Pairs, m.CPUs, c.Topology.Relations, performance)
	m.near = nearPair(m.Pairs, performance)
	switch {
	case m.near >= 0:
		m.Home = m.Pairs[m.near].A
		if a, b := nodes[m.Home], nodes[m.Pairs[m.near].B]; a != b {
			m.OtherNode = fmt.Sprintf("its two CPUs belong to memory nodes %d and %d, and take different times to one memory", a, b)
		}
	case len(m.CPUs) > 0:
		m.Home = m.CPUs[0]
	}
	m.Levels = levelsOf(c, m.Home)
	line, _ := c.LineBytes()
	l2, _ := sizeOf(c, 2, m.Home)
	m.LineBytes, m.L2Bytes = cmp.Or(line, assumedLine), cmp.Or(l2, assumedL2)
	m.LLCBytes, m.LLCAssumed = c.LLCBytesOrDefault()
	return m
}

// preferPairs replaces each pair that is not good by the first good one of its relation,
// where there is any: a topology picks pairs that have a CPU in common, which on a hybrid
// may be one of each kind.
func preferPairs(pairs []topology.Pair, cpus []int, relations func() func(a, b int) topology.Relation, good func(topology.Pair) bool) {
	var relation func(a, b int) topology.Relation // made when it is needed: that takes a while
	for i := range pairs {
		if good(pairs[i]) {
			continue
		}
		if relation == nil {
			relation = relations()
		}
		pairs[i] = goodPair(pairs[i], cpus, relation, good)
	}
}

func goodPair(p topology.Pair, cpus []int, relation func(a, b int) topology.Relation, good func(topology.Pair) bool) topology.Pair {
	for i, a := range cpus {
		for _, b := range cpus[i+1:] {
			if q := (topology.Pair{A: a, B: b, Relation: p.Relation}); good(q) && relation(a, b) == p.Relation {
				return q
			}
		}
	}
	return p
}

// nearPair is the index of the nearest pair that are not siblings of one core, good
// ones first; of siblings where there is no other; -1 where there is no pair.
//
// Performance cores come before nearness: of a hybrid's CPUs the nearest two that are no
// siblings are often two of its small cores, which share a second level.
func nearPair(pairs []topology.Pair, good func(topology.Pair) bool) int {
	near := -1
	for i, p := range pairs {
		switch {
		case p.Relation == topology.SameCore:
		case good(p):
			return i
		case near < 0:
			near = i
		}
	}
	if near < 0 && len(pairs) > 0 {
		return 0
	}
	return near
}

// WithProcess adds what the names of this process's own benchmarks depend on
// beside the machine: whether threads can be pinned, and how many can run.
func (m Machine) WithProcess() Machine {
	procs := runtime.GOMAXPROCS(0)
	switch can := affinity.Support(); {
	case !can.Pin:
		m.NoPin = can.Reason
	case procs < 2 && len(m.CPUs) > 1:
		m.NoPin = "GOMAXPROCS is 1, and two workers need two"
	}
	if runtime.GOOS != "linux" {
		m.NoMasks = NoMasks
	}
	if got, ok := PagesGot(); !ok || got <= os.Getpagesize() {
		m.NoHuge = "the system gives no huge pages, or does not tell"
	}
	m.MemoryBytes, _ = host.MemoryToSpare()
	return m
}

// PlaceNames are the words for two workers' relation in a benchmark's name.
var PlaceNames = map[topology.Relation]string{
	topology.SameCore: "core", topology.SameL2: "l2", topology.SameL3: "l3",
	topology.SamePackage: "package", topology.OtherPackage: "far", topology.Unknown: "pair",
}

// noPlace stands in filters where there is no pair: an empty value would not
// be a filter.
const noPlace = "none"

// NearPlace names the place of two workers: the nearest pair of CPUs that are not
// siblings of one core, performance cores first; siblings where there is no other;
// "none" where there is no pair.
func (m Machine) NearPlace() string {
	if m.near < 0 {
		return noPlace
	}
	return PlaceNames[m.Pairs[m.near].Relation]
}

// PlaceFrom names the place of the i-th pair, near to far; "none" where there
// is no pair.
func (m Machine) PlaceFrom(i int) string {
	if len(m.Pairs) == 0 {
		return noPlace
	}
	return PlaceNames[m.Pairs[i].Relation]
}

// PlaceOf names the place of n workers: alone, the nearest pair, or spread.
func (m Machine) PlaceOf(n int) string {
	switch n {
	case 1:
		return "solo"
	case 2:
		return m.NearPlace()
	}
	return "spread"
}

// PadLayout is the layout that gives each worker a line of its own, by the
// claimed line. What a measured interference line needs is asked by E7.
func (m Machine) PadLayout() string {
	if m.LineBytes > 64 {
		return "pad128"
	}
	return "pad64"
}

// widestPad is the widest layout of the counters, in bytes.
const widestPad = 128

// WorkerCounts lists 1, 2, 4 .. and the number of usable CPUs.
func (m Machine) WorkerCounts() []int {
	var counts []int
	for n := 1; n < len(m.CPUs); n *= 2 {
		counts = append(counts, n)
	}
	return append(counts, len(m.CPUs))
}

// SizeName writes a size as the names of benchmarks have it: 4kib, 1.5mib. It
// is exact for whole KiB: 1280kib, because 1.2mib would be another size.
func SizeName(bytes int) string {
	unit, name := 1<<10, "kib"
	if bytes >= 1<<20 && bytes*10%(1<<20) == 0 {
		unit, name = 1<<20, "mib"
	}
	size := float64(bytes) / float64(unit)
	if size == math.Trunc(size) {
		return fmt.Sprintf("%d%s", int(size), name)
	}
	return fmt.Sprintf("%.1f%s", size, name)
}

// ExampleMachine describes the machine, in the syntax of topology.Synthetic, whose sizes
// stand in the sentences of bench/README.md: they are the same wherever the page is
// made. It has every relation that a claim asks for.
const ExampleMachine = "pack:2 l3:1(size=32MiB,line=64,ways=16) core:2 l2:1(size=1MiB,line=64,ways=8) l1:1(size=32KiB,line=64,ways=8) pu:2"
