// Package chase writes pointer chases into an arena and walks them: cycles of
// pointers in which each load waits for the one before, in an order that no
// prefetcher can guess. A chase says what a load costs, and nothing else.
//
// Orders are written by one function each (chain, pairs of words, lines on
// pages, segments of a set, random lines), and all of them are walked by the
// same few kernels.
package chase

import (
	"fmt"
	"math/rand/v2"
	"unsafe"

	"cachelab/internal/arena"
)

// Chain is one closed cycle of pointers through chosen nodes of an arena: each
// node holds the address of the next, so each load waits for the one before,
// and the order is random (where not asked otherwise), so no prefetcher can run ahead (Drepper 2007,
// section 3.3.2; multichase does the same).
type Chain struct {
	start unsafe.Pointer
	nodes int
}

// wordBytes is the size of a link, and so the least that a node may hold.
const wordBytes = int(unsafe.Sizeof(uintptr(0)))

// cycle links nodes into one cycle in the order of their numbers. Writing it
// visits the nodes in that order, once each, so it warms a cache as a walk does.
func cycle(nodes int, node func(i int) unsafe.Pointer) *Chain {
	start := node(0)
	at := start
	for i := 1; i < nodes; i++ {
		next := node(i)
		*(*unsafe.Pointer)(at) = next
		at = next
	}
	*(*unsafe.Pointer)(at) = start
	return &Chain{start: start, nodes: nodes}
}

// random is the generator of all orders: the same seed gives the same order.
// The stream may be any odd number; these are the bits of the golden ratio.
func random(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15)) }

// ChainSpec says which nodes a chain visits, and in which order.
type ChainSpec struct {
	OffsetBytes int    // of the first node in the arena
	SetBytes    int    // working set: nodes lie in [OffsetBytes, OffsetBytes+SetBytes)
	StrideBytes int    // from node to node; at least a pointer's size; one line is the usual choice
	SpreadBytes int    // a node lies at a random multiple of it in its stride, so that no prefetcher brings its neighbour; 0: at the beginning
	Order       Order  // of the visits; the zero value is Random
	BlockBytes  int    // random inside blocks of this size, the blocks in random order too; 0: random over all
	Seed        uint64 // same seed, same order
}

// NewChain writes a chain into the arena. It fails where the set does not lie
// in the arena or holds fewer than one node.
func NewChain(a *arena.Arena, s ChainSpec) (*Chain, error) {
	switch {
	case s.StrideBytes < wordBytes || s.StrideBytes%wordBytes != 0:
		return nil, fmt.Errorf("chase: chain stride %d: want a multiple of %d bytes", s.StrideBytes, wordBytes)
	case s.OffsetBytes < 0 || s.OffsetBytes%wordBytes != 0 || s.OffsetBytes+s.SetBytes > a.Size():
		return nil, fmt.Errorf("chase: chain over bytes %d to %d of an arena of %d", s.OffsetBytes, s.OffsetBytes+s.SetBytes, a.Size())
	case s.SetBytes < s.StrideBytes:
		return nil, fmt.Errorf("chase: chain set %d is smaller than its stride %d", s.SetBytes, s.StrideBytes)
	case s.SpreadBytes < 0 || s.SpreadBytes%wordBytes != 0 || s.SpreadBytes > s.StrideBytes:
		return nil, fmt.Errorf("chase: nodes spread by %d bytes in a stride of %d", s.SpreadBytes, s.StrideBytes)
	case s.BlockBytes != 0 && s.BlockBytes < s.StrideBytes:
		return nil, fmt.Errorf("chase: chain block %d is smaller than its stride %d", s.BlockBytes, s.StrideBytes)
	}
	nodes := s.SetBytes / s.StrideBytes
	visit, within := s.visit(nodes), s.within()
	return cycle(nodes, func(i int) unsafe.Pointer { return a.At(s.OffsetBytes + visit(i)*s.StrideBytes + within()) }), nil
}

// within gives the place of each next node in its stride.
func (s ChainSpec) within() func() int {
	if s.SpreadBytes == 0 {
		return func() int { return 0 }
	}
	rng, places := random(s.Seed), s.StrideBytes/s.SpreadBytes
	return func() int { return rng.IntN(places) * s.SpreadBytes }
}

// visitOrder returns a random order of 0..nodes-1. Where block is over 0 each
// run of block numbers is visited whole before the next one, runs and insides
// both in random order. Linking a random order into a ring gives one cycle, as
// Sattolo's algorithm does, and visits blocks as well.
func visitOrder(nodes, block int, seed uint64) []int32 {
	rng := random(seed)
	if block <= 0 || block > nodes {
		block = nodes
	}
	order := make([]int32, 0, nodes)
	for _, b := range rng.Perm((nodes + block - 1) / block) {
		first := b * block
		last := min(first+block, nodes)
		from := len(order)
		for i := first; i < last; i++ {
			order = append(order, int32(i))
		}
		part := order[from:]
		rng.Shuffle(len(part), func(i, j int) { part[i], part[j] = part[j], part[i] })
	}
	return order
}

// PairSpec says where a chain of pairs goes: it visits blocks in random order, and in
// each block two words, one after the other.
type PairSpec struct {
	OffsetBytes   int // of the first block in the arena, a multiple of BlockBytes
	Blocks        int
	BlockBytes    int // from block to block; larger than the largest line, a power of two
	First, Second int // offsets of the two words in a block
	Seed          uint64
}

// NewPairChain writes a chain that visits, in each of the blocks in random
// order, the word at First and then the word at Second. Each load waits for the
// one before: where a block was cold its first load misses, and the second
// costs a miss more only where it lies on another line.
func NewPairChain(a *arena.Arena, s PairSpec) (*Chain, error) {
	last := max(s.First, s.Second) + wordBytes
	switch {
	case s.Blocks < 1 || s.OffsetBytes < 0 || s.OffsetBytes+s.Blocks*s.BlockBytes > a.Size():
		return nil, fmt.Errorf("chase: %d blocks of %d bytes from %d in an arena of %d", s.Blocks, s.BlockBytes, s.OffsetBytes, a.Size())
	case min(s.First, s.Second) < 0 || s.First%wordBytes != 0 || s.Second%wordBytes != 0 || last > s.BlockBytes || s.First == s.Second:
		return nil, fmt.Errorf("chase: words at %d and %d of a block of %d bytes", s.First, s.Second, s.BlockBytes)
	}
	order := visitOrder(s.Blocks, 0, s.Seed)
	words := [2]int{s.First, s.Second}
	return cycle(2*s.Blocks, func(i int) unsafe.Pointer {
		return a.At(s.OffsetBytes + int(order[i/2])*s.BlockBytes + words[i%2])
	}), nil
}

// Len is the number of nodes.
func (c *Chain) Len() int { return c.nodes }

// Start is the first node.
func (c *Chain) Start() unsafe.Pointer { return c.start }

// Check walks the chain once round and reports whether it is one cycle over
// exactly its nodes.
func (c *Chain) Check() error {
	p := c.start
	for i := 1; i <= c.nodes; i++ {
		p = *(*unsafe.Pointer)(p)
		if p == c.start && i < c.nodes {
			return fmt.Errorf("chase: chain closes after %d of %d nodes", i, c.nodes)
		}
	}
	if p != c.start {
		return fmt.Errorf("chase: chain does not close after its %d nodes", c.nodes)
	}
	return nil
}
