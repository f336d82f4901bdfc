package cachelines

import (
	"runtime"
	"slices"

	"github.com/klauspost/cpuid/v2"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
	"cachelab/affinity/topology/detect"
)

// Claims is what the machine says of its caches, each with who says so. None of
// it was measured, and on a guest all of it is the hypervisor's choice.
type Claims struct {
	Topology *topology.Topology
	Identity CPUIdentity
	Caches   []Cache     // the operating system's, or CPUID's where that says nothing
	Lines    []LineClaim // every distinct claim, one entry a source

	OS   string // the machine's; empty where it is not told
	Here bool   // this machine and this process, neither recorded nor synthetic
}

// Claimed asks the operating system, CPUID (on x86) and Go for what they claim.
// It measures nothing and is instant. Where a source does not exist its claims are
// absent; an error means that not even the CPUs could be listed.
func Claimed() (*Claims, error) {
	topo, err := detect.Host()
	if err != nil {
		return nil, err
	}
	c := ClaimedBy(topo)
	c.Identity, c.OS, c.Here = identity(), runtime.GOOS, true
	if len(c.Caches) == 0 {
		c.Caches = cpuidCaches(&cpuid.CPU)
	}
	if line := cpuid.CPU.CacheLine; line > 0 && slices.Contains([]string{"amd64", "386"}, runtime.GOARCH) {
		c.Lines = append(c.Lines, LineClaim{Source: "cpuid", Bytes: line})
	}
	c.Lines = append(c.Lines, LineClaim{Source: "cpu.CacheLinePad", Bytes: PadBytes()})
	return c, nil
}

// ClaimedBy gives the claims of a topology alone: of a recorded machine, or of
// a synthetic one. Such a machine's processor is not told, and need not be of
// this one's kind.
func ClaimedBy(t *topology.Topology) *Claims {
	c := &Claims{Topology: t}
	seen := map[LineClaim]bool{}
	for _, cache := range t.Caches {
		c.Caches = append(c.Caches, Cache{
			Level: cache.Level, Type: cache.Type, SizeBytes: cache.SizeBytes, LineBytes: cache.LineBytes,
			Ways: cache.Ways, CPUs: cache.CPUs, Source: cache.Source,
		})
		claim := LineClaim{Source: cache.Source, Bytes: cache.LineBytes.Or(0)}
		if claim.Bytes > 0 && cache.Type != topology.Instruction && !seen[claim] {
			seen[claim] = true
			c.Lines = append(c.Lines, claim)
		}
	}
	return c
}

func identity() CPUIdentity {
	id := CPUIdentity{Name: cpuid.CPU.BrandName, Vendor: cpuid.CPU.VendorString, Arch: runtime.GOARCH}
	if cpuid.CPU.VM() {
		id.Hypervisor = cpuid.CPU.HypervisorVendorID.String()
		if cpuid.CPU.HypervisorVendorID == cpuid.VendorUnknown {
			id.Hypervisor = "unknown"
		}
	}
	return id
}

// cpuidCaches turns CPUID's four sizes into caches. The library does not read
// which CPUs share them, so the list of CPUs is empty.
func cpuidCaches(c *cpuid.CPUInfo) []Cache {
	var caches []Cache
	for _, level := range []struct {
		level int
		kind  topology.CacheType
		size  int
	}{
		{1, topology.Data, c.Cache.L1D}, {1, topology.Instruction, c.Cache.L1I},
		{2, topology.Unified, c.Cache.L2}, {3, topology.Unified, c.Cache.L3},
	} {
		if level.size <= 0 { // -1: cpuid does not know
			continue
		}
		cache := Cache{Level: level.level, Type: level.kind, SizeBytes: opt.Some(level.size), CPUs: []int{}, Source: "cpuid"}
		if c.CacheLine > 0 {
			cache.LineBytes = opt.Some(c.CacheLine)
		}
		caches = append(caches, cache)
	}
	return caches
}

// ClaimedSize returns the size in bytes of the first claimed data or unified
// cache of a level.
func (c *Claims) ClaimedSize(level int) (int, bool) {
	for _, cache := range c.Caches {
		if cache.Level == level && cache.Type != topology.Instruction {
			return cache.SizeBytes.Get()
		}
	}
	return 0, false
}

// LastLevel returns the highest claimed level and its size in bytes.
func (c *Claims) LastLevel() (level, sizeBytes int, ok bool) {
	for _, cache := range c.Caches {
		if size, known := cache.SizeBytes.Get(); known && cache.Type != topology.Instruction && cache.Level > level {
			level, sizeBytes, ok = cache.Level, size, true
		}
	}
	return level, sizeBytes, ok
}

// LastLevelToSizeBy returns the size in bytes by which a set is to be taken for larger
// than every cache: the claimed last level, or 32 MiB, the commonest share of a
// server's, where the claims end before the level that cores share and are smaller. Some
// hypervisors tell a guest of the private caches only (seen under Bhyve), and
// Apple tells of no system-level cache.
func (c *Claims) LastLevelToSizeBy() (sizeBytes int, assumed bool) {
	level, last, _ := c.LastLevel()
	if level < sharedLevel && last < assumedLastLevel {
		return assumedLastLevel, true
	}
	return last, false
}

const (
	assumedLastLevel = 32 << 20
	sharedLevel      = 3 // that cores share, on most machines
)

// LineBytes returns the line size that the operating system claims, or else
// the first claim there is.
func (c *Claims) LineBytes() (int, bool) {
	if len(c.Lines) == 0 {
		return 0, false
	}
	return c.Lines[0].Bytes, true
}
