// A pad around a pointer: it moves the pointers apart, and not what they point to.
package pad

import "cachelab/cachelines"

type Fields struct {
	Hits   uint64
	Misses uint64
	Name   string
}

type Stats struct {
	*Fields
	_ cachelines.Pad
}

// Hits would be ambiguous otherwise.
var _ = Stats{Fields: new(Fields)}
