package crew

import (
	"sync"
	"sync/atomic"
	"unsafe"
)

// Kernel is the inner loop of one worker: n operations on the word at p. All
// layouts of one operation run the same machine code at the same address; only
// p differs (trap F9).
type Kernel func(p unsafe.Pointer, n int)

// AddPlain increments *p n times: one read-modify-write of memory each, no lock.
//
// The loop must keep the add on memory and not in a register, and is not
// unrolled: the compiler would merge neighbouring increments into one. It is
// bound by store forwarding, so its place in the code does not matter.
//
//go:noinline
func AddPlain(p unsafe.Pointer, n int) {
	word := (*uint64)(p)
	for ; n > 0; n-- {
		*word++
	}
}

// StoreLoop writes n values to *p and reads nothing: the store buffer may merge
// what the cache then never sees.
//
//go:noinline
func StoreLoop(p unsafe.Pointer, n int) {
	word := (*uint64)(p)
	for ; n > 0; n-- {
		*word = uint64(n)
	}
}

// AddAtomic adds 1 to *p n times with an atomic add.
//
//go:noinline
func AddAtomic(p unsafe.Pointer, n int) {
	word := (*uint64)(p)
	for ; n > 0; n-- {
		atomic.AddUint64(word, 1)
	}
}

// AddCAS adds 1 to *p n times with a loop of load and compare-and-swap.
//
//go:noinline
func AddCAS(p unsafe.Pointer, n int) {
	word := (*uint64)(p)
	for ; n > 0; n-- {
		for {
			old := atomic.LoadUint64(word)
			if atomic.CompareAndSwapUint64(word, old, old+1) {
				break
			}
		}
	}
}

// Guarded is a counter behind a mutex, as a program would write it: the lock
// and what it guards on one line, because they are accessed together.
type Guarded struct {
	mu sync.Mutex
	n  uint64
}

// Count returns the counter; nobody may be counting.
func (g *Guarded) Count() uint64 { return g.n }

// AddMutex adds 1 n times to the Guarded at p, under its lock.
//
//go:noinline
func AddMutex(p unsafe.Pointer, n int) {
	g := (*Guarded)(p)
	for ; n > 0; n-- {
		g.mu.Lock()
		g.n++
		g.mu.Unlock()
	}
}

// AddLocal counts n times in a register and adds the result to *p once, with an
// atomic add: what keeping the count on the stack gives. Its loop-carried
// dependence is one cycle an operation, the least that a count can cost.
//
//go:noinline
func AddLocal(p unsafe.Pointer, n int) {
	var count uint64
	for ; n > 0; n-- {
		count++
	}
	atomic.AddUint64((*uint64)(p), count)
}

// LoadLoop reads *p n times, each read waiting for none: what a reader beside a
// writer does. It returns the sum, which keeps the loads alive.
//
//go:noinline
func LoadLoop(p unsafe.Pointer, n int) uint64 {
	word := (*uint64)(p)
	var sum uint64
	for ; n > 0; n-- {
		sum += atomic.LoadUint64(word)
	}
	return sum
}

// multiplyChains does n rounds of eight independent multiply chains. Eight
// cover the latency of an integer multiply (3 or 4 cycles) on up to two
// multiply ports, so the loop is bound by the ports: two siblings of one core
// together do little more than one of them alone, two cores do twice as much
// (trap H14: a loop over all ports is noisy, a single-port one is steady).
//
//go:noinline
func multiplyChains(n int) uint64 {
	const k = 0x9e3779b97f4a7c15 // odd, so that no product dies out
	a, b, c, d, e, f, g, h := uint64(1), uint64(3), uint64(5), uint64(7), uint64(9), uint64(11), uint64(13), uint64(15)
	for ; n > 0; n-- {
		a *= k
		b *= k
		c *= k
		d *= k
		e *= k
		f *= k
		g *= k
		h *= k
	}
	return a ^ b ^ c ^ d ^ e ^ f ^ g ^ h
}
