// Package pad is an exercise: see README.md in the folder above.
package pad

import "cachelab/cachelines"

// Fields are what one worker counts.
type Fields struct {
	Hits   uint64
	Misses uint64
	Name   string
}

// Stats are one worker's fields. The program has a slice of them, one element
// for each worker, and each worker writes to its own element only.
type Stats struct {
	// Keeps Fields and the element before in the slice on different lines. It is a whole
	// line long, so that it does not matter where the slice begins or how large Fields
	// is.
	_ cachelines.Pad
	Fields
}
