package chase

import (
	"math"
	"testing"

	"cachelab/internal/host"

	"cachelab/internal/arena"
)

// Both walks with work end where Walk ends and leave the values that the
// figure's definition gives.
func TestWalksWithWork(t *testing.T) {
	a, err := arena.New(1<<12, arena.Small)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	const nodes, stride = 11, 64
	c, err := NewChain(a, ChainSpec{SetBytes: nodes * stride, StrideBytes: stride, Order: Forward})
	if err != nil {
		t.Fatal(err)
	}
	value := func(i int) *uint64 { return (*uint64)(a.At(i%nodes*stride + int(valueAt))) }
	for n := range 2*nodes + 1 {
		increased, added := make([]uint64, nodes), make([]uint64, nodes)
		for i := range nodes {
			*value(i), increased[i] = uint64(i), uint64(i)
		}
		for i := range n {
			increased[i%nodes]++
		}
		if end := WalkIncrement(c.Start(), n); end != Walk(c.Start(), n) {
			t.Errorf("WalkIncrement of %d links ends elsewhere than Walk", n)
		}
		copy(added, increased)
		for i := range n {
			added[i%nodes] += added[(i+1)%nodes]
		}
		for i := range nodes {
			if *value(i) != increased[i] {
				t.Fatalf("after %d increments node %d holds %d, want %d", n, i, *value(i), increased[i])
			}
		}
		if end := WalkAddNext(c.Start(), n); end != Walk(c.Start(), n) {
			t.Errorf("WalkAddNext of %d links ends elsewhere than Walk", n)
		}
		for i := range nodes {
			if *value(i) != added[i] {
				t.Fatalf("after %d additions node %d holds %d, want %d", n, i, *value(i), added[i])
			}
		}
	}
}

// Time walks as far as Walk, and its time is that of the walk: one ten times as long
// takes about as long a load. The slack is a
// factor of five, because a short walk may be disturbed.
func TestTime(t *testing.T) {
	c, err := NewChain(testArena(t, 1<<14), ChainSpec{SetBytes: 1 << 14, StrideBytes: 64})
	if err != nil {
		t.Fatal(err)
	}
	short, long := math.Inf(1), math.Inf(1)
	for range 20 {
		end, took := Time(c.Start(), 10_000)
		ns := host.PerOp(took, 10_000)
		if want := Walk(c.Start(), 10_000); end != want || ns <= 0 {
			t.Fatalf("a walk of 10,000 loads ends at %p after %v ns a load, want %p", end, ns, want)
		}
		_, more := Time(c.Start(), 100_000)
		short, long = min(short, ns), min(long, host.PerOp(more, 100_000))
	}
	if long > 5*short || short > 5*long {
		t.Errorf("%.2f ns a load in a short walk, %.2f in a long one", short, long)
	}
}
