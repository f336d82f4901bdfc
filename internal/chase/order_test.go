package chase

import (
	"testing"

	"cachelab/internal/arena"
)

// A chain in order is one cycle over the same nodes as a random one, and its
// links go the way that its order says.
func TestChainOrders(t *testing.T) {
	a, err := arena.New(1<<16, arena.Small)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	const offset, stride, nodes = 128, 64, 100
	for _, test := range []struct {
		order Order
		start int // number of the first node
		step  int // to the second
	}{{Forward, 0, 1}, {Backward, nodes - 1, -1}} {
		c, err := NewChain(a, ChainSpec{OffsetBytes: offset, SetBytes: nodes * stride, StrideBytes: stride, Order: test.order})
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Check(); err != nil || c.Len() != nodes {
			t.Errorf("order %d: %d nodes, want %d; %v", test.order, c.Len(), nodes, err)
		}
		at := func(i int) uintptr { return uintptr(a.At(offset + i*stride)) }
		if got := uintptr(c.Start()); got != at(test.start) {
			t.Errorf("order %d starts at %#x, want node %d", test.order, got, test.start)
		}
		for hop := range nodes - 1 {
			if got := uintptr(Walk(c.Start(), hop)); got != at(test.start+hop*test.step) {
				t.Fatalf("order %d is at %#x after %d links, want node %d", test.order, got, hop, test.start+hop*test.step)
			}
		}
	}
}
