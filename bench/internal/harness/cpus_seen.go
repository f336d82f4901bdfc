package harness

import (
	"sync"
	"testing"

	"cachelab/affinity"
)

// CPUsSeen notes on which CPUs goroutines are seen that nobody pins. The kernel may keep
// two threads on one CPU for a whole sample, although both may run anywhere: the sample
// then shows one CPU and not two.
type CPUsSeen struct {
	mu   sync.Mutex
	seen map[int]int // looks on each CPU
}

// Look notes the CPU that the calling thread is on. It is a system call of 0.2 µs and a
// lock: to be asked after each millisecond or so of work.
func (c *CPUsSeen) Look() {
	cpu, err := affinity.Current()
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen == nil {
		c.seen = map[int]int{}
	}
	c.seen[cpu]++
}

// leastSeen is the share of the looks from which on a CPU counts: of two goroutines that
// run side by side each CPU has half, and of two that took turns until the kernel moved
// one near the end the second CPU has few.
const leastSeen = 0.25

// CPUs is the number of CPUs; 0 where the system does not tell.
func (c *CPUsSeen) CPUs() int {
	all, n := 0, 0
	for _, looks := range c.seen {
		all += looks
	}
	for _, looks := range c.seen {
		if float64(looks) >= leastSeen*float64(all) {
			n++
		}
	}
	return n
}

// The two names of the number of CPUs in a result line.
const (
	// stateUnit is a state that the kernel chose: samples are compared with those of the
	// same state only, see package results.
	stateUnit = "os-cpus"
	// outcomeUnit is for what the benchmark itself decides. A goroutine that waits gives
	// its CPU to the one that it waits for, so that two that hand a channel over often
	// share one CPU, and two that spin on a mutex never do. To compare them only where
	// they have as many CPUs would leave no sample.
	outcomeUnit = "cpus-used"
)

// Report gives the sample the number of CPUs as a state, where the system tells.
func (c *CPUsSeen) Report(b *testing.B) { c.report(b.ReportMetric, stateUnit) }

// ReportOutcome gives the sample the number of CPUs as a part of its result.
func (c *CPUsSeen) ReportOutcome(b *testing.B) { c.report(b.ReportMetric, outcomeUnit) }

func (c *CPUsSeen) report(metric func(value float64, unit string), unit string) {
	if n := c.CPUs(); n > 0 {
		metric(float64(n), unit)
	}
}
