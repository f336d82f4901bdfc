package claims

import (
	"cmp"
	"fmt"
	"math"
	"os"
	"runtime"

	"cachelab/affinity"
	"cachelab/affinity/topology"
	"cachelab/cachelines/card"
	"cachelab/cachelines/reported"
)

// Machine is what the names of benchmarks depend on: claims find their arms by it,
// and the benchmarks name themselves by it. All of it is claimed by the system and
// not measured, so that names do not change from run to run.
type Machine struct {
	CPUs      []int           // usable, ascending
	Pairs     []topology.Pair // a representative of each relation, near to far
	LineBytes int
	L2Bytes   int
	LLCBytes  int
	// LLCAssumed: nobody claims the level that cores share, and LLCBytes is
	// what is commonly there.
	LLCAssumed bool
	Levels
	// NoPin says why threads cannot be pinned; empty where they can.
	NoPin string
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
	m := Machine{Pairs: c.Topology.PairPerRelation(), Levels: levelsOf(c)}
	for _, cpu := range c.Topology.Usable() {
		m.CPUs = append(m.CPUs, cpu.ID)
	}
	line, _ := c.LineBytes()
	l2, _ := c.SizeBytes(2)
	m.LineBytes, m.L2Bytes = cmp.Or(line, assumedLine), cmp.Or(l2, assumedL2)
	m.LLCBytes, m.LLCAssumed = c.LLCBytesOrDefault()
	return m
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
	return m
}

// WithMeasured adds what only a measurement tells: where the host behind a guest maps its
// huge pages in small ones no stride stays on one set of a second level. What huge
// pages save in the guest's own page tables they save all the same.
func (m Machine) WithMeasured(measured *card.Machine) Machine {
	for _, t := range measured.Translation {
		if yes, _ := t.Splintered.Get(); yes {
			m.NoStride = "the system gives huge pages, but what is behind it, such as a guest's host, maps them in small ones, " +
				"so that no stride stays on one set of the second level; its ways stand on the machine card"
		}
	}
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

// NearPlace names the nearest pair of CPUs that are not siblings of one core;
// siblings where there is no other; "none" where there is no pair.
func (m Machine) NearPlace() string {
	for _, p := range m.Pairs {
		if p.Relation != topology.SameCore {
			return PlaceNames[p.Relation]
		}
	}
	if len(m.Pairs) > 0 {
		return PlaceNames[m.Pairs[0].Relation]
	}
	return noPlace
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
