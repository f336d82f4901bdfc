// Filled up to whole lines: in a slice of nine, which begins 8 bytes past a line, neighbours share one.
package pad

import (
	"unsafe"

	"cachelab/cachelines"
)

type Fields struct {
	Hits   uint64
	Misses uint64
	Name   string
}

const line = unsafe.Sizeof(cachelines.Pad{})

type Stats struct {
	_ [(line - unsafe.Sizeof(Fields{})%line) % line]byte
	Fields
}
