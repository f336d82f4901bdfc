// Package plausible holds a reported topology against what processors are like.
//
// Hypervisors and firmware report caches that cannot exist. No advice may follow
// from them, so what is impossible becomes unknown, with a warning.
package plausible

import (
	"fmt"
	"slices"

	"cachelab/affinity/internal/warn"
	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
)

// Check removes from t what cannot be, and adds a warning for each.
func Check(t *topology.Topology) {
	c := &checker{t: t, notes: warn.NewList()}
	c.lines()
	c.sizes()
	c.splitByCore()
	c.splitByPackage()
	c.order()
	t.Warnings = append(t.Warnings, c.notes.Sentences()...)
	t.Sort()
}

type checker struct {
	t     *topology.Topology
	notes *warn.List
}

// about adds a warning to the CPUs of a cache.
func (c *checker) about(cache *topology.Cache, format string, args ...any) {
	c.notes.CPUs(cache.CPUs, fmt.Sprintf(format, args...))
}

// name is "its level 1 data cache".
func name(cache *topology.Cache) string {
	if cache.Type == "" || cache.Type == topology.Unified {
		return fmt.Sprintf("the level %d cache", cache.Level)
	}
	return fmt.Sprintf("the level %d %s cache", cache.Level, cache.Type)
}

func (c *checker) lines() {
	for i := range c.t.Caches {
		cache := &c.t.Caches[i]
		if line, ok := cache.LineBytes.Get(); ok && !topology.PlausibleLine(line) {
			c.about(cache, "%s is reported with lines of %d bytes, which no processor has: its line size counts as unknown", name(cache), line)
			cache.LineBytes = opt.Value[int]{}
		}
	}
}

// Bounds of a cache's size.
const (
	// minCacheBytes: Intel's 80486 of 1989 has 8 KiB, and microcontrollers with
	// Linux have at least 1 KiB.
	minCacheBytes = 1 << 10
	// maxL1Bytes is over five times the largest first level, 192 KiB on Apple's M1.
	maxL1Bytes = 1 << 20
)

func (c *checker) sizes() {
	for i := range c.t.Caches {
		cache := &c.t.Caches[i]
		size, ok := cache.SizeBytes.Get()
		if !ok {
			continue
		}
		if size < minCacheBytes || cache.Level == 1 && size > maxL1Bytes {
			c.about(cache, "%s is reported with %d bytes, which no processor has: its size counts as unknown", name(cache), size)
			cache.SizeBytes = opt.Value[int]{}
			continue
		}
		ways, waysOK := cache.Ways.Get()
		if line, ok := cache.LineBytes.Get(); ok && waysOK && ways > size/line {
			c.about(cache, "%s is reported with %d ways, more than it has lines: its ways count as unknown", name(cache), ways)
			cache.Ways = opt.Value[int]{}
		}
	}
}

// splitByCore gives each core its own first-level data cache. Threads of one core
// share it, and cores do not: not even those of a Bulldozer module.
func (c *checker) splitByCore() {
	c.split(func(cache *topology.Cache) bool { return cache.Level == 1 && cache.Type != topology.Instruction },
		func(cpu *topology.CPU) opt.Value[int] { return cpu.Core },
		"is reported as shared by several cores, and cores do not share it: each core counts as having its own")
}

// splitByPackage gives each package its own second and third level. A fourth may
// reach over packages: on s390 it is outside of the chips.
//
// On a machine with several kinds of cores the packages are believed less: such
// machines have one chip, and kernels before 5.18 called the clusters of an Arm
// chip packages.
func (c *checker) splitByPackage() {
	level := func(cache *topology.Cache) bool { return cache.Level == 2 || cache.Level == 3 }
	pack := func(cpu *topology.CPU) opt.Value[int] { return cpu.Package }
	if len(c.t.Kinds) < 2 {
		fault := "is reported as shared by several packages, and packages do not share it: each package counts as having its own (a common error of hypervisors)"
		if c.oneCoreEach() {
			fault += ". Each package has one core, so the packages may be the error instead: then all of them share this one cache"
		}
		c.split(level, pack, fault)
		return
	}
	for i := range c.t.Caches {
		if cache := &c.t.Caches[i]; level(cache) && len(c.parts(cache, pack)) > 1 {
			c.about(cache, "%s is reported as shared by several packages: the cache is believed, and the packages are probably clusters of one chip", name(cache))
		}
	}
}

// oneCoreEach reports whether no package has two cores, as hypervisors that give each
// CPU a socket of its own say.
func (c *checker) oneCoreEach() bool {
	coreOf := map[int]int{} // by package
	for i := range c.t.CPUs {
		pack, packKnown := c.t.CPUs[i].Package.Get()
		core, coreKnown := c.t.CPUs[i].Core.Get()
		first, seen := coreOf[pack]
		if !packKnown || !coreKnown || seen && first != core {
			return false
		}
		coreOf[pack] = core
	}
	return true
}

// split replaces caches that reach over several groups by one for each group.
func (c *checker) split(is func(*topology.Cache) bool, of func(*topology.CPU) opt.Value[int], fault string) {
	var all []topology.Cache
	for _, cache := range c.t.Caches {
		var parts [][]int
		if is(&cache) {
			parts = c.parts(&cache, of)
		}
		if len(parts) < 2 {
			all = append(all, cache)
			continue
		}
		c.about(&cache, "%s %s", name(&cache), fault)
		for _, cpus := range parts {
			part := cache
			part.CPUs = cpus
			all = append(all, part)
		}
	}
	c.t.Caches = all
}

// parts groups the CPUs of a cache. It is nil where the group of one of them is
// unknown.
func (c *checker) parts(cache *topology.Cache, of func(*topology.CPU) opt.Value[int]) [][]int {
	at := map[int]int{}
	var parts [][]int
	for _, id := range cache.CPUs {
		i, ok := c.t.Index(id)
		if !ok {
			return nil
		}
		group, known := of(&c.t.CPUs[i]).Get()
		if !known {
			return nil
		}
		if _, seen := at[group]; !seen {
			at[group] = len(parts)
			parts = append(parts, nil)
		}
		parts[at[group]] = append(parts[at[group]], id)
	}
	return parts
}

// order drops the size of a cache that is smaller than one before it. Data that a
// core keeps in its second level would not fit in its third.
func (c *checker) order() {
	largest := map[int]topology.Cache{} // by CPU, of the levels before
	byLevel := slices.Clone(c.t.Caches)
	slices.SortStableFunc(byLevel, func(a, b topology.Cache) int { return a.Level - b.Level })
	for _, cache := range byLevel {
		size, ok := cache.SizeBytes.Get()
		if !ok || cache.Type == topology.Instruction {
			continue
		}
		for _, id := range cache.CPUs {
			before, seen := largest[id]
			if seen && before.Level >= 2 && before.Level < cache.Level && size < before.SizeBytes.Or(0) {
				c.dropSize(cache, before)
				break
			}
			if !seen || size > before.SizeBytes.Or(0) {
				largest[id] = cache
			}
		}
	}
}

func (c *checker) dropSize(cache, before topology.Cache) {
	c.about(&cache, "%s is reported with %d bytes, less than the %d bytes of level %d: its size counts as unknown",
		name(&cache), cache.SizeBytes.Or(0), before.SizeBytes.Or(0), before.Level)
	for i := range c.t.Caches {
		if o := &c.t.Caches[i]; o.Level == cache.Level && o.Type == cache.Type && slices.Equal(o.CPUs, cache.CPUs) {
			o.SizeBytes = opt.Value[int]{}
		}
	}
}
