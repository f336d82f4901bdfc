package sysfs

import (
	"fmt"
	"strconv"
	"strings"

	"cachelab/affinity/internal/bytesize"
	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
)

// readSparcCaches reads the files in which sparc64 describes its caches instead
// of a folder cache/: cpuN/l1_dcache_size and the like, in bytes. They do not say
// who shares a cache: each counts as its core's own.
// Source: arch/sparc/kernel/sysfs.c.
func (r *sysfs) readSparcCaches(t *topology.Topology) {
	at := map[cacheKey]bool{}
	for _, cpu := range t.CPUs {
		if !cpu.Online {
			continue
		}
		for _, kind := range []struct {
			file  string
			level int
			kind  topology.CacheType
		}{
			{"l1_dcache", 1, topology.Data}, {"l1_icache", 1, topology.Instruction}, {"l2_cache", 2, topology.Unified},
		} {
			if !r.entries[cpu.ID][kind.file+"_size"] {
				continue
			}
			c := topology.Cache{Level: kind.level, Type: kind.kind, Source: "sysfs", CPUs: r.coreOf(t, cpu)}
			c.SizeBytes = r.count(cpuDir(cpu.ID) + "/" + kind.file + "_size")
			c.LineBytes = r.count(cpuDir(cpu.ID) + "/" + kind.file + "_line_size")
			key := cacheKey{c.Level, c.Type, &c.CPUs[0], 0, false}
			if !at[key] {
				at[key] = true
				t.Caches = append(t.Caches, c)
			}
		}
	}
	r.ownSlices(t)
}

// readS390Caches reads the caches in s390's /proc/cpuinfo:
//
//	cache0          : level=1 type=Data scope=Private size=128K line_size=256 associativity=8
//
// A private cache belongs to one core. Who shares another is not told, so the
// list of its CPUs is empty.
// Source: arch/s390/kernel/cache.c, show_cacheinfo.
func (r *sysfs) readS390Caches(t *topology.Topology, cpuinfo string) {
	for line := range strings.Lines(cpuinfo) {
		name, values, ok := strings.Cut(line, ":")
		name = strings.TrimSpace(name)
		if _, isCache := numbered(name, "cache"); !ok || !isCache {
			continue
		}
		c, private, err := s390Cache(values)
		if err != nil {
			r.notes.Addf("/proc/cpuinfo: %s is not believed: %v", name, err)
			continue
		}
		if !private {
			t.Caches = append(t.Caches, c)
			continue
		}
		seen := map[*int]bool{}
		for _, cpu := range t.CPUs {
			if !cpu.Online {
				continue
			}
			c.CPUs = r.coreOf(t, cpu)
			if !seen[&c.CPUs[0]] {
				seen[&c.CPUs[0]] = true
				t.Caches = append(t.Caches, c)
			}
		}
	}
	r.ownSlices(t)
}

func s390Cache(values string) (c topology.Cache, private bool, err error) {
	c.Source = "cpuinfo"
	for word := range strings.FieldsSeq(values) {
		key, value, _ := strings.Cut(word, "=")
		var n int
		switch key {
		case "level":
			c.Level, err = strconv.Atoi(value)
		case "type":
			c.Type = topology.CacheType(strings.ToLower(value))
		case "scope":
			private = value == "Private"
		case "size":
			if n, err = bytesize.Parse(value); n > 0 {
				c.SizeBytes = opt.Some(n)
			}
		case "line_size":
			if n, err = strconv.Atoi(value); n > 0 {
				c.LineBytes = opt.Some(n)
			}
		case "associativity":
			if n, err = strconv.Atoi(value); n > 0 {
				c.Ways = opt.Some(n)
			}
		}
		if err != nil {
			return c, false, fmt.Errorf("%.40q: %w", word, err)
		}
	}
	switch c.Type {
	case topology.Data, topology.Instruction, topology.Unified:
	default:
		return c, false, fmt.Errorf("cache type %.40q is unknown", c.Type)
	}
	if c.Level < 1 || c.Level > maxCacheLevel {
		return c, false, fmt.Errorf("want a level from 1 to %d", maxCacheLevel)
	}
	return c, private, nil
}
