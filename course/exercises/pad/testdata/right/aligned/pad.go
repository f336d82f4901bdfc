// A word less than a line is enough between data that begins and ends at words.
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

type Stats struct {
	Fields
	_ [unsafe.Sizeof(cachelines.Pad{}) - 8]byte
}
