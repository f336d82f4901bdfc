package affinity

import (
	"encoding/json"
	"fmt"
)

// Opt is a value that the operating system may or may not have told. The zero
// Opt is "unknown"; unknown is never written as 0 or -1.
type Opt[T any] struct {
	value T
	known bool
}

// Some returns a known value.
func Some[T any](v T) Opt[T] { return Opt[T]{v, true} }

// Get returns the value, and whether it is known.
func (o Opt[T]) Get() (T, bool) { return o.value, o.known }

// Or returns the value, or def where it is unknown.
func (o Opt[T]) Or(def T) T {
	if o.known {
		return o.value
	}
	return def
}

// IsZero reports whether the value is unknown, so that the omitzero JSON
// option leaves it out.
func (o Opt[T]) IsZero() bool { return !o.known }

// MarshalJSON writes the value, or null where it is unknown.
func (o Opt[T]) MarshalJSON() ([]byte, error) {
	if !o.known {
		return []byte("null"), nil
	}
	return json.Marshal(o.value)
}

// UnmarshalJSON reads the value; null is unknown.
func (o *Opt[T]) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*o = Opt[T]{}
		return nil
	}
	o.known = true
	return json.Unmarshal(b, &o.value)
}

// String prints the value, or "?" where it is unknown.
func (o Opt[T]) String() string {
	if !o.known {
		return "?"
	}
	return fmt.Sprint(o.value)
}

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
}

// CPU is one logical CPU: what a thread can be pinned to.
type CPU struct {
	ID      int      // the kernel's number; ids may have holes
	Online  bool     // false: the id exists, and nothing can run there now
	Allowed bool     // in this process's affinity mask
	Core    Opt[int] // numbered within the whole machine, equal for SMT siblings
	Cluster Opt[int] // group of cores that share an L2 or a tag, where told
	Die     Opt[int]
	Package Opt[int] // socket
	Node    Opt[int] // NUMA node
	Kind    string   // "performance", "efficiency" or "" where the machine has one kind
}

// Cache is one cache as claimed.
type Cache struct {
	Level     int // 1 is nearest to the core
	Type      string
	SizeBytes Opt[int]
	LineBytes Opt[int]
	Ways      Opt[int]
	CPUs      []int  // ids of the CPUs that share it, ascending
	Source    string // "sysfs", "cpuid", "sysctl", "windows", "synthetic"
}

// Values of Cache.Type.
const (
	Data        = "data"
	Instruction = "instruction"
	Unified     = "unified"
)

// Limits is what the process may use of the machine.
type Limits struct {
	// QuotaCPUs is the cgroup's CPU quota in CPUs (quota/period), for
	// example 1.5; unknown where there is none.
	QuotaCPUs Opt[float64]
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
