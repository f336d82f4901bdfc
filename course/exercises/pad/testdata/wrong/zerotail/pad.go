// A computed pad behind the fields: of no bytes one day.
package pad

import "unsafe"

type Fields struct {
	Hits   uint64
	Misses uint64
	Name   string
}

const line = 64

type Stats struct {
	Fields
	_ [(line - unsafe.Sizeof(Fields{})%line) % line]byte
}
