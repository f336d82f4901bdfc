package rig

import (
	"testing"
	"unsafe"
)

// words is a block whose word i holds i+1.
func words(n int) []uint64 {
	w := make([]uint64, n)
	for i := range w {
		w[i] = uint64(i + 1)
	}
	return w
}

// Every count from none to over one unrolled round, at three strides.
func eachStride(f func(n, words int)) {
	for n := range 21 {
		for _, stride := range []int{1, 3, 8} {
			f(n, stride)
		}
	}
}

func TestSum(t *testing.T) {
	eachStride(func(n, stride int) {
		w := words(21 * 8)
		want := uint64(0)
		for i := range n {
			want += w[i*stride]
		}
		if got := Sum(unsafe.Pointer(&w[0]), n, 8*stride); got != want {
			t.Errorf("%d words %d apart sum up to %d, want %d", n, stride, got, want)
		}
	})
}

func TestFillCopyAndTriple(t *testing.T) {
	eachStride(func(n, stride int) {
		filled, copied, tripled, source := words(21*8), words(21*8), words(21*8), words(21*8)
		source[0] = 77
		Fill(unsafe.Pointer(&filled[0]), n, 8*stride, 99)
		Copy(unsafe.Pointer(&copied[0]), unsafe.Pointer(&source[0]), n, 8*stride)
		Triple(unsafe.Pointer(&tripled[0]), n, 8*stride)
		for i := range filled {
			hit := i%stride == 0 && i/stride < n
			wantFilled, wantCopied, wantTripled := uint64(i+1), uint64(i+1), uint64(i+1)
			if hit {
				wantFilled, wantCopied, wantTripled = 99, source[i], 3*uint64(i+1)
			}
			if filled[i] != wantFilled || copied[i] != wantCopied || tripled[i] != wantTripled {
				t.Fatalf("%d words %d apart: word %d is %d, %d and %d, want %d, %d and %d", n, stride, i,
					filled[i], copied[i], tripled[i], wantFilled, wantCopied, wantTripled)
			}
		}
	})
}

// Both walks with work end where Walk ends and leave the values that the
// figure's definition gives.
func TestWalksWithWork(t *testing.T) {
	a, err := NewArena(1<<12, Small)
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
