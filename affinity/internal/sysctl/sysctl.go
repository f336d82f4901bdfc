// Package sysctl reads topologies from macOS's sysctl values.
package sysctl

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
	"cachelab/internal/cpulist"
)

// MaxLevels is how many performance levels are asked for; Apple's machines
// have one or two.
const MaxLevels = 4

// Names lists what Parse looks at.
func Names(levels int) []string {
	names := []string{
		"hw.packages", "hw.physicalcpu", "hw.logicalcpu", "hw.cachelinesize", "hw.cacheconfig",
		"hw.l1dcachesize", "hw.l1icachesize", "hw.l2cachesize", "hw.l3cachesize", "hw.nperflevels",
	}
	for n := range levels {
		for _, field := range []string{
			"name", "physicalcpu", "logicalcpu", "l1dcachesize", "l1icachesize",
			"l2cachesize", "cpusperl2", "l3cachesize", "cpusperl3",
		} {
			names = append(names, fmt.Sprintf("hw.perflevel%d.%s", n, field))
		}
	}
	return names
}

// Parse reads macOS's answers, as sysctl(8) prints them, by name.
//
// Apple silicon describes its CPUs by performance level, 0 being the fastest:
// how many, and how many share an L2. Intel Macs have hw.cacheconfig instead, the
// number of logical CPUs that share memory, L1, L2 and L3. Neither says which CPU
// is which, so the ids are nominal: neighbours share, and the performance cores
// come first.
//
// Sources: xnu bsd/kern/kern_mib.c; Apple, "Determining system capabilities".
func Parse(values map[string]string) (*topology.Topology, error) {
	s := sysctl(values)
	t := &topology.Topology{}
	if levels, ok := s.count("hw.nperflevels").Get(); ok {
		for n := range min(levels, MaxLevels) {
			s.addLevel(t, n, levels)
		}
	} else {
		s.addIntel(t)
	}
	if len(t.CPUs) == 0 {
		return nil, errors.New("sysctl tells no CPUs: want hw.perflevel0.logicalcpu or hw.logicalcpu")
	}
	if packages, ok := s.count("hw.packages").Get(); ok && len(t.CPUs)%packages == 0 {
		for i := range t.CPUs {
			t.CPUs[i].Package = opt.Some(i / (len(t.CPUs) / packages))
		}
	}
	t.Sort()
	t.Warnings = append(t.Warnings, "cpu ids are nominal: macOS tells how many CPUs share a cache, not which")
	return t, nil
}

type sysctl map[string]string

// count reads a positive number; macOS writes 0 for what a machine does not have.
func (s sysctl) count(name string) opt.Value[int] {
	n, err := strconv.Atoi(strings.TrimSpace(s[name]))
	if err != nil || n < 1 {
		return opt.Value[int]{}
	}
	return opt.Some(n)
}

// addLevel adds the CPUs and caches of performance level n of levels.
func (s sysctl) addLevel(t *topology.Topology, n, levels int) {
	prefix := fmt.Sprintf("hw.perflevel%d.", n)
	logical, ok := s.count(prefix + "logicalcpu").Get()
	if !ok || len(t.CPUs)+logical > cpulist.MaxID+1 {
		return
	}
	var kind topology.Kind
	if levels > 1 {
		kind = s.levelName(n, levels)
		t.Kinds = append(t.Kinds, kind)
	}
	threads := 1
	if physical, ok := s.count(prefix + "physicalcpu").Get(); ok && logical%physical == 0 {
		threads = logical / physical
	}
	first := len(t.CPUs)
	s.addCPUs(t, logical, threads, kind)
	s.addCaches(t, first, 1, topology.Data, prefix+"l1dcachesize", threads)
	s.addCaches(t, first, 1, topology.Instruction, prefix+"l1icachesize", threads)
	if share, ok := s.count(prefix + "cpusperl2").Get(); ok {
		s.addCaches(t, first, 2, topology.Unified, prefix+"l2cachesize", share)
		next := nextCluster(t.CPUs)
		for i := range t.CPUs[first:] {
			t.CPUs[first+i].Cluster = opt.Some(next + i/share)
		}
	}
	if share, ok := s.count(prefix + "cpusperl3").Get(); ok {
		s.addCaches(t, first, 3, topology.Unified, prefix+"l3cachesize", share)
	}
}

// levelName is the kind of the cores of a performance level: the system's name
// for it, or its place among the levels.
func (s sysctl) levelName(n, levels int) topology.Kind {
	name := strings.ToLower(strings.TrimSpace(s[fmt.Sprintf("hw.perflevel%d.name", n)]))
	switch {
	case name != "":
		return topology.Kind(name)
	case levels > 2:
		return topology.Kind(fmt.Sprintf("performance level %d", n))
	}
	return []topology.Kind{topology.Performance, topology.Efficiency}[n]
}

// addIntel adds what a Mac without performance levels tells.
func (s sysctl) addIntel(t *topology.Topology) {
	logical, ok := s.count("hw.logicalcpu").Get()
	if !ok || logical > cpulist.MaxID+1 {
		return
	}
	threads := 1
	if physical, ok := s.count("hw.physicalcpu").Get(); ok && logical%physical == 0 {
		threads = logical / physical
	}
	s.addCPUs(t, logical, threads, "")
	// The first number is about memory, number n about the cache of level n.
	for level, word := range strings.Fields(s["hw.cacheconfig"]) {
		share, err := strconv.Atoi(word)
		if err != nil || share < 1 {
			continue
		}
		switch level {
		case 1:
			s.addCaches(t, 0, 1, topology.Data, "hw.l1dcachesize", share)
			s.addCaches(t, 0, 1, topology.Instruction, "hw.l1icachesize", share)
		case 2, 3:
			s.addCaches(t, 0, level, topology.Unified, fmt.Sprintf("hw.l%dcachesize", level), share)
		}
	}
}

func (s sysctl) addCPUs(t *topology.Topology, logical, threads int, kind topology.Kind) {
	core := 0
	if n := len(t.CPUs); n > 0 {
		core = t.CPUs[n-1].Core.Or(0) + 1
	}
	for i := range logical {
		t.CPUs = append(t.CPUs, topology.CPU{
			ID: len(t.CPUs), Online: true, Allowed: true, Core: opt.Some(core + i/threads), Kind: kind,
		})
	}
}

// addCaches adds caches of one level over the CPUs from first on, share CPUs
// each, if the machine has that level.
func (s sysctl) addCaches(t *topology.Topology, first, level int, kind topology.CacheType, sizeName string, share int) {
	size := s.count(sizeName)
	if size.IsZero() {
		return
	}
	share = min(share, len(t.CPUs)) // a corrupt value must not overflow lo
	for lo := first; lo < len(t.CPUs); lo += share {
		c := topology.Cache{Level: level, Type: kind, SizeBytes: size, LineBytes: s.count("hw.cachelinesize"), Source: "sysctl"}
		for id := lo; id < min(lo+share, len(t.CPUs)); id++ {
			c.CPUs = append(c.CPUs, id)
		}
		t.Caches = append(t.Caches, c)
	}
}

func nextCluster(cpus []topology.CPU) int {
	next := 0
	for _, c := range cpus {
		if n, ok := c.Cluster.Get(); ok {
			next = max(next, n+1)
		}
	}
	return next
}
