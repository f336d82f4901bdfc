package chase

import (
	"fmt"
	"unsafe"

	"cachelab/internal/arena"
)

// PageNodes is a number of lines to be chained in one order again and again:
// one on each of as many pages, or packed side by side. What the two walks differ by
// is what the translation of addresses costs, since they touch as many lines.
type PageNodes struct {
	pageBytes, lineBytes int
	spread               []int32 // pages in the order of their visits
	packed               []int32 // lines in the order of theirs, side by side
}

// packedPages is among how many pages a walk of packed lines jumps at a time: as
// few as every first-level TLB in the field holds (ARM's Cortex-A55 has 16), so that it
// measures no TLB, and of more lines (1,024 of 64 bytes) than a prefetcher could guess.
const packedPages = 16

// NewPageNodes chooses the orders for so many lines. Both sizes must be
// powers of two: a line holds a pointer at least, and a page a line.
func NewPageNodes(nodes, pageBytes, lineBytes int, seed uint64) (*PageNodes, error) {
	power := func(n int) bool { return n > 0 && n&(n-1) == 0 }
	if nodes < 1 || !power(pageBytes) || !power(lineBytes) || lineBytes < wordBytes || pageBytes < lineBytes {
		return nil, fmt.Errorf("chase: %d nodes, one on each page of %d bytes, in lines of %d", nodes, pageBytes, lineBytes)
	}
	return &PageNodes{
		pageBytes: pageBytes, lineBytes: lineBytes,
		spread: visitOrder(nodes, 0, seed),
		packed: visitOrder(nodes, packedPages*pageBytes/lineBytes, seed),
	}, nil
}

// Len is the number of nodes.
func (n *PageNodes) Len() int { return len(n.spread) }

// Spread writes the chain with a line on each page, from page number first of the arena on.
//
// The lines lie at places of their pages that go round, so that every set of a
// first-level cache, which is indexed by the offset in a page, has as many. At each turn they move
// on by one: a second level is indexed by some bits above the page too, and would
// otherwise be used in part only wherever pages lie side by side.
func (n *PageNodes) Spread(a *arena.Arena, first int) (*Chain, error) {
	lines := n.pageBytes / n.lineBytes
	from := first * n.pageBytes
	return chain(a, n.spread, from, n.Len()*n.pageBytes, func(i int) int {
		return from + i*n.pageBytes + (i+i/lines)%lines*n.lineBytes
	})
}

// Packed writes the chain through lines side by side, from page number first of the arena on.
func (n *PageNodes) Packed(a *arena.Arena, first int) (*Chain, error) {
	from := first * n.pageBytes
	return chain(a, n.packed, from, n.Len()*n.lineBytes, func(i int) int { return from + i*n.lineBytes })
}

// chain writes a chain through nodes of [from, from+size) in an order.
func chain(a *arena.Arena, order []int32, from, size int, offset func(i int) int) (*Chain, error) {
	if from < 0 || from+size > a.Size() {
		return nil, fmt.Errorf("chase: chain over bytes %d to %d of an arena of %d", from, from+size, a.Size())
	}
	return cycle(len(order), func(i int) unsafe.Pointer { return a.At(offset(int(order[i]))) }), nil
}
