package recorder

import (
	"sync/atomic"
	"unsafe"
)

// This file stands in for package runtime where the logic is tested. Its
// counterpart is runtime.go.txt.

// FileBytes is the size of the shared file, PrivateBytes of the memory beside it.
const (
	FileBytes    = int(unsafe.Sizeof(advFile{}))
	PrivateBytes = int(unsafe.Sizeof(advPrivate{}))
)

const advRecordBytes = uint64(unsafe.Sizeof(advRecord{}))

func advAddress(r *advRecord) uint64 { return uint64(uintptr(unsafe.Pointer(r))) }

func advLoad64(p *uint64) uint64               { return atomic.LoadUint64(p) }
func advCas64(p *uint64, old, new uint64) bool { return atomic.CompareAndSwapUint64(p, old, new) }
func advTryLock(p *uint32) bool                { return atomic.CompareAndSwapUint32(p, 0, 1) }
func advUnlock(p *uint32)                      { atomic.StoreUint32(p, 0) }

func advLock(p *uint32) bool {
	for range 1000 {
		if advTryLock(p) {
			return true
		}
	}
	return false
}

// advHeapObject is set by tests: it returns the slot that addr lies in.
var advHeapObject = func(addr uint64) (base, class uint64, tiny bool) { return 0, 0, false }
