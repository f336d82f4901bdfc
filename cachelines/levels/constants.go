package levels

import "cachelab/cachelines/internal/ladder"

// constants are the numbers that levels are inferred by. They are a value so that
// TestConstants can halve and double each.
type constants struct {
	Ladder         ladder.Constants
	EarlyRise      float64
	MergeFrom      float64
	MergeTo        float64
	LeastHits      float64
	MostHits       float64
	LeastSamples   int
	MemoryOctaves  float64
	MemoryOverLLC  float64
	LLCFrom, LLCTo float64
	LLCQuantile    float64
}

var inferBy = constants{
	Ladder: ladder.Default,

	// EarlyRise of the plateau's latency is too much for a sample on it.
	EarlyRise: 1.6,

	// MergeFrom to MergeTo is by what ratio the last octave of a plateau may be
	// slower than all of it, where it begins to look like two levels that were run
	// into one, and is: about ladder's LeastRise, 0.1 to each side.
	MergeFrom: 1.15, MergeTo: 1.35,

	// A working set shows how much of it the last level holds where a fair part of
	// its loads hit and a fair part miss: outside, a few percent of error in a
	// latency are the answer.
	LeastHits: 0.15, MostHits: 0.85,

	// LeastSamples is the number of such samples that make an interval.
	LeastSamples: 12,

	// MemoryOctaves is how many octaves at the ladder's end are memory.
	MemoryOctaves: 1,

	// MemoryOverLLC is the least ratio of memory's latency to a last level's: it
	// is three and more in the field.
	MemoryOverLLC: 2,

	// From LLCFrom times the private level on, half of the loads reach the last
	// one; its latency is that of the better sets up to LLCTo times, so the lower
	// quartile is taken.
	LLCFrom: 2, LLCTo: 4, LLCQuantile: 0.25,
}

// besideBytes is what may be in a cache beside the set that is walked: eight
// lines of the walk's own stack, the clock's data and the runtime's. It was seen
// as a first level of 32 KiB from which misses begin at 31.6 (and 47 of 48).
const besideBytes = 8 * 64
