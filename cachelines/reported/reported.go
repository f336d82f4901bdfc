// Package reported reads what the system says of its caches: the operating
// system, CPUID and Go. None of it is measured, and on a guest all of it is
// the hypervisor's choice. Packages that measure are beside this one, and
// cachelines/card compares the two.
//
// [Read] gives one value for each cache, from the best source there is: what
// an experiment is sized by. [Statements] lists every source by itself, where
// they may disagree.
package reported

import (
	"fmt"
	"runtime"
	"slices"
	"unsafe"

	"golang.org/x/sys/cpu"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
	"cachelab/affinity/topology/detect"
)

// Values is what the system says of a machine, each value with its source.
type Values struct {
	Topology *topology.Topology
	Identity Identity
	Caches   []Cache // the operating system's, or CPUID's where that says nothing
	Lines    []Line  // every distinct line size, one entry a source

	OS   string // the machine's; empty where it is not told
	Here bool   // this machine and this process, neither recorded nor synthetic
}

// Identity names a processor.
type Identity struct {
	Name, Vendor string
	Arch         string // GOARCH; empty: a recording does not tell
	Hypervisor   string // empty: none seen
}

// Cache is one cache as reported.
type Cache struct {
	Level     int
	Type      topology.CacheType // topology.Data, Instruction or Unified
	SizeBytes opt.Value[int]
	LineBytes opt.Value[int]
	Ways      opt.Value[int]
	CPUs      []int  // ids of the CPUs that share it; empty: not told
	Source    string // sysfs, cpuid, sysctl, windows, synthetic
}

// Line is a line size that a source reports.
type Line struct {
	Source string // sysfs, cpuid, sysctl, windows, cpu.CacheLinePad
	Bytes  int
}

// Read asks the operating system, CPUID (on x86) and Go. It measures nothing
// and is instant. The values of a source that does not exist are absent; an
// error means that not even the CPUs could be listed.
func Read() (*Values, error) {
	host, err := detect.Host()
	if err != nil {
		return nil, err
	}
	v := FromTopology(host)
	v.Identity, v.OS, v.Here = identity(), runtime.GOOS, true
	if len(v.Caches) == 0 {
		v.Caches = libraryCaches()
	}
	if line, ok := libraryLine(); ok {
		v.addLine(Line{Source: "cpuid", Bytes: line})
	}
	v.Lines = append(v.Lines, Line{Source: "cpu.CacheLinePad", Bytes: goLine})
	return v, nil
}

// FromTopology gives what a topology alone reports: of a recorded machine, or
// of a synthetic one. The processor of such a machine is not told, and need
// not be of this one's kind.
func FromTopology(t *topology.Topology) *Values {
	v := &Values{Topology: t, Caches: make([]Cache, 0, len(t.Caches))}
	for i := range t.Caches {
		cache := &t.Caches[i]
		v.Caches = append(v.Caches, Cache{
			Level: cache.Level, Type: cache.Type, SizeBytes: cache.SizeBytes, LineBytes: cache.LineBytes,
			Ways: cache.Ways, CPUs: cache.CPUs, Source: cache.Source,
		})
		line := Line{Source: cache.Source, Bytes: cache.LineBytes.Or(0)}
		if line.Bytes > 0 && cache.Type != topology.Instruction && !slices.Contains(v.Lines, line) {
			v.Lines = append(v.Lines, line)
		}
	}
	return v
}

// addLine adds a line size that a processor may have, and otherwise a warning: advice
// from nonsense is nonsense.
func (v *Values) addLine(l Line) {
	if topology.PlausibleLine(l.Bytes) {
		v.Lines = append(v.Lines, l)
		return
	}
	v.Topology.Warnings = append(v.Topology.Warnings, fmt.Sprintf("%s reports lines of %d bytes, which no processor has: that line size is passed over", l.Source, l.Bytes))
}

// goLine is the line size that Go assumes for this architecture, in bytes.
const goLine = int(unsafe.Sizeof(cpu.CacheLinePad{}))

// SizeBytes returns the reported size of the first data or unified cache of a
// level.
func (v *Values) SizeBytes(level int) (int, bool) {
	for _, cache := range v.Caches {
		if cache.Level == level && cache.Type != topology.Instruction {
			return cache.SizeBytes.Get()
		}
	}
	return 0, false
}

// Sizes lists the reported sizes of data and unified caches in bytes, each
// once.
func (v *Values) Sizes() []int {
	var out []int
	for _, cache := range v.Caches {
		if size, ok := cache.SizeBytes.Get(); ok && cache.Type != topology.Instruction && !slices.Contains(out, size) {
			out = append(out, size)
		}
	}
	return out
}

// LLC returns the highest reported level and its size in bytes: the last-level
// cache, where the system tells of it.
func (v *Values) LLC() (level, sizeBytes int, ok bool) {
	for _, cache := range v.Caches {
		if size, known := cache.SizeBytes.Get(); known && cache.Type != topology.Instruction && cache.Level > level {
			level, sizeBytes, ok = cache.Level, size, true
		}
	}
	return level, sizeBytes, ok
}

const (
	// assumedLLC is the commonest share of a server's last level.
	assumedLLC = 32 << 20
	// SharedLevel is the level that cores share, on most machines.
	SharedLevel = 3
	// usualLine is the line size in bytes of every x86 and most ARM processors.
	usualLine = 64
)

// LLCBytesOrDefault returns the size in bytes that a working set must exceed
// to be larger than every cache. It is the reported last level, or 32 MiB
// where the report ends before the level that cores share and is smaller.
// Some hypervisors tell a guest of the private caches only (seen under
// Bhyve), and Apple does not report its system-level cache.
func (v *Values) LLCBytesOrDefault() (sizeBytes int, assumed bool) {
	level, last, _ := v.LLC()
	if level < SharedLevel && last < assumedLLC {
		return assumedLLC, true
	}
	return last, false
}

// LineBytes returns the line size that the operating system reports, or else
// the first one that any source does.
func (v *Values) LineBytes() (int, bool) {
	if len(v.Lines) == 0 {
		return 0, false
	}
	return v.Lines[0].Bytes, true
}

// LineBytesOrDefault returns LineBytes, or 64 where no source reports a line
// or reports an implausibly short one.
func (v *Values) LineBytesOrDefault() int {
	line, ok := v.LineBytes()
	if !ok || line < usualLine/2 {
		return usualLine
	}
	return line
}

// FirstKind lists the ids of the usable CPUs of the first usable one's kind,
// ascending: those whose caches are alike.
func (v *Values) FirstKind() []int {
	var ids []int
	usable := v.Topology.Usable()
	for _, cpu := range usable {
		if cpu.Kind == usable[0].Kind {
			ids = append(ids, cpu.ID)
		}
	}
	slices.Sort(ids)
	return ids
}
