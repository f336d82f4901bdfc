package cachelines

import (
	"time"

	"cachelab/affinity/opt"
)

// CoreOptions bounds a measurement of one core's caches. The zero value is the default.
type CoreOptions struct {
	// Budget is how long it may take, after its memory has been touched; 0: as long as
	// the measurement is known to need, which each says.
	Budget time.Duration
	// CPU is where it is measured; unknown: the quietest of the first one's kind.
	CPU opt.Value[int]
	// Seed decides lines and orders; 0 takes one from the clock.
	Seed uint64
}

// or is o with defaults.
func (o CoreOptions) or(budget time.Duration) CoreOptions {
	if o.Budget == 0 {
		o.Budget = budget
	}
	if o.Seed == 0 {
		o.Seed = uint64(time.Now().UnixNano())
	}
	return o
}
