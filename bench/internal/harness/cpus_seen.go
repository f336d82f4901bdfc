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

// Report gives the sample the number of CPUs, where the system tells.
func (c *CPUsSeen) Report(b *testing.B) {
	if n := c.CPUs(); n > 0 {
		b.ReportMetric(float64(n), "os-cpus")
	}
}
