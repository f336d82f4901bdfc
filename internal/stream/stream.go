// Package stream holds loops that read, write and copy words at a stride. Their
// loads are independent of each other: what they measure is how many a machine
// can have under way, where package chase measures how long one takes.
package stream

import "unsafe"

// The kernels of this file go through memory by a stride that their caller
// chooses, so that two orders or two layouts are one and the same machine code
// with another number. They are unrolled by 8: their place in the code does not
// matter (trap G3). The last step leaves its pointer a stride behind the last
// word and does not read there.

// Sum adds up n words, strideBytes from one to the next, from p on.
//
// Four sums and addresses that do not wait for each other: one sum alone takes a cycle a
// word, whatever the cache could deliver, and so hides a part of what the words cost
// where they are near.
//
//go:noinline
func Sum(p unsafe.Pointer, n, strideBytes int) uint64 {
	var a, b, c, d uint64
	triple := 3 * strideBytes
	for ; n >= 8; n -= 8 {
		a += *(*uint64)(p)
		b += *(*uint64)(unsafe.Add(p, strideBytes))
		c += *(*uint64)(unsafe.Add(p, 2*strideBytes))
		d += *(*uint64)(unsafe.Add(p, triple))
		p = unsafe.Add(p, 4*strideBytes)
		a += *(*uint64)(p)
		b += *(*uint64)(unsafe.Add(p, strideBytes))
		c += *(*uint64)(unsafe.Add(p, 2*strideBytes))
		d += *(*uint64)(unsafe.Add(p, triple))
		p = unsafe.Add(p, 4*strideBytes)
	}
	for ; n > 0; n-- {
		a += *(*uint64)(p)
		p = unsafe.Add(p, strideBytes)
	}
	return a + b + c + d
}

// Fill writes value to n words, strideBytes from one to the next, from p on.
//
//go:noinline
func Fill(p unsafe.Pointer, n, strideBytes int, value uint64) {
	for ; n >= 8; n -= 8 {
		*(*uint64)(p) = value
		p = unsafe.Add(p, strideBytes)
		*(*uint64)(p) = value
		p = unsafe.Add(p, strideBytes)
		*(*uint64)(p) = value
		p = unsafe.Add(p, strideBytes)
		*(*uint64)(p) = value
		p = unsafe.Add(p, strideBytes)
		*(*uint64)(p) = value
		p = unsafe.Add(p, strideBytes)
		*(*uint64)(p) = value
		p = unsafe.Add(p, strideBytes)
		*(*uint64)(p) = value
		p = unsafe.Add(p, strideBytes)
		*(*uint64)(p) = value
		p = unsafe.Add(p, strideBytes)
	}
	for ; n > 0; n-- {
		*(*uint64)(p) = value
		p = unsafe.Add(p, strideBytes)
	}
}

// Copy copies n words from from to to, strideBytes from one to the next in
// both.
//
//go:noinline
func Copy(to, from unsafe.Pointer, n, strideBytes int) {
	for ; n >= 4; n -= 4 {
		*(*uint64)(to) = *(*uint64)(from)
		to, from = unsafe.Add(to, strideBytes), unsafe.Add(from, strideBytes)
		*(*uint64)(to) = *(*uint64)(from)
		to, from = unsafe.Add(to, strideBytes), unsafe.Add(from, strideBytes)
		*(*uint64)(to) = *(*uint64)(from)
		to, from = unsafe.Add(to, strideBytes), unsafe.Add(from, strideBytes)
		*(*uint64)(to) = *(*uint64)(from)
		to, from = unsafe.Add(to, strideBytes), unsafe.Add(from, strideBytes)
	}
	for ; n > 0; n-- {
		*(*uint64)(to) = *(*uint64)(from)
		to, from = unsafe.Add(to, strideBytes), unsafe.Add(from, strideBytes)
	}
}

// Triple multiplies n 32-bit integers by 3 in place, strideBytes from one to
// the next, from p on (Ostrovsky 2010, examples 1 and 2).
//
// The addresses do not wait for each other, as those of Sum.
//
//go:noinline
func Triple(p unsafe.Pointer, n, strideBytes int) {
	triple := 3 * strideBytes
	for ; n >= 8; n -= 8 {
		*(*uint32)(p) *= 3
		*(*uint32)(unsafe.Add(p, strideBytes)) *= 3
		*(*uint32)(unsafe.Add(p, 2*strideBytes)) *= 3
		*(*uint32)(unsafe.Add(p, triple)) *= 3
		p = unsafe.Add(p, 4*strideBytes)
		*(*uint32)(p) *= 3
		*(*uint32)(unsafe.Add(p, strideBytes)) *= 3
		*(*uint32)(unsafe.Add(p, 2*strideBytes)) *= 3
		*(*uint32)(unsafe.Add(p, triple)) *= 3
		p = unsafe.Add(p, 4*strideBytes)
	}
	for ; n > 0; n-- {
		*(*uint32)(p) *= 3
		p = unsafe.Add(p, strideBytes)
	}
}
