// Package glpi reads topologies from the records of Windows' call
// GetLogicalProcessorInformationEx.
package glpi

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math/bits"
	"slices"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
	"cachelab/internal/cpulist"
)

// Windows numbers CPUs within processor groups of at most 64. An id here is
// GroupCPUs times the group, plus the number in the group.
const GroupCPUs = 64

// Values of LOGICAL_PROCESSOR_RELATIONSHIP (winnt.h).
const (
	relationCore    = 0
	relationNode    = 1
	relationCache   = 2
	relationPackage = 3
	relationGroup   = 4
	relationDie     = 5
	relationNodeEx  = 6
	relationModule  = 7
)

// Parse reads the records that Windows' call
// GetLogicalProcessorInformationEx(RelationAll) writes: little-endian, each
// beginning with its relationship and its size. wordBytes is the size of a
// KAFFINITY: 8 on 64-bit Windows, 4 on 32-bit. CPUs come back as allowed.
//
// Records of unknown relationships are passed over; one that is too short for
// what it says it is gives an error.
//
// Source: learn.microsoft.com, SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX and the
// structures in it.
func Parse(b []byte, wordBytes int) (*topology.Topology, error) {
	g := &glpi{wordBytes: wordBytes, cpus: map[int]*topology.CPU{}, efficiency: map[int]int{}}
	for at := 0; at < len(b); {
		const header = 8 // Relationship, Size
		rest := b[at:]
		if len(rest) < header {
			return nil, fmt.Errorf("affinity: processor information: byte %d: want a header of %d bytes, have %d", at, header, len(rest))
		}
		size := int64(binary.LittleEndian.Uint32(rest[4:]))
		if size < header || size > int64(len(rest)) {
			return nil, fmt.Errorf("affinity: processor information: byte %d: record of %d bytes, %d are left", at, size, len(rest))
		}
		if err := g.record(binary.LittleEndian.Uint32(rest), rest[header:size]); err != nil {
			return nil, fmt.Errorf("affinity: processor information: byte %d: %w", at, err)
		}
		at += int(size)
	}
	return g.topology()
}

// glpi gathers records, which come in any order.
type glpi struct {
	wordBytes  int
	cpus       map[int]*topology.CPU
	efficiency map[int]int // EfficiencyClass by CPU; higher is faster
	caches     []topology.Cache

	cores, clusters, dies, packages [][]int
}

// Offsets behind the header.
const (
	atGroupCount = 22 // of all but caches and groups: WORD
	atMasks      = 24

	atCacheGroupCount = 30
	atCacheMasks      = 32

	groupInfoBytes = 40 // of PROCESSOR_GROUP_INFO before its mask
)

func (g *glpi) record(relation uint32, b []byte) error {
	switch relation {
	case relationCore:
		cpus, err := g.affinity(b, atGroupCount, atMasks)
		if err != nil {
			return fmt.Errorf("core: %w", err)
		}
		g.cores = append(g.cores, cpus)
		for _, id := range cpus {
			g.efficiency[id] = int(b[1])
		}
	case relationPackage, relationDie, relationModule:
		cpus, err := g.affinity(b, atGroupCount, atMasks)
		if err != nil {
			return fmt.Errorf("package, die or module: %w", err)
		}
		list := map[uint32]*[][]int{relationPackage: &g.packages, relationDie: &g.dies, relationModule: &g.clusters}[relation]
		*list = append(*list, cpus)
	case relationNode, relationNodeEx:
		cpus, err := g.affinity(b, atGroupCount, atMasks)
		if err != nil {
			return fmt.Errorf("node: %w", err)
		}
		node := binary.LittleEndian.Uint32(b)
		if node > cpulist.MaxID {
			return nil // no node has so high a number; an int of 32 bits would make it negative
		}
		for _, id := range cpus {
			g.cpu(id).Node = opt.Some(int(node))
		}
	case relationCache:
		return g.cache(b)
	case relationGroup:
		return g.groups(b)
	}
	return nil
}

// affinity reads an array of GROUP_AFFINITY: a mask, the group, six reserved
// bytes. Windows before 11 writes one element and a count of 0.
func (g *glpi) affinity(b []byte, countAt, masksAt int) ([]int, error) {
	if len(b) < masksAt {
		return nil, fmt.Errorf("want %d bytes before the masks, have %d", masksAt, len(b))
	}
	count := max(1, int(binary.LittleEndian.Uint16(b[countAt:])))
	stride := g.wordBytes + 8
	if len(b) < masksAt+count*stride {
		return nil, fmt.Errorf("%d group masks need %d bytes, have %d", count, masksAt+count*stride, len(b))
	}
	var ids []int
	for i := range count {
		m := b[masksAt+i*stride:]
		group := int(binary.LittleEndian.Uint16(m[g.wordBytes:]))
		ids = append(ids, g.bits(m, group)...)
	}
	slices.Sort(ids)
	ids = slices.DeleteFunc(slices.Compact(ids), func(id int) bool { return id > cpulist.MaxID })
	for _, id := range ids {
		g.cpu(id)
	}
	return ids, nil
}

// bits lists the CPUs of a KAFFINITY.
func (g *glpi) bits(b []byte, group int) []int {
	var m uint64
	if g.wordBytes == 4 {
		m = uint64(binary.LittleEndian.Uint32(b))
	} else {
		m = binary.LittleEndian.Uint64(b)
	}
	return maskCPUs(m, group)
}

func maskCPUs(m uint64, group int) []int {
	ids := make([]int, 0, bits.OnesCount64(m))
	for ; m != 0; m &= m - 1 {
		ids = append(ids, group*GroupCPUs+bits.TrailingZeros64(m))
	}
	return ids
}

func (g *glpi) cpu(id int) *topology.CPU {
	c := g.cpus[id]
	if c == nil {
		c = &topology.CPU{ID: id, Online: true, Allowed: true}
		g.cpus[id] = c
	}
	return c
}

// cache reads a CACHE_RELATIONSHIP: Level, Associativity (255: full), LineSize
// (2 bytes), CacheSize (4), Type (4), 18 reserved, the count and the masks.
func (g *glpi) cache(b []byte) error {
	const fullyAssociative = 0xff
	cpus, err := g.affinity(b, atCacheGroupCount, atCacheMasks)
	if err != nil {
		return fmt.Errorf("cache: %w", err)
	}
	// PROCESSOR_CACHE_TYPE; 3 is the trace cache of the Pentium 4.
	kinds := []topology.CacheType{topology.Unified, topology.Instruction, topology.Data}
	kind := binary.LittleEndian.Uint32(b[8:])
	level := int(b[0])
	if int(kind) >= len(kinds) || level < 1 || len(cpus) == 0 {
		return nil
	}
	c := topology.Cache{Level: level, Type: kinds[kind], CPUs: cpus, Source: "windows"}
	if line := int(binary.LittleEndian.Uint16(b[2:])); line > 0 {
		c.LineBytes = opt.Some(line)
	}
	if size := int(binary.LittleEndian.Uint32(b[4:])); size > 0 {
		c.SizeBytes = opt.Some(size)
	}
	if ways := int(b[1]); ways == fullyAssociative {
		if line, ok := c.LineBytes.Get(); ok && c.SizeBytes.Or(0) >= line {
			c.Ways = opt.Some(c.SizeBytes.Or(0) / line)
		}
	} else if ways > 0 {
		c.Ways = opt.Some(ways)
	}
	g.caches = append(g.caches, c)
	return nil
}

// groups reads a GROUP_RELATIONSHIP: MaximumGroupCount, ActiveGroupCount (2
// bytes each), 20 reserved, then for each group its counts and active mask.
func (g *glpi) groups(b []byte) error {
	if len(b) < atMasks {
		return fmt.Errorf("groups: want %d bytes, have %d", atMasks, len(b))
	}
	active := int(binary.LittleEndian.Uint16(b[2:]))
	stride := groupInfoBytes + g.wordBytes
	if len(b) < atMasks+active*stride {
		return fmt.Errorf("groups: %d groups need %d bytes, have %d", active, atMasks+active*stride, len(b))
	}
	for group := range active {
		for _, id := range g.bits(b[atMasks+group*stride+groupInfoBytes:], group) {
			if id <= cpulist.MaxID {
				g.cpu(id)
			}
		}
	}
	return nil
}

func (g *glpi) topology() (*topology.Topology, error) {
	if len(g.cpus) == 0 {
		return nil, errors.New("affinity: processor information: names no CPU")
	}
	t := &topology.Topology{Caches: g.caches}
	number := func(groups [][]int, field func(*topology.CPU) *opt.Value[int]) {
		slices.SortFunc(groups, slices.Compare[[]int])
		for n, cpus := range groups {
			for _, id := range cpus {
				*field(g.cpus[id]) = opt.Some(n)
			}
		}
	}
	number(g.cores, func(c *topology.CPU) *opt.Value[int] { return &c.Core })
	number(g.clusters, func(c *topology.CPU) *opt.Value[int] { return &c.Cluster })
	number(g.dies, func(c *topology.CPU) *opt.Value[int] { return &c.Die })
	number(g.packages, func(c *topology.CPU) *opt.Value[int] { return &c.Package })

	kinds := g.kinds()
	for id, c := range g.cpus {
		if class, ok := g.efficiency[id]; ok {
			c.Kind = kinds[class]
		}
		t.CPUs = append(t.CPUs, *c)
	}
	for _, class := range slices.Backward(slices.Sorted(maps.Keys(kinds))) {
		t.Kinds = append(t.Kinds, kinds[class])
	}
	t.Sort()
	return t, nil
}

// kinds names the efficiency classes; higher is faster. It is empty where all
// cores are of one class.
func (g *glpi) kinds() map[int]topology.Kind {
	kinds := map[int]topology.Kind{}
	classes := slices.Compact(slices.Sorted(maps.Values(g.efficiency)))
	for i, class := range classes {
		switch {
		case len(classes) == 1:
		case len(classes) > 2:
			kinds[class] = topology.Kind(fmt.Sprintf("efficiency class %d", class))
		default:
			kinds[class] = []topology.Kind{topology.Efficiency, topology.Performance}[i]
		}
	}
	return kinds
}
