package bench

import (
	"testing"
	"time"
	"unsafe"

	"cachelab/bench/internal/harness"
	"cachelab/internal/arena"
)

// Lesson: product. The product of two square matrices; one op is one
// multiplication with its addition. Only the order of the visits differs: all
// three are built of one kernel, a row of the left matrix times a run of the
// right one, a stride apart.
//
// The kernel is scalar: it adds up one product a cycle at the most, which cycles/op shows.
//
//	op  plain: down a column of the right matrix, a line an element
//	    transposed: along a row of its transpose, which is made beforehand: that
//	    takes n*n steps beside n*n*n
//	    blocked: down short runs of few columns, which stay in the first level
//	    while several rows of the left matrix use them

const (
	// productSize is the source's: 1000 by 1000, 8 MB a matrix. Its pitch of 8000
	// bytes is 125 lines, so that columns spread over all sets (trap H5).
	productSize = 1000
	// A block of the right matrix is 50 rows of 32 columns: 200 or 250 lines,
	// half of the commonest first level (32 KiB). It is no more rows, because
	// each lies on a page of its own, and a first-level translation buffer has
	// 64 entries or few more: with 100 rows of 16 columns, as many lines,
	// the product took 1.4 times as long here.
	blockRows, blockColumns = 50, 32
	// bandRows rows of the left matrix use a block before the next one comes;
	// in the whole product all 1000 would. With 40 a block's lines are used
	// 320 times for each time that they are brought in, and a sample takes
	// some 20 ms and not half a second.
	bandRows = 40
)

// product is two factors, the transpose of the right one, and the result.
type product struct {
	left, right, transpose, result unsafe.Pointer
	next                           int // row of the result to be made next
}

const productPitch = productSize * harness.WordBytes

func element(matrix unsafe.Pointer, row, column int) *float64 {
	return (*float64)(unsafe.Add(matrix, row*productPitch+column*harness.WordBytes))
}

// The factors are small integers, so that every sum is exact in any order.
func leftAt(i, k int) float64  { return float64(i%10 + k) }
func rightAt(k, j int) float64 { return float64(k - j%10) }

// productAt is the sum over k of (a+k)(k-b), in closed form.
func productAt(i, j int) float64 {
	const n = float64(productSize)
	a, b := float64(i%10), float64(j%10)
	squares, sum := (n-1)*n*(2*n-1)/6, (n-1)*n/2
	return squares + (a-b)*sum - n*a*b
}

// dot multiplies n consecutive numbers from p with n numbers from q,
// strideBytes from one to the next, and adds up in four sums: one would be
// bound by the latency of an addition, and hide what memory takes.
//
//go:noinline
func dot(p, q unsafe.Pointer, n, strideBytes int) float64 {
	var a, b, c, d float64
	for ; n >= 4; n -= 4 {
		a += *(*float64)(p) * *(*float64)(q)
		q = unsafe.Add(q, strideBytes)
		b += *(*float64)(unsafe.Add(p, 8)) * *(*float64)(q)
		q = unsafe.Add(q, strideBytes)
		c += *(*float64)(unsafe.Add(p, 16)) * *(*float64)(q)
		q = unsafe.Add(q, strideBytes)
		d += *(*float64)(unsafe.Add(p, 24)) * *(*float64)(q)
		q = unsafe.Add(q, strideBytes)
		p = unsafe.Add(p, 32)
	}
	for ; n > 0; n-- {
		a += *(*float64)(p) * *(*float64)(q)
		p, q = unsafe.Add(p, 8), unsafe.Add(q, strideBytes)
	}
	return a + b + c + d
}

// band makes rows first..first+bandRows-1 of the result.
func (x *product) band(op string, first int) {
	if op == "blocked" {
		x.blockedBand(first)
		return
	}
	for i := first; i < first+bandRows; i++ {
		for j := range productSize {
			if op == "plain" {
				*element(x.result, i, j) = dot(unsafe.Pointer(element(x.left, i, 0)), unsafe.Pointer(element(x.right, 0, j)), productSize, productPitch)
			} else {
				*element(x.result, i, j) = dot(unsafe.Pointer(element(x.left, i, 0)), unsafe.Pointer(element(x.transpose, j, 0)), productSize, harness.WordBytes)
			}
		}
	}
}

func (x *product) blockedBand(first int) {
	clear(unsafe.Slice(element(x.result, first, 0), bandRows*productSize))
	for j0 := 0; j0 < productSize; j0 += blockColumns {
		for k0 := 0; k0 < productSize; k0 += blockRows {
			for i := first; i < first+bandRows; i++ {
				for j := j0; j < min(j0+blockColumns, productSize); j++ {
					*element(x.result, i, j) += dot(unsafe.Pointer(element(x.left, i, k0)), unsafe.Pointer(element(x.right, k0, j)), blockRows, productPitch)
				}
			}
		}
	}
}

func productCases(m *harness.Machine) []harness.Case {
	var cases []harness.Case
	for _, op := range []string{"plain", "transposed", "blocked"} {
		cases = append(cases, harness.Case{
			Name: harness.Name("op", op, "size", productSize),
			// Three matrices are written, and a band takes longer than most benchtimes.
			Extra: 35 * time.Millisecond,
			Run:   func(b *testing.B) { runProduct(b, m, op) },
		})
	}
	return cases
}

func BenchmarkProduct(b *testing.B) { runLesson(b, "Product") }

func runProduct(b *testing.B, m *harness.Machine, op string) {
	s := harness.Solo(b, m)
	const matrixBytes = productSize * productPitch
	x := harness.LayOut(b, s, arena.Huge, 4*matrixBytes, func(a *arena.Arena) (*product, error) {
		x := &product{left: a.At(0), right: a.At(matrixBytes), transpose: a.At(2 * matrixBytes), result: a.At(3 * matrixBytes)}
		for i := range productSize {
			for j := range productSize {
				*element(x.left, i, j) = leftAt(i, j)
				*element(x.right, i, j) = rightAt(i, j)
				*element(x.transpose, i, j) = rightAt(j, i)
			}
		}
		return x, nil
	})
	const bandOps = bandRows * productSize * productSize
	bands := (b.N + bandOps - 1) / bandOps
	last := 0
	took := s.TimeAlone(b, func() {}, func() {
		for range bands {
			x.band(op, x.next)
			last, x.next = x.next, (x.next+bandRows)%productSize
		}
	})
	for i := last; i < last+bandRows; i++ {
		for j := range productSize {
			if got := *element(x.result, i, j); got != productAt(i, j) {
				b.Fatalf("element %d, %d of the product is %v, want %v", i, j, got, productAt(i, j))
			}
		}
	}
	harness.ReportOps(b, took, bands*bandOps)
	harness.ReportMetric(b, float64(took.Nanoseconds())/float64(bands*bandOps)*clockGHz(s), "cycles/op")
}
