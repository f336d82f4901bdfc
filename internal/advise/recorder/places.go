package recorder

import (
	"fmt"
	"unsafe"

	"cachelab/internal/advise/record"
)

// A Placed is an object of the heap in a run that recorded where objects lie.
type Placed struct {
	Addr, SizeBytes uint64
	Site            *record.AllocSite
}

// Places returns the objects that the recorder's private memory knows. The
// last object at each address is there, dead or alive.
func (s *Snapshot) Places(private []byte, names Names) ([]Placed, error) {
	if len(private) != PrivateBytes {
		return nil, fmt.Errorf("the table of objects has %d bytes, expected %d: it is of another version of the adviser", len(private), PrivateBytes)
	}
	x := new(advPrivate)
	copy(unsafe.Slice((*byte)(unsafe.Pointer(x)), PrivateBytes), private)
	d := &decoder{s, names, map[uint32]*record.AllocSite{}, map[uint64]*record.Goroutine{}}
	var placed []Placed
	for i := range x.allocs {
		for _, a := range x.allocs[i] {
			if a.base != 0 && a.site != 0 && a.site <= advStacks {
				placed = append(placed, Placed{a.base, a.size, d.site(a.site)})
			}
		}
	}
	return placed, nil
}
