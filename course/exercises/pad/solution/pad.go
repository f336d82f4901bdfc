// Package pad is an exercise: see README.md in the folder above.
package pad

import (
	"unsafe"

	"cachelab/cachelines"
)

// Fields are what one worker counts.
type Fields struct {
	Hits   uint64
	Misses uint64
	Name   string
}

// line is a pad's size by what Go says for this architecture.
const line = unsafe.Sizeof(cachelines.Pad{})

// Stats are one worker's fields. The program has a slice of them, one element
// for each worker, and each worker writes to its own element only.
type Stats struct {
	// Fills up to whole lines: keeps Fields off the lines of the element before.
	// The second % makes it nothing where nothing is missing. It stands in front,
	// because a struct that ends in a field of no size gets a word more.
	_ [(line - unsafe.Sizeof(Fields{})%line) % line]byte
	Fields
}
