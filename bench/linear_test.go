package bench

import (
	"runtime"
	"testing"

	"cachelab/affinity/topology"
	"cachelab/bench/internal/harness"
	"cachelab/cachelines/reported"
)

// The list of benchmarks for a plan takes memory in proportion to the number of CPUs.
// TestPlansWorkLinearly of internal/lab counts what it does.
func TestCasesAllocateLinearly(t *testing.T) {
	allocated := func(desc string) (cpus int, times, bytes float64) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		topo, err := topology.Synthetic(desc)
		if err != nil {
			t.Fatal(err)
		}
		m := harness.NewMachine(reported.FromTopology(topo))
		for _, l := range lessons {
			l.Cases(m)
		}
		runtime.ReadMemStats(&after)
		return len(topo.CPUs), float64(after.Mallocs - before.Mallocs), float64(after.TotalAlloc - before.TotalAlloc)
	}
	cpus, fewTimes, fewBytes := allocated("pack:2 node:2 l3:1(size=60MiB) core:32 l2:1 pu:2")
	more, manyTimes, manyBytes := allocated("pack:32 node:2 l3:1(size=60MiB) core:32 l2:1 pu:2")
	t.Logf("%d CPUs: %.0f allocations, %.0f bytes; %d: %.0f, %.0f", cpus, fewTimes, fewBytes, more, manyTimes, manyBytes)
	if times := float64(more / cpus); manyTimes > times*fewTimes || manyBytes > times*fewBytes {
		t.Errorf("%d CPUs: %.0f allocations, %.0f bytes; %d: %.0f, %.0f", cpus, fewTimes, fewBytes, more, manyTimes, manyBytes)
	}
}
