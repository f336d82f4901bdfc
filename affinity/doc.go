// Package affinity says which CPUs a process may use and what they share, and
// puts threads on them.
//
// A service that keeps a shard of data on one core, an experiment that
// compares two cores of an L3 with two sockets, and a log line that says where a
// number was measured all need the same three things:
//
//   - [Allowed], [Pin], [Do], [Move] and [Current]: the CPUs of the process's mask,
//     and a goroutine on one of them, verified.
//   - [Host] and [ReadTopology]: cores, packages, NUMA nodes, core kinds and caches
//     as the system claims them, of this machine or of a recorded one;
//     [Synthetic] makes a machine that is not there.
//   - [Topology.Relation] and [Topology.Pairs]: what two CPUs share, and one pair for
//     each relation that the machine has.
//
// # What a pin promises
//
// A pinned goroutine is locked to its OS thread, the thread's mask holds one
// CPU, and the thread was seen to run there. A pin that cannot be honoured
// fails; ask [Support] first, which gives the reason. Linux and Windows pin.
// On other systems Pin, Do, Move and Current return [ErrUnsupported], and the
// rest works as far as the system tells.
//
// A pin does not reserve the CPU: other threads, interrupts and, in a guest, the
// hypervisor's scheduler use it too. It keeps the thread on a virtual CPU and
// says nothing about where that one runs.
//
// # Traps
//
// The order is lock, save, set, verify, work, restore, unlock, and this package
// keeps it in every way out of [Do]: return, panic and [runtime.Goexit]. A mask set
// without [runtime.LockOSThread] stays on a thread that the scheduler hands to
// other goroutines. So if a mask cannot be put back, the goroutine stays locked
// and the runtime ends the thread with it. New threads of the runtime do not
// inherit the mask of a locked one (they come from a clean template thread), but
// on Linux processes started by os/exec from a pinned goroutine do.
//
// A mask is not a count. CPUs go offline and cgroups leave holes: {1, 4, 5} are
// three CPUs, and there is no CPU 0 among them. Range over [Allowed], never over
// [runtime.NumCPU], and expect ids beyond 1023.
//
// Since Go 1.25 GOMAXPROCS follows the mask and the cgroup's CPU quota
// ([Limits].QuotaCPUs, rounded up, at least 2), and go test's -cpu sets it anew. A
// quota of 1.5 CPUs on a machine with 64 leaves all 64 in the mask: pins succeed
// everywhere, and the process is stopped for the rest of each period once the
// quota is used. Do not let more pinned goroutines spin than GOMAXPROCS: two
// spinners on one P wait for each other's 10 ms preemption.
//
// Hybrid machines have CPUs of several kinds. Group by [CPU].Kind before
// comparing numbers; Pairs prefers pairs of one kind.
//
// A goroutine that is pinned for long, in a service, costs a thread switch at
// every channel operation with others, and the garbage collector's workers
// still run on its CPU. Pin what computes, not what waits.
//
// # What the topology is worth
//
// It is a claim, see [Topology]. What a system does not tell is unknown, an
// [opt.Value] without a value, and never 0 or -1. Contradictions are Warnings and not
// errors, because most of a machine can be read when a part of it is wrong.
//
// Core, Cluster and Die are numbered within the whole machine, in the order of
// their first CPU: kernels number cores within a package, and several packages
// have a core 0. Package and Node keep the kernel's numbers
// (packages that have none are counted like cores).
//
// Known limits:
//
//  1. s390's books and drawers have no field; they show in the caches.
//  2. On macOS the ids are nominal: the system tells how many CPUs share a
//     cache and not which.
//  3. On Windows job objects' CPU limits are not read, and a process of several
//     processor groups that was narrowed counts as confined to its own group.
//  4. Three kinds of cores become two: the fastest, and those under 85% of them.
//  5. FreeBSD, NetBSD and DragonFly can pin; this package does not do it.
package affinity
