package bench

import (
	"math/rand/v2"
	"testing"
	"time"
	"unsafe"

	"cachelab/bench/claims"
	"cachelab/bench/internal/harness"
	"cachelab/internal/arena"
	"cachelab/internal/stream"
)

// Lesson: pointers. The sum of n integers that lie side by side, and that a
// slice of pointers leads to: in order, as a fresh program allocates them, or
// shuffled, as a long-lived one has them. One op is one integer.

// sumPointed adds up n integers that consecutive pointers from p on lead to, unrolled by
// 8 and in four sums, as stream.Sum is.
//
//go:noinline
func sumPointed(p unsafe.Pointer, n int) uint64 {
	const word = unsafe.Sizeof(uintptr(0))
	var a, b, c, d uint64
	for ; n >= 8; n -= 8 {
		a += **(**uint64)(p)
		b += **(**uint64)(unsafe.Add(p, word))
		c += **(**uint64)(unsafe.Add(p, 2*word))
		d += **(**uint64)(unsafe.Add(p, 3*word))
		a += **(**uint64)(unsafe.Add(p, 4*word))
		b += **(**uint64)(unsafe.Add(p, 5*word))
		c += **(**uint64)(unsafe.Add(p, 6*word))
		d += **(**uint64)(unsafe.Add(p, 7*word))
		p = unsafe.Add(p, 8*word)
	}
	for ; n > 0; n-- {
		a += **(**uint64)(p)
		p = unsafe.Add(p, word)
	}
	return a + b + c + d
}

// The set is the integers and the pointers together. With values it is integers alone, and
// as many bytes: twice as many integers.

// pointed is n integers and, behind them, n pointers to them.
type pointed struct {
	ints, pointers unsafe.Pointer
	next           int // where the next round goes on
}

// pairBytes is an integer and the pointer to it.
const pairBytes = 2 * harness.WordBytes

// integersIn is how many integers a set holds: with their pointers, or alone.
func integersIn(layout string, setBytes int) int {
	if layout == "values" {
		return setBytes / harness.WordBytes
	}
	return setBytes / pairBytes
}

func pointersCases(m *harness.Machine) []harness.Case {
	var cases []harness.Case
	for _, set := range []int{m.InL2(), m.Beyond()} {
		for _, layout := range []string{"values", "inorder", "shuffled"} {
			each := 4 * time.Nanosecond
			if layout == "shuffled" {
				each = 50 * time.Nanosecond // measured, at twice the claimed last level
			}
			n := integersIn(layout, set)
			cases = append(cases, harness.Case{
				Name: harness.Name("layout", layout, "set", claims.SizeName(set)), Extra: time.Duration(n) * each,
				Run: func(b *testing.B) { runPointers(b, m, layout, set, n) },
			})
		}
	}
	return cases
}

func BenchmarkPointers(b *testing.B) { runLesson(b, "Pointers") }

func runPointers(b *testing.B, m *harness.Machine, layout string, set, n int) {
	s := harness.Solo(b, m)
	x := harness.LayOut(b, s, arena.Huge, set, func(a *arena.Arena) (*pointed, error) {
		x := &pointed{ints: a.At(0)}
		ints := unsafe.Slice((*uint64)(x.ints), n)
		for i := range ints {
			ints[i] = 7
		}
		if layout == "values" {
			return x, nil
		}
		x.pointers = a.At(n * harness.WordBytes)
		pointers := unsafe.Slice((*unsafe.Pointer)(x.pointers), n)
		for i := range ints {
			pointers[i] = unsafe.Pointer(&ints[i])
		}
		if layout == "shuffled" {
			rand.New(rand.NewPCG(1, 1)).Shuffle(n, func(i, j int) { pointers[i], pointers[j] = pointers[j], pointers[i] })
		}
		return x, nil
	})
	var sum uint64
	add := func(count int) {
		for count > 0 {
			part := min(count, n-x.next)
			if layout == "values" {
				sum += stream.Sum(unsafe.Add(x.ints, x.next*harness.WordBytes), part, harness.WordBytes)
			} else {
				sum += sumPointed(unsafe.Add(x.pointers, x.next*harness.WordBytes), part)
			}
			x.next = (x.next + part) % n
			count -= part
		}
	}
	took := s.TimeAlone(b, func() {
		if n <= 4*harness.WarmLinks {
			add(n)
		}
		sum = 0
	}, func() { add(b.N) })
	if sum != uint64(7*b.N) {
		b.Fatalf("%d integers of 7 sum up to %d", b.N, sum)
	}
	harness.ReportOps(b, took, b.N)
}
