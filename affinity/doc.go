// Package affinity puts threads on CPUs, and verifies that they run there.
//
// [Allowed] lists the CPUs that the process may use. [Pin], [Do] and [Move] put
// the calling goroutine on one of them, and [Current] says where it runs. Package
// [cachelab/affinity/topology] says what CPUs share, and
// [cachelab/affinity/topology/detect] reads that of this machine.
//
// # What a pin promises
//
// A pinned goroutine is locked to its OS thread, the mask of the thread holds
// one CPU, and the thread was seen to run there. A pin that cannot be honoured
// fails. Ask [Support] first: it gives the reason. Linux and Windows pin. On other
// systems Pin, Do, Move and Current return [ErrUnsupported].
//
// A pin does not reserve the CPU. Other threads, interrupts and, in a guest, the
// hypervisor's scheduler use it too. In a guest, the pin keeps the thread on a
// virtual CPU and says nothing about the core that runs it.
//
// # Traps
//
// The order is lock, save, set, verify, work, restore, unlock. This package
// keeps it in every way out of [Do]: return, panic and [runtime.Goexit]. A mask
// that is set without [runtime.LockOSThread] stays on a thread that the scheduler
// hands to other goroutines. So if a mask cannot be put back, the goroutine stays
// locked and the runtime ends the thread with it. New threads of the runtime do
// not inherit the mask of a locked one, because they are made from a clean
// template thread. On Linux, processes that os/exec starts from a pinned
// goroutine do inherit it.
//
// A mask is not a count. CPUs go offline and cgroups leave holes: {1, 4, 5} are
// three CPUs, and there is no CPU 0 among them. Range over [Allowed], never over
// [runtime.NumCPU], and expect ids beyond 1023.
//
// Since Go 1.25 GOMAXPROCS follows the mask and the CPU quota of the cgroup,
// rounded up and at least 2. A quota of 1.5 CPUs on a machine with 64 leaves all
// 64 in the mask: pins succeed everywhere, and the process is stopped for the
// rest of each period once the quota is used. Do not let more pinned goroutines
// spin than GOMAXPROCS: two spinners on one P wait for each other's preemption,
// which takes 10 ms.
//
// A goroutine that is pinned for long, in a service, costs a thread switch at
// every channel operation with others, and the garbage collector's workers still
// run on its CPU. Pin what computes, not what waits.
//
// # Known limits
//
//  1. On Windows, a process of several processor groups that was narrowed counts
//     as confined to its own group.
//  2. FreeBSD, NetBSD and DragonFly can pin; this package does not do it.
package affinity
