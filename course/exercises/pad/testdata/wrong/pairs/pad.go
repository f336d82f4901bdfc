// Filled up to pairs of lines: right by luck, until Fields has 128 bytes and the pad none.
package pad

import "unsafe"

type Fields struct {
	Hits   uint64
	Misses uint64
	Name   string
}

type Stats struct {
	Fields
	_ [(128 - unsafe.Sizeof(Fields{})%128) % 128]byte
}
