// Package topology describes the CPUs of a machine and what they share.
//
// A [Topology] lists CPUs with their core, package, NUMA node and kind, and caches
// with the CPUs that share them. [Topology.Relation] says what two CPUs share.
// [Topology.PairPerRelation] picks one pair for each relation that the machine has.
// Package [cachelab/affinity/topology/detect] reads the topology of this machine
// or of a recorded one, and [Synthetic] makes a machine from a description.
//
// # What a topology is worth
//
// It is what a system reports. A guest sees the machine that its hypervisor
// chose to show, which may be neither the host's nor steady. What is not reported
// is unknown, an [opt.Value] without a value, and never 0 or -1. Contradictions
// are Warnings and not errors, because most of a machine can be read when a part
// of it is wrong.
//
// Core, Cluster and Die are numbered within the whole machine, in the order of
// their first CPU. Kernels number cores within a package, so several packages
// have a core 0. Package and Node keep the kernel's numbers. Packages without
// numbers are counted like cores.
//
// Hybrid machines have CPUs of several kinds. Compare numbers within one
// [CPU].Kind.
//
// # Known limits
//
//  1. s390's books and drawers have no field; they show in the caches.
//  2. On macOS the ids are nominal: the system reports how many CPUs share a
//     cache and not which.
//  3. On Windows the CPU limits of job objects are not read.
package topology
