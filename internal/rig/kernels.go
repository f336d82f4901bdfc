package rig

import (
	"sync"
	"sync/atomic"
	"unsafe"
)

// Kernel is the inner loop of one worker: n operations on the word at p. All
// layouts of one operation run the same machine code at the same address; only
// p differs (trap F9).
type Kernel func(p unsafe.Pointer, n int)

// Plain increments *p n times: one read-modify-write of memory each, no lock.
//
// The loop must keep the add on memory and not in a register, and is not
// unrolled: the compiler would merge neighbouring increments into one. It is
// bound by store forwarding, so its place in the code does not matter.
//
//go:noinline
func Plain(p unsafe.Pointer, n int) {
	word := (*uint64)(p)
	for ; n > 0; n-- {
		*word++
	}
}

// Store writes n values to *p and reads nothing: the store buffer may merge
// what the cache then never sees.
//
//go:noinline
func Store(p unsafe.Pointer, n int) {
	word := (*uint64)(p)
	for ; n > 0; n-- {
		*word = uint64(n)
	}
}

// Atomic adds 1 to *p n times with an atomic add.
//
//go:noinline
func Atomic(p unsafe.Pointer, n int) {
	word := (*uint64)(p)
	for ; n > 0; n-- {
		atomic.AddUint64(word, 1)
	}
}

// CAS adds 1 to *p n times with a loop of load and compare-and-swap.
//
//go:noinline
func CAS(p unsafe.Pointer, n int) {
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

// Mutex adds 1 n times to the Guarded at p, under its lock.
//
//go:noinline
func Mutex(p unsafe.Pointer, n int) {
	g := (*Guarded)(p)
	for ; n > 0; n-- {
		g.mu.Lock()
		g.n++
		g.mu.Unlock()
	}
}

// Local counts n times in a register and adds the result to *p once, with an
// atomic add: what keeping the count on the stack gives. Its loop-carried
// dependence is one cycle an operation, the least that a count can cost.
//
//go:noinline
func Local(p unsafe.Pointer, n int) {
	var count uint64
	for ; n > 0; n-- {
		count++
	}
	atomic.AddUint64((*uint64)(p), count)
}

// Load reads *p n times, each read waiting for none: what a reader beside a
// writer does. It returns the sum, which keeps the loads alive.
//
//go:noinline
func Load(p unsafe.Pointer, n int) uint64 {
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

// AddChain does n dependent additions and exclusive ors in turn and returns the
// last result: one cycle each on every mainstream core, so its time is the
// clock that the core really runs at. The time-stamp counter is not that clock
// (trap H15).
//
// Additions alone will not do: the compiler folds two of them into one address
// computation, which is one cycle for both. It cannot fold an addition with
// an exclusive or.
//
//go:noinline
func AddChain(n int, x, y uint64) uint64 {
	for ; n >= 8; n -= 8 {
		x += y
		x ^= y
		x += y
		x ^= y
		x += y
		x ^= y
		x += y
		x ^= y
	}
	return x
}
