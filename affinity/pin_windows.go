package affinity

import (
	"fmt"
	"math/bits"
	"os"
	"runtime"
	"slices"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"cachelab/affinity/internal/glpi"
)

const (
	widenHint   = "start /affinity, or the job object's settings"
	callsNeeded = "SetThreadGroupAffinity, GetThreadGroupAffinity, GetCurrentProcessorNumberEx"
)

var (
	kernel32                    = windows.NewLazySystemDLL("kernel32.dll")
	setThreadGroupAffinity      = kernel32.NewProc("SetThreadGroupAffinity")
	getThreadGroupAffinity      = kernel32.NewProc("GetThreadGroupAffinity")
	getCurrentProcessorNumberEx = kernel32.NewProc("GetCurrentProcessorNumberEx")
	getProcessAffinityMask      = kernel32.NewProc("GetProcessAffinityMask")
)

// mask is GROUP_AFFINITY: a thread's CPUs, all in one processor group.
type mask struct {
	bits     uintptr
	group    uint16
	reserved [3]uint16
}

func (m mask) has(cpu int) bool {
	return cpu >= 0 && cpu/glpi.GroupCPUs == int(m.group) && uint64(m.bits)>>(cpu%glpi.GroupCPUs)&1 == 1
}

func (m mask) only(cpu int) bool { return m.has(cpu) && bits.OnesCount64(uint64(m.bits)) == 1 }

// reachable is what a thread may be pinned to, ascending: the process's CPUs,
// in every group, because a thread may change its group.
type reachable []int

func (r reachable) has(cpu int) bool { _, ok := slices.BinarySearch(r, cpu); return ok }

func (r reachable) cpus() []int { return slices.Clone([]int(r)) }

// reachableFrom asks for the process's mask, which does not depend on that of
// the thread. The call gives zeros for a process whose threads are in several
// groups; nothing then limits it within them.
func reachableFrom(mask) (reachable, error) {
	var process, system uintptr
	ok, _, err := getProcessAffinityMask.Call(uintptr(windows.CurrentProcess()),
		uintptr(unsafe.Pointer(&process)), uintptr(unsafe.Pointer(&system)))
	if ok == 0 {
		return nil, os.NewSyscallError("GetProcessAffinityMask", err)
	}
	b, err := glpi.Read()
	if err != nil {
		return nil, err
	}
	t, err := glpi.Parse(b, int(unsafe.Sizeof(uintptr(0))))
	if err != nil {
		return nil, err
	}
	m, err := getMask()
	if err != nil {
		return nil, err
	}
	var ids reachable
	for _, c := range t.CPUs {
		// A process that was narrowed stays in its own group. One that was
		// not may use the others as well (Windows 11, Server 2022).
		inGroup := c.ID/glpi.GroupCPUs == int(m.group)
		if process == 0 || process == system && !inGroup ||
			inGroup && uint64(process)>>(c.ID%glpi.GroupCPUs)&1 == 1 {
			ids = append(ids, c.ID)
		}
	}
	return ids, nil
}

func maskOf(cpu int, _ mask) mask {
	return mask{bits: 1 << (cpu % glpi.GroupCPUs), group: uint16(cpu / glpi.GroupCPUs)}
}

func getMask() (mask, error) {
	var m mask
	ok, _, err := getThreadGroupAffinity.Call(uintptr(windows.CurrentThread()), uintptr(unsafe.Pointer(&m)))
	if ok == 0 {
		return m, os.NewSyscallError("GetThreadGroupAffinity", err)
	}
	return m, nil
}

func getMaskInto(mask) (mask, error) { return getMask() }

// setMask sets the mask of the calling thread; a variable for the test of a
// restore that fails.
var setMask = func(m mask) error {
	ok, _, err := setThreadGroupAffinity.Call(uintptr(windows.CurrentThread()), uintptr(unsafe.Pointer(&m)), 0)
	if ok == 0 {
		return os.NewSyscallError("SetThreadGroupAffinity", err)
	}
	return nil
}

func currentCPU() (int, error) {
	// PROCESSOR_NUMBER; the call cannot fail.
	var n struct {
		group            uint16
		number, reserved uint8
	}
	if err := getCurrentProcessorNumberEx.Find(); err != nil {
		return 0, err
	}
	getCurrentProcessorNumberEx.Call(uintptr(unsafe.Pointer(&n)))
	return int(n.group)*glpi.GroupCPUs + int(n.number), nil
}

// verify holds Windows to its word. It moves the thread when it is next
// scheduled, so the look is repeated for a few time slices.
func verify(cpu int) error {
	const patience = 100 * time.Millisecond // some six clock ticks of 15.6 ms
	for start := time.Now(); ; time.Sleep(time.Millisecond) {
		got, err := currentCPU()
		if err != nil {
			return err
		}
		if got == cpu {
			return nil
		}
		if time.Since(start) > patience {
			return fmt.Errorf("cpu %d: Windows accepted the mask, but the thread still runs on cpu %d", cpu, got)
		}
	}
}

func allowedWithoutMask() []int { return firstCPUs(runtime.NumCPU()) }

func threadID() int { return int(windows.GetCurrentThreadId()) }
