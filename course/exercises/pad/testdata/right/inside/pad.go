// The pads are inside Fields, on both sides.
package pad

import "cachelab/cachelines"

type Fields struct {
	_      cachelines.Pad
	Hits   uint64
	Misses uint64
	Name   string
	_      cachelines.Pad
}

type Stats struct{ Fields }
