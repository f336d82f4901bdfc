package host

import (
	"math/bits"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// Go's time.Now reads a clock that Windows advances every 0.5 to 15.6 ms
// (runtime/sys_windows_amd64.s, nanotime1 of the interrupt time): most samples
// would take no time at all. The performance counter has steps of 100 ns; package
// testing uses it for the same reason.
var (
	kernel32                  = windows.NewLazySystemDLL("kernel32.dll")
	queryPerformanceCounter   = kernel32.NewProc("QueryPerformanceCounter")
	queryPerformanceFrequency = kernel32.NewProc("QueryPerformanceFrequency")

	counterHz = ask(queryPerformanceFrequency)
	firstTick = ask(queryPerformanceCounter)
)

// ask calls one of the two; since Windows XP they cannot fail.
func ask(proc *windows.LazyProc) uint64 {
	var n uint64
	syscall.SyscallN(proc.Addr(), uintptr(unsafe.Pointer(&n)))
	return n
}

func now() time.Duration {
	hi, lo := bits.Mul64(ask(queryPerformanceCounter)-firstTick, uint64(time.Second))
	ns, _ := bits.Div64(hi, lo, counterHz)
	return time.Duration(ns)
}
