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
	if len(offsets) == 0 {
		return nil, fmt.Errorf("chase: a chain through no lines")
	}
	for _, o := range offsets {
		if o < 0 || o%wordBytes != 0 || o+wordBytes > a.Size() {
			return nil, fmt.Errorf("chase: a word at %d of an arena of %d", o, a.Size())
		}
	}
	return cycle(len(offsets), func(i int) unsafe.Pointer { return a.At(offsets[i]) }), nil
}
