package chase

import (
	"time"
	"unsafe"

	"cachelab/internal/host"
)

// Walk follows n links from p and returns where it ends, which a caller hands
// to the next Walk: the next walk then depends on this one.
//
// The loop must compile to dependent loads and one counter, unrolled by 8 so
// that its place in the code does not matter (trap G3): a link costs the load
// alone. TestKernelShapes holds it to that.
//
//go:noinline
func Walk(p unsafe.Pointer, n int) unsafe.Pointer {
	for ; n >= 8; n -= 8 {
		p = *(*unsafe.Pointer)(p)
		p = *(*unsafe.Pointer)(p)
		p = *(*unsafe.Pointer)(p)
		p = *(*unsafe.Pointer)(p)
		p = *(*unsafe.Pointer)(p)
		p = *(*unsafe.Pointer)(p)
		p = *(*unsafe.Pointer)(p)
		p = *(*unsafe.Pointer)(p)
	}
	for ; n > 0; n-- {
		p = *(*unsafe.Pointer)(p)
	}
	return p
}

// Time walks that many links from p. It returns where the walk ends and how long it
// took, with what two readings of the clock cost.
func Time(p unsafe.Pointer, links int) (end unsafe.Pointer, took time.Duration) {
	begin := host.Now()
	end = Walk(p, links)
	return end, host.Now() - begin
}

// valueAt is where a node keeps its value: behind its link, frequently accessed
// together with it and so on the same line.
const valueAt = unsafe.Sizeof(uintptr(0))

// WalkIncrement follows n links from p and adds 1 to the value of every node
// that it leaves (Drepper 2007, figure 3.13, "Inc"). The nodes are at least two
// words long.
//
// Beside Walk's load a link costs one read-modify-write of memory, which no
// later link waits for.
//
//go:noinline
func WalkIncrement(p unsafe.Pointer, n int) unsafe.Pointer {
	for ; n >= 8; n -= 8 {
		p = increment(increment(increment(increment(p))))
		p = increment(increment(increment(increment(p))))
	}
	for ; n > 0; n-- {
		p = increment(p)
	}
	return p
}

func increment(p unsafe.Pointer) unsafe.Pointer {
	next := *(*unsafe.Pointer)(p)
	*(*uint64)(unsafe.Add(p, valueAt))++
	return next
}

// WalkAddNext follows n links from p and adds to the value of every node that
// it leaves the value of the next one (Drepper 2007, figure 3.13, "Addnext0"):
// the next node is needed before this one is written.
//
//go:noinline
func WalkAddNext(p unsafe.Pointer, n int) unsafe.Pointer {
	for ; n >= 8; n -= 8 {
		p = addNext(addNext(addNext(addNext(p))))
		p = addNext(addNext(addNext(addNext(p))))
	}
	for ; n > 0; n-- {
		p = addNext(p)
	}
	return p
}

func addNext(p unsafe.Pointer) unsafe.Pointer {
	next := *(*unsafe.Pointer)(p)
	*(*uint64)(unsafe.Add(p, valueAt)) += *(*uint64)(unsafe.Add(next, valueAt))
	return next
}
