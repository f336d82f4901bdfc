package affinity

import (
	"fmt"
	"os"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"

	"cachelab/internal/cpulist"
	"strings"
)

const (
	widenHint   = "taskset, the cpuset cgroup, or the container's CPU settings"
	callsNeeded = "sched_setaffinity, sched_getaffinity, getcpu"
)

// mask is the affinity mask of one thread.
type mask struct{ set unix.CPUSetDynamic }

// reachable is what a thread may be pinned to: its own mask. The kernel leaves
// offline CPUs and those outside the cpuset out of it.
type reachable = mask

func reachableFrom(m mask) (reachable, error) { return m, nil }

const (
	// maskWord is the number of CPUs in an element of unix.CPUSetDynamic.
	maskWord = 8 * int(unsafe.Sizeof(uintptr(0)))
	// firstMaskCPUs is the glibc's and x/sys's CPU_SETSIZE, enough for most.
	firstMaskCPUs = 1024
)

func (m mask) has(cpu int) bool { return cpu >= 0 && m.set.IsSet(cpu) }

func (m mask) only(cpu int) bool { return m.has(cpu) && m.set.Count() == 1 }

func (m mask) cpus() []int {
	ids := make([]int, 0, m.set.Count())
	for id := range len(m.set) * maskWord {
		if m.set.IsSet(id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// maskOf returns the mask of one CPU, in scratch if that is large enough.
func maskOf(cpu int, scratch mask) mask {
	if cpu >= len(scratch.set)*maskWord {
		scratch.set = unix.NewCPUSet(max(cpu+1, firstMaskCPUs))
	}
	scratch.set.Zero()
	scratch.set.Set(cpu)
	return scratch
}

func getMask() (mask, error) { return growMask(unix.SchedGetaffinityDynamic) }

// getMaskInto is getMask without an allocation where scratch is long enough.
func getMaskInto(scratch mask) (mask, error) {
	// The kernel fills as much as its own masks have, which may be less.
	scratch.set.Zero()
	if len(scratch.set) == 0 || unix.SchedGetaffinityDynamic(0, scratch.set) != nil {
		return getMask()
	}
	return scratch, nil
}

// growMask reads the calling thread's mask with get. The kernel answers EINVAL
// to a buffer shorter than its own masks, and does not say how long those are.
func growMask(get func(pid int, set unix.CPUSetDynamic) error) (mask, error) {
	for n := firstMaskCPUs; ; n *= 2 {
		m := mask{unix.NewCPUSet(n)}
		err := get(0, m.set)
		if err == unix.EINVAL && n <= cpulist.MaxID {
			continue
		}
		return m, os.NewSyscallError("sched_getaffinity", err)
	}
}

// setMask sets the mask of the calling thread; a variable for the test of a
// restore that fails.
var setMask = func(m mask) error {
	return os.NewSyscallError("sched_setaffinity", unix.SchedSetaffinityDynamic(0, m.set))
}

// currentCPU asks by system call and not through the vDSO: 0.17 us here, once
// per placement.
func currentCPU() (int, error) {
	var cpu uint32
	_, _, errno := unix.RawSyscall(unix.SYS_GETCPU, uintptr(unsafe.Pointer(&cpu)), 0, 0)
	if errno != 0 {
		return 0, os.NewSyscallError("getcpu", errno)
	}
	return int(cpu), nil
}

// verify holds the kernel to its word. sched_setaffinity returns after the
// thread has moved, so one look is enough; sandboxes (gVisor) accept the call
// and do nothing.
func verify(cpu int) error {
	got, err := currentCPU()
	if err != nil {
		return err
	}
	if got != cpu {
		return fmt.Errorf("cpu %d: the kernel accepted the mask, but the thread runs on cpu %d: the sandbox ignores affinity, or the cpu just went offline", cpu, got)
	}
	return nil
}

// maskInStatus reads the mask of a thread from its /proc/PID/status, for
// sandboxes that refuse sched_getaffinity.
// Source: proc_pid_status(5), Cpus_allowed_list.
func maskInStatus(status []byte) ([]int, bool) {
	for line := range strings.Lines(string(status)) {
		if list, ok := strings.CutPrefix(line, "Cpus_allowed_list:"); ok {
			ids, err := cpulist.Parse(list)
			return ids, err == nil && len(ids) > 0
		}
	}
	return nil, false
}

// allowedWithoutMask is the CPUs of the process where its mask cannot be read by
// system call: those in /proc/self/status, or as many as the runtime counted.
func allowedWithoutMask() []int {
	if status, err := os.ReadFile("/proc/thread-self/status"); err == nil {
		if ids, ok := maskInStatus(status); ok {
			return ids
		}
	}
	return firstCPUs(runtime.NumCPU())
}

func threadID() int { return unix.Gettid() }
