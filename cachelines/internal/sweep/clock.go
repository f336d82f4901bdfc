package sweep

import (
	"cachelab/affinity/opt"
	"cachelab/cachelines/internal/machine"
	"cachelab/internal/stats"
)

// clockAdds is a chain of 10 µs at 4 GHz.
const clockAdds = 40000

// Clock measures the clock that a core runs at, in the middle of what else is
// measured on it: by a chain of dependent additions, one a cycle. The time-stamp
// counter would not do: it keeps one rate, 2.6 GHz where a core ran at 3.7.
type Clock struct{ hz []float64 }

// Sample takes one sample.
func (c *Clock) Sample(m machine.Machine, seed uint64) {
	c.hz = append(c.hz, clockAdds/m.Add(clockAdds, seed).Seconds())
}

// Hz is the median, in Hz.
func (c *Clock) Hz() opt.Value[float64] { return opt.Some(stats.Median(c.hz)) }

// EachHz is each sample, in Hz: of a [Loop] that takes one at the beginning of a round,
// the clock of that round.
func (c *Clock) EachHz() []float64 { return c.hz }
