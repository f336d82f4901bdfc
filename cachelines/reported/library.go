package reported

import (
	"runtime"
	"slices"

	"github.com/klauspost/cpuid/v2"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
)

// This file is what klauspost/cpuid reads: the processor's name, the
// hypervisor's, a line size, and four cache sizes that it chooses from the
// leaves. The leaves themselves are in leaves.go.

func identity() Identity {
	id := Identity{Name: cpuid.CPU.BrandName, Vendor: cpuid.CPU.VendorString, Arch: runtime.GOARCH}
	if cpuid.CPU.VM() {
		id.Hypervisor = cpuid.CPU.HypervisorVendorID.String()
		if cpuid.CPU.HypervisorVendorID == cpuid.VendorUnknown {
			id.Hypervisor = "unknown"
		}
	}
	return id
}

// libraryLine is the line size by CPUID. Elsewhere than on x86 the library
// answers from other sources.
func libraryLine() (int, bool) {
	line := cpuid.CPU.CacheLine
	return line, line > 0 && slices.Contains([]string{"amd64", "386"}, runtime.GOARCH)
}

// libraryCaches turns the four sizes into caches. The library does not read
// which CPUs share them, so the list of CPUs is empty.
func libraryCaches() []Cache {
	var caches []Cache
	c := &cpuid.CPU
	for _, level := range []struct {
		level int
		kind  topology.CacheType
		size  int
	}{
		{1, topology.Data, c.Cache.L1D}, {1, topology.Instruction, c.Cache.L1I},
		{2, topology.Unified, c.Cache.L2}, {3, topology.Unified, c.Cache.L3},
	} {
		if level.size <= 0 { // -1: the library does not know
			continue
		}
		cache := Cache{Level: level.level, Type: level.kind, SizeBytes: opt.Some(level.size), CPUs: []int{}, Source: "cpuid"}
		if topology.PlausibleLine(c.CacheLine) {
			cache.LineBytes = opt.Some(c.CacheLine)
		}
		caches = append(caches, cache)
	}
	return caches
}
