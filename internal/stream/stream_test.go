package stream

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
