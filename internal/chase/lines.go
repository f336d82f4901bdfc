package chase

import (
	"fmt"
	"unsafe"

	"cachelab/internal/arena"
)

// NewLineChain writes a chain through the words at the given offsets of the arena, in
// the given order. It fails where there are none, or one does not lie in the arena. No
// offset may come twice: the chain would close there, and [Chain.Check] says so.
func NewLineChain(a *arena.Arena, offsets []int) (*Chain, error) {
	word := int(unsafe.Sizeof(uintptr(0)))
	if len(offsets) == 0 {
		return nil, fmt.Errorf("chase: a chain through no lines")
	}
	for _, o := range offsets {
		if o < 0 || o%word != 0 || o+word > a.Size() {
			return nil, fmt.Errorf("chase: a word at %d of an arena of %d", o, a.Size())
		}
	}
	start := a.At(offsets[0])
	at := start
	for _, o := range offsets[1:] {
		next := a.At(o)
		*(*unsafe.Pointer)(at) = next
		at = next
	}
	*(*unsafe.Pointer)(at) = start
	return &Chain{start: start, nodes: len(offsets)}, nil
}
