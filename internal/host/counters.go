package host

import "errors"

// Event is something that the kernel or the CPU counts for one thread.
type Event int

// Software events work everywhere on Linux, also in a guest without a virtual
// performance counter unit; hardware events need one.
const (
	Migrations      Event = iota // the thread was moved to another CPU
	ContextSwitches              // the thread was taken off a CPU
	PageFaults
	Instructions // hardware, user mode only
	Cycles       // hardware, user mode only
	CacheMisses  // hardware, last level, user mode only
)

// String gives the kernel's name of the event, as perf list has it.
func (e Event) String() string {
	return [...]string{"cpu-migrations", "context-switches", "page-faults", "instructions", "cycles", "cache-misses"}[e]
}

// SoftwareEvents are the events that prove how a thread was treated.
var SoftwareEvents = []Event{Migrations, ContextSwitches, PageFaults}

// HardwareEvents are the events that many guests do not have.
var HardwareEvents = []Event{Instructions, Cycles, CacheMisses}

// Counts holds what was counted; an event that could not be counted is absent.
type Counts map[Event]uint64

// Sub returns the counts since an earlier reading of the same counters.
func (c Counts) Sub(earlier Counts) Counts {
	d := Counts{}
	for event, n := range c {
		if before, ok := earlier[event]; ok {
			d[event] = n - before
		}
	}
	return d
}

// ErrNoCounters says that this system cannot count for a thread.
var ErrNoCounters = errors.New("host: no perf events on this system")

// Counters counts events of one thread. The zero Counters, and a nil one,
// count nothing.
type Counters struct {
	events []Event
	files  []int
}
