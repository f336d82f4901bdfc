package sysfs

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"cachelab/affinity/internal/bytesize"
	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
)

// cacheKey tells caches apart: each CPU describes those that it can reach, so
// a shared one is described many times. The kernel's cache id is not used
// where the CPUs are told: old kernels have none, and it is unique only within
// a level.
type cacheKey struct {
	level int
	kind  topology.CacheType
	cpus  *int // first element of the set: equal sets are one slice
	id    int  // where only the id is told
	told  bool // who shares it, by this CPU
}

// readCaches fills Caches.
func (r *sysfs) readCaches(t *topology.Topology) {
	at := map[cacheKey]int{} // index in t.Caches
	var keys []cacheKey      // of t.Caches
	for _, c := range t.CPUs {
		if !c.Online || !r.entries[c.ID]["cache"] {
			continue // recent kernels keep an offline CPU's private caches
		}
		for _, dir := range r.cacheDirs(c.ID) {
			cache, key, ok := r.readCache(t, c, dir)
			if !ok {
				continue
			}
			i, seen := at[key]
			if !seen {
				at[key] = len(t.Caches)
				t.Caches, keys = append(t.Caches, cache), append(keys, key)
				continue
			}
			old := &t.Caches[i]
			if !same(old.CPUs, cache.CPUs) { // one by id only
				old.CPUs = slices.Compact(slices.Sorted(slices.Values(slices.Concat(old.CPUs, cache.CPUs))))
			}
			r.merge(c, &old.SizeBytes, cache.SizeBytes, old, "size")
			r.merge(c, &old.LineBytes, cache.LineBytes, old, "line")
			r.merge(c, &old.Ways, cache.Ways, old, "ways")
		}
	}
	r.joinUntold(t, keys)
	r.ownSlices(t)
	r.checkSharing(t)
}

// joinUntold drops the caches of which no CPU says who shares them, where another CPU
// says that it shares one of that level with all of theirs. Of the others without an id
// it says what they count as.
func (r *sysfs) joinUntold(t *topology.Topology, keys []cacheKey) {
	type place struct {
		cpu, level int
		kind       topology.CacheType
	}
	shared := map[place][]int{}
	for i, c := range t.Caches {
		for _, id := range c.CPUs {
			if keys[i].told {
				shared[place{id, c.Level, c.Type}] = c.CPUs
			}
		}
	}
	var kept []topology.Cache
	for i, c := range t.Caches {
		within := func(id int) bool {
			_, ok := slices.BinarySearch(shared[place{c.CPUs[0], c.Level, c.Type}], id)
			return ok
		}
		switch {
		case keys[i].told:
		case !slices.ContainsFunc(c.CPUs, func(id int) bool { return !within(id) }):
			continue
		case c.Level > 1 && keys[i].cpus != nil:
			r.notes.CPUs(c.CPUs, fmt.Sprintf("the level %d cache does not say who shares it: it counts as the core's own", c.Level))
		}
		kept = append(kept, c)
	}
	t.Caches = kept
}

// ownSlices gives each cache a list of its own, which belongs to the caller.
func (r *sysfs) ownSlices(t *topology.Topology) {
	for i := range t.Caches {
		t.Caches[i].CPUs = slices.Clone(t.Caches[i].CPUs)
	}
	t.Sort()
}

// cacheDirs lists cpu/cpuN/cache/index*, in order.
func (r *sysfs) cacheDirs(id int) []string {
	base := cpuDir(id) + "/cache"
	var numbers []int
	for _, name := range r.names(base) {
		if n, ok := numbered(name, "index"); ok {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	dirs := make([]string, len(numbers))
	for i, n := range numbers {
		dirs[i] = base + "/index" + strconv.Itoa(n)
	}
	return dirs
}

func (r *sysfs) readCache(t *topology.Topology, cpu topology.CPU, dir string) (topology.Cache, cacheKey, bool) {
	c := topology.Cache{Source: "sysfs"}
	level, ok := r.count(dir + "/level").Get()
	if !ok || level > maxCacheLevel {
		r.notes.CPU(cpu.ID, fmt.Sprintf("a cache without a level from 1 to %d is passed over", maxCacheLevel))
		return c, cacheKey{}, false
	}
	c.Level = level
	kind, _ := r.text(dir + "/type")
	switch kind := topology.CacheType(strings.ToLower(kind)); kind {
	case topology.Data, topology.Instruction, topology.Unified:
		c.Type = kind
	case "":
		// Device trees that describe a cache by its level alone.
	default:
		r.notes.CPU(cpu.ID, fmt.Sprintf("cache type %.60q is unknown", kind))
	}
	c.SizeBytes, c.LineBytes, c.Ways = r.geometry(cpu, dir, c.Level)

	set, told, torn := r.set(dir, naming(cpu.ID), setFile{"shared_cpu_map", "shared_cpu_list"})
	if torn != "" {
		r.notes.CPU(cpu.ID, torn)
	}
	if told && len(set) > 0 {
		c.CPUs = r.online(t, r.ownSet(t, cpu, fmt.Sprintf("level %d cache", c.Level), set))
		if c.CPUs == nil {
			c.CPUs = r.one([]int{cpu.ID})
		}
		return c, cacheKey{c.Level, c.Type, &c.CPUs[0], 0, true}, true
	}
	if id, ok := r.id(dir + "/id").Get(); ok {
		c.CPUs = r.one([]int{cpu.ID})
		return c, cacheKey{c.Level, c.Type, nil, id, false}, true
	}
	// Siblings share all that their core has (ia64 tells nothing or an empty
	// set for its last level).
	c.CPUs = r.coreOf(t, cpu)
	return c, cacheKey{c.Level, c.Type, &c.CPUs[0], 0, false}, true
}

// online leaves the online CPUs of a set.
func (r *sysfs) online(t *topology.Topology, set []int) []int {
	off := func(id int) bool { c, ok := find(t, id); return ok && !c.Online }
	if !slices.ContainsFunc(set, off) {
		return set
	}
	return r.one(slices.DeleteFunc(slices.Clone(set), off))
}

// coreOf is the set of a CPU and its online siblings, as far as told.
func (r *sysfs) coreOf(t *topology.Topology, cpu topology.CPU) []int {
	ids := []int{cpu.ID}
	if core, ok := cpu.Core.Get(); ok {
		ids = ids[:0]
		for _, c := range t.CPUs {
			if n, ok := c.Core.Get(); ok && n == core && c.Online {
				ids = append(ids, c.ID)
			}
		}
	}
	return r.one(ids)
}

// maxCacheLevel is the deepest level that is believed: s390 has four, ACPI's PPTT
// and device trees allow a few more.
const maxCacheLevel = 8

// geometry reads size, line and ways. Each of them, if it is not told, follows
// from the others: size = line x ways x sets (x partitions).
func (r *sysfs) geometry(cpu topology.CPU, dir string, level int) (size, line, ways opt.Value[int]) {
	if s, ok := r.text(dir + "/size"); ok {
		n, err := bytesize.Parse(s)
		if err != nil {
			r.notes.CPU(cpu.ID, fmt.Sprintf("the level %d cache: %v", level, err))
		} else if n > 0 {
			size = opt.Some(n)
		}
	}
	line = r.count(dir + "/coherency_line_size")
	ways = r.count(dir + "/ways_of_associativity")
	sets, setsKnown := r.count(dir + "/number_of_sets").Get()
	if !setsKnown {
		return size, line, ways
	}
	sets *= r.count(dir + "/physical_line_partition").Or(1)
	s, sizeKnown := size.Get()
	l, lineKnown := line.Get()
	w, waysKnown := ways.Get()
	switch {
	case sizeKnown && lineKnown && waysKnown:
		if product(l, w, sets) != s {
			r.notes.CPU(cpu.ID, fmt.Sprintf("the level %d cache: %d bytes are not %d ways of %d sets of %d-byte lines; each is shown as reported",
				level, s, w, sets, l))
		}
	case sizeKnown && lineKnown:
		// Ways of 0 beside one set would be a fully associative cache
		// (arch/powerpc/kernel/cacheinfo.c). Firmware says so of caches that
		// are not (POWER7's L3, of 32,768 ways then), so it counts as not told.
		if n := product(l, sets); sets > 1 && n > 0 && s%n == 0 {
			ways = opt.Some(s / n)
		}
	case lineKnown && waysKnown:
		if n := product(l, w, sets); n > 0 {
			size = opt.Some(n)
		}
	case sizeKnown && waysKnown:
		if n := product(w, sets); n > 0 && s%n == 0 {
			line = opt.Some(s / n)
		}
	}
	return size, line, ways
}

// product multiplies positive numbers; it is 0 if the result does not fit.
func product(factors ...int) int {
	p := 1
	for _, f := range factors {
		if f > math.MaxInt/p {
			return 0
		}
		p *= f
	}
	return p
}

// count reads a number of things, where 0 and less mean "not told".
func (r *sysfs) count(file string) opt.Value[int] {
	s, ok := r.text(file)
	if !ok {
		return opt.Value[int]{}
	}
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil {
		r.complain(file, fmt.Sprintf("holds %.60q, not a number: taken as unknown", s))
	}
	if err != nil || n < 1 {
		return opt.Value[int]{}
	}
	return opt.Some(int(n))
}

// merge completes what one CPU says of a cache by what another says.
func (r *sysfs) merge(cpu topology.CPU, old *opt.Value[int], now opt.Value[int], cache *topology.Cache, what string) {
	a, knownA := old.Get()
	b, knownB := now.Get()
	switch {
	case !knownA:
		*old = now
	case knownB && a != b:
		r.notes.CPU(cpu.ID, fmt.Sprintf("the %s of the level %d cache is %d here and %d on CPU %d, which is believed",
			what, cache.Level, b, a, cache.CPUs[0]))
	}
}

// checkSharing warns of CPUs that are in two caches of one level and type.
func (r *sysfs) checkSharing(t *topology.Topology) {
	type place struct {
		cpu, level int
		kind       topology.CacheType
	}
	seen := map[place]bool{}
	for _, c := range t.Caches {
		for _, id := range c.CPUs {
			p := place{id, c.Level, c.Type}
			if seen[p] {
				r.notes.CPU(id, strings.Join(strings.Fields(fmt.Sprintf("reported under two level %d %s caches", c.Level, c.Type)), " "))
			}
			seen[p] = true
		}
	}
}
