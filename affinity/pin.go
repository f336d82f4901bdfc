package affinity

import (
	"errors"
	"fmt"
)

// ErrUnsupported is wrapped by the error of every call that the operating
// system offers no means for. [Support] says so beforehand, with the reason.
var ErrUnsupported = errors.New("affinity: not supported by this operating system")

// ErrNotInMask is wrapped by the error of a pin or move to a CPU that the process may
// not run on, or that does not exist.
var ErrNotInMask = errors.New("not in this process's affinity mask")

// ErrNotRestored is wrapped by the error of a restore that could not put back
// the mask of its thread, and by that of [Do] in this case.
var ErrNotRestored = errors.New("affinity: the thread's mask was not restored")

// Capability is what this process can do about where its threads run.
type Capability struct {
	// Pin: Pin, Do and Move work.
	Pin bool
	// Reason says why Pin is false; empty where it is true.
	Reason string
	// Remains says what can be had instead; empty where Pin is true.
	Remains string
}

// Support reports what this process can do. It tries a system call on a thread
// of its own once, because a sandbox may forbid what the kernel offers.
func Support() Capability { return support() }

// Pin ties the calling goroutine to an OS thread and that thread to one CPU,
// and verifies that it runs there. The cpu is the kernel's id (on Windows 64
// times the processor group, plus the number in the group) and must be one of
// [Allowed]; otherwise the error wraps [ErrNotInMask]. On failure nothing is pinned or
// locked, and restore does nothing.
//
// On success restore ends this pin: it puts back the mask that the thread had
// before, and unlocks the goroutine. It must be called by the goroutine that
// called Pin, and panics on another thread. Further calls do nothing.
//
// An error of restore wraps [ErrNotRestored]: the mask could not be put back. The
// goroutine then stays locked, so that the thread ends with it rather than serve
// others with a mask that is not theirs. A further call tries again.
//
// Pins nest. The thread runs where the latest pin that is still in force put it,
// and pins may end in any order: if an outer pin ends first, the thread stays
// where the inner one put it, and gets the mask from before the outer one when
// the inner one ends. A goroutine that ends without restore takes its thread with
// it.
func Pin(cpu int) (restore func() error, err error) {
	undo, err := pin(cpu)
	if err != nil {
		return func() error { return nil }, fmt.Errorf("affinity: pin: %w", err)
	}
	return undo, nil
}

// Do runs f pinned to cpu, on the calling goroutine, and restores the mask of the
// thread when f returns, panics or calls [runtime.Goexit].
//
// If the error wraps [ErrNotRestored], f ran, and the goroutine is still locked
// to its thread and should end. After any other error f did not run.
func Do(cpu int, f func()) (err error) {
	undo, err := pin(cpu)
	if err != nil {
		return fmt.Errorf("affinity: pin: %w", err)
	}
	defer func() { err = undo() }()
	f()
	return nil
}

// Move changes the CPU of the calling thread, and verifies that it runs there.
// The goroutine must be locked to its thread: by [Pin] or [Do], whose restore
// then undoes the move as well, or by [runtime.LockOSThread], in which case
// nothing undoes it and the goroutine should end locked. Go cannot tell whether
// a goroutine is locked, so Move cannot check it.
//
// On failure the thread is where it was, or, if the error says so, somewhere
// else. On Linux a move after Pin does not allocate; beyond sched_setaffinity it
// makes three short system calls, for its checks: 3.4 of the 22 µs of a move to another
// CPU on a guest where any system call takes 1 µs (Zen 5 under Bhyve).
func Move(cpu int) error {
	if err := move(cpu); err != nil {
		return fmt.Errorf("affinity: move: %w", err)
	}
	return nil
}

// Current returns the CPU that the calling thread runs on. Unless the
// goroutine is pinned, the answer may be old when it arrives.
func Current() (int, error) {
	cpu, err := currentCPU()
	if err != nil {
		return 0, fmt.Errorf("affinity: current cpu: %w", err)
	}
	return cpu, nil
}

// Allowed returns the ids of the CPUs that this process may run on, ascending:
// its affinity mask, which has holes where CPUs are offline or kept from it. It
// is not a count: do not range over [runtime.NumCPU] instead.
//
// On a pinned thread it is the mask from before the pin. If a sandbox refuses the
// system call, Linux's /proc/self/status has the mask. Where the operating system
// has no masks (macOS) or no way to read them, the CPUs are numbered from 0 to
// NumCPU-1.
func Allowed() ([]int, error) {
	ids, err := allowedCPUs()
	if err != nil {
		return nil, fmt.Errorf("affinity: mask: %w", err)
	}
	return ids, nil
}

// firstCPUs numbers n CPUs from 0.
func firstCPUs(n int) []int {
	ids := make([]int, n)
	for i := range ids {
		ids[i] = i
	}
	return ids
}
