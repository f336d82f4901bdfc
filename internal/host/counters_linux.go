package host

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// This file opens the events itself. github.com/aclements/go-perfevent was tried: it
// knows four hardware events, none of the software events that guests have, and its
// OpenCounter overwrites the bits that leave the kernel out. Without these bits
// perf_event_paranoid=2, the usual setting, forbids every counter to ordinary users.

// config gives type and config of perf_event_attr; perf_event_open(2).
func (e Event) config() (kind uint32, config uint64) {
	switch e {
	case Migrations:
		return unix.PERF_TYPE_SOFTWARE, unix.PERF_COUNT_SW_CPU_MIGRATIONS
	case ContextSwitches:
		return unix.PERF_TYPE_SOFTWARE, unix.PERF_COUNT_SW_CONTEXT_SWITCHES
	case PageFaults:
		return unix.PERF_TYPE_SOFTWARE, unix.PERF_COUNT_SW_PAGE_FAULTS
	case Instructions:
		return unix.PERF_TYPE_HARDWARE, unix.PERF_COUNT_HW_INSTRUCTIONS
	case Cycles:
		return unix.PERF_TYPE_HARDWARE, unix.PERF_COUNT_HW_CPU_CYCLES
	}
	return unix.PERF_TYPE_HARDWARE, unix.PERF_COUNT_HW_CACHE_MISSES
}

// OpenCounters starts counting the events for the calling thread, which must be
// locked to its goroutine. Events that the machine does not have are left out;
// where none is left the error says why. Reading works from any thread.
//
// Migrations and context switches happen in the kernel, so those counters
// include it; kernel.perf_event_paranoid of 2 and over then forbids them to
// ordinary users.
func OpenCounters(events ...Event) (*Counters, error) {
	c := &Counters{}
	var errs error
	for _, e := range events {
		kind, config := e.config()
		attr := unix.PerfEventAttr{
			Type: kind, Config: config, Size: uint32(unsafe.Sizeof(unix.PerfEventAttr{})),
			Read_format: unix.PERF_FORMAT_TOTAL_TIME_ENABLED | unix.PERF_FORMAT_TOTAL_TIME_RUNNING,
		}
		if kind == unix.PERF_TYPE_HARDWARE {
			attr.Bits = unix.PerfBitExcludeKernel | unix.PerfBitExcludeHv
		}
		const thisThread, anyCPU, noGroup = 0, -1, -1
		fd, err := unix.PerfEventOpen(&attr, thisThread, anyCPU, noGroup, unix.PERF_FLAG_FD_CLOEXEC)
		if err != nil {
			errs = errors.Join(errs, fmt.Errorf("%v: %w%s", e, err, hint(err)))
			continue
		}
		c.events, c.files = append(c.events, e), append(c.files, fd)
	}
	if len(c.events) == 0 {
		return nil, fmt.Errorf("%w: %w", ErrNoCounters, errs)
	}
	return c, nil
}

func hint(err error) string {
	if errors.Is(err, unix.EACCES) || errors.Is(err, unix.EPERM) {
		return " (consider: sysctl kernel.perf_event_paranoid=1)"
	}
	return ""
}

// Read returns the counts so far. A hardware counter that shared its unit with
// others is scaled up by the time that it ran, as perf does.
func (c *Counters) Read() Counts {
	counts := Counts{}
	if c == nil {
		return counts
	}
	for i, fd := range c.files {
		var b [24]byte // value, time enabled, time running
		if n, err := unix.Read(fd, b[:]); err != nil || n != len(b) {
			continue
		}
		value := binary.NativeEndian.Uint64(b[:])
		enabled, running := binary.NativeEndian.Uint64(b[8:]), binary.NativeEndian.Uint64(b[16:])
		if running != 0 && running < enabled {
			value = uint64(float64(value) * float64(enabled) / float64(running))
		}
		counts[c.events[i]] = value
	}
	return counts
}

// Close ends the counting.
func (c *Counters) Close() {
	if c == nil {
		return
	}
	for _, fd := range c.files {
		_ = unix.Close(fd)
	}
	c.events, c.files = nil, nil
}
