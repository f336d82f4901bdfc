package sysfs

import "cachelab/affinity/topology"

// coreShape is what cores of one kind have in common.
type coreShape struct {
	threads int
	caches  [4]cacheShape // L1 data, L1 instruction, L2, L3
}

type cacheShape struct{ size, cpus int }

// coreShapes describes the core of each CPU by its threads and caches.
func coreShapes(t *topology.Topology) map[int]coreShape {
	threads := map[int]int{} // by core
	for _, c := range t.CPUs {
		if core, ok := c.Core.Get(); ok && c.Online {
			threads[core]++
		}
	}
	shapes := map[int]coreShape{}
	for _, c := range t.CPUs {
		if core, ok := c.Core.Get(); ok {
			shapes[c.ID] = coreShape{threads: threads[core]}
		}
	}
	for _, cache := range t.Caches {
		at := cache.Level // 2 and 3 stand at their level
		switch {
		case cache.Level == 1 && cache.Type == topology.Instruction:
		case cache.Level == 1:
			at = 0
		case cache.Level > 3:
			continue
		}
		for _, id := range cache.CPUs {
			s := shapes[id]
			s.caches[at] = cacheShape{cache.SizeBytes.Or(0), len(cache.CPUs)}
			shapes[id] = s
		}
	}
	return shapes
}
