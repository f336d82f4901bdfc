package topology

import (
	"cachelab/affinity/opt"
	"cmp"
	"slices"
)

// Topology is what the operating system claims about the CPUs of a machine
// and the caches that they share. It is a claim: a guest's topology is what
// its hypervisor chose to show.
type Topology struct {
	CPUs   []CPU   // every CPU the kernel names, in order of ID, offline ones too
	Caches []Cache // one entry a physical cache, by level, type and first CPU
	Limits Limits  // what this process may use of it

	// Warnings say what was missing or contradictory in the source, one
	// sentence each.
	Warnings []string

	// Isolated lists the CPUs that the scheduler does not balance (the kernel's
	// parameter isolcpus): threads that are not pinned stay where they start.
	Isolated []int

	// Kinds lists the kinds of cores, the fastest first; nil where the machine
	// has one kind.
	Kinds []Kind
}

// CPU is one logical CPU: what a thread can be pinned to.
type CPU struct {
	ID      int            // the kernel's number; ids may have holes
	Online  bool           // false: the id exists, and nothing can run there now
	Allowed bool           // in this process's affinity mask
	Core    opt.Value[int] // numbered within the whole machine, equal for SMT siblings
	Cluster opt.Value[int] // group of cores that share an L2 or a tag, where told
	Die     opt.Value[int]
	Package opt.Value[int] // socket
	Node    opt.Value[int] // NUMA node
	Kind    Kind           // of core; empty where the machine has one kind
}

// Cache is one cache as claimed.
type Cache struct {
	Level     int // 1 is nearest to the core
	Type      CacheType
	SizeBytes opt.Value[int]
	LineBytes opt.Value[int]
	Ways      opt.Value[int]
	CPUs      []int  // ids of the CPUs that share it, ascending; empty where that is not reported
	Source    string // "sysfs", "cpuinfo", "cpuid", "sysctl", "windows", "synthetic"
}

// CacheType is what a cache holds. It is empty where that is not reported.
type CacheType string

// The types of caches.
const (
	Data        CacheType = "data"
	Instruction CacheType = "instruction"
	Unified     CacheType = "unified"
)

// Kind is a kind of core on a machine that has several.
type Kind string

// The kinds of a machine with two.
const (
	Performance Kind = "performance"
	Efficiency  Kind = "efficiency"
)

// Limits is what the process may use of the machine.
type Limits struct {
	// QuotaCPUs is the cgroup's CPU quota in CPUs (quota/period), for
	// example 1.5; unknown where there is none.
	QuotaCPUs opt.Value[float64]
	// Cpuset lists the CPUs that the cgroup's cpuset leaves, ascending; nil
	// where there is no such limit.
	Cpuset []int
}

// Relation is the nearest thing that two CPUs share, by the claimed topology.
type Relation int

// From near to far.
const (
	Unknown      Relation = iota // the topology does not tell
	SameCPU                      // one and the same
	SameCore                     // SMT siblings: they share L1
	SameL2                       // other cores over one L2
	SameL3                       // other cores over one last-level cache (L3, or L4)
	SamePackage                  // one socket, no shared cache
	OtherPackage                 // another socket
)

// String gives the words used in machine.json and verdicts.json.
func (r Relation) String() string {
	switch r {
	case SameCPU:
		return "same CPU"
	case SameCore:
		return "same core"
	case SameL2:
		return "same L2"
	case SameL3:
		return "same L3"
	case SamePackage:
		return "same package"
	case OtherPackage:
		return "other package"
	}
	return "unknown"
}

// Pair is two CPUs and what they share.
type Pair struct {
	A, B     int
	Relation Relation
}

// Index returns the position of a CPU in t.CPUs, or the position where it
// would be inserted.
func (t *Topology) Index(id int) (int, bool) {
	if id >= 0 && id < len(t.CPUs) && t.CPUs[id].ID == id {
		return id, true // no hole before it
	}
	return slices.BinarySearchFunc(t.CPUs, id, func(c CPU, id int) int { return cmp.Compare(c.ID, id) })
}

// Sort puts CPUs and caches in the order that Topology promises: CPUs by ID,
// caches by level, type and first CPU.
func (t *Topology) Sort() {
	slices.SortFunc(t.CPUs, func(a, b CPU) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortStableFunc(t.Caches, func(a, b Cache) int {
		return cmp.Or(cmp.Compare(a.Level, b.Level), cmp.Compare(a.Type, b.Type), slices.Compare(a.CPUs, b.CPUs))
	})
}

// PlausibleLine reports whether processors have lines of so many bytes: a power
// of two from 16 (Intel's 80486) to 512, twice the longest in use (s390's 256).
func PlausibleLine(bytes int) bool { return bytes >= 16 && bytes <= 512 && bytes&(bytes-1) == 0 }
