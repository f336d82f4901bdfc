package instrument

import (
	"time"

	"cachelab/affinity/opt"
)

// Options bounds a measurement of one core. The zero value is the default.
type Options struct {
	// Budget is how long it may take, after its memory has been touched; 0: as
	// long as the measurement is known to need, which each says.
	Budget time.Duration
	// CPU is where it is measured; unknown: the quietest of Hints.CPUs.
	CPU opt.Value[int]
	// Seed decides lines and orders; 0 takes one from the clock.
	Seed uint64
}

// WithBudget returns the options with defaults in place of zeros.
func (o Options) WithBudget(budget time.Duration) Options {
	if o.Budget == 0 {
		o.Budget = budget
	}
	if o.Seed == 0 {
		o.Seed = uint64(time.Now().UnixNano())
	}
	return o
}

// Hints is what the system reports of a machine, as far as an instrument needs
// it to choose working sets and places. A wrong hint costs samples in the wrong
// places and a lower confidence; no answer is taken from it.
type Hints struct {
	LineBytes  int   // from node to node of a chain
	CacheBytes []int // reported sizes of data and unified caches, where sizes are crowded
	FirstBytes int   // reported first-level data cache; 0: not told
	LLCBytes   int   // reported last level, or a guess where the report ends early
	CPUs       []int // usable CPUs of one kind, ascending: where it may be measured
}
