package bench

import (
	"math"
	"math/bits"
	"testing"
	"time"
	"unsafe"

	"cachelab/bench/claims"
	"cachelab/bench/internal/harness"
	"cachelab/internal/arena"
	"cachelab/internal/stream"
)

// Lesson: matrix. The sum of a matrix by rows and by columns, one kernel with
// another stride. One op is one element.
//
//	layout  pow2: the row pitch is a power of two, so that the elements of a
//	        column crowd into few sets of the cache; pow2line: one line more,
//	        which spreads them over all sets and changes nothing else (trap H5)
//
// A column on base pages needs a translation an element as well: hence one more
// pair of arms, where that matters.

// matrix is rows of words, each word its own number in the order of rows.
type matrix struct {
	words               unsafe.Pointer
	rows, columns       int
	pitchBytes, setSize int
	next                int // row or column to be summed next
}

// newMatrix shapes a matrix of some setBytes: as square as a pitch of a power
// of two allows.
func newMatrix(setBytes, padBytes int) matrix {
	side := int(math.Sqrt(float64(setBytes / harness.WordBytes)))
	pitch := 1 << (bits.Len(uint(side*harness.WordBytes)) - 1)
	return matrix{rows: setBytes / pitch, columns: pitch / harness.WordBytes, pitchBytes: pitch + padBytes, setSize: setBytes / pitch * (pitch + padBytes)}
}

func (x *matrix) at(row, column int) unsafe.Pointer {
	return unsafe.Add(x.words, row*x.pitchBytes+column*harness.WordBytes)
}

// sum adds up the next n rows or columns.
func (x *matrix) sum(n int, byRow bool) (sum uint64) {
	for range n {
		if byRow {
			sum += stream.Sum(x.at(x.next, 0), x.columns, harness.WordBytes)
			x.next = (x.next + 1) % x.rows
		} else {
			sum += stream.Sum(x.at(0, x.next), x.rows, x.pitchBytes)
			x.next = (x.next + 1) % x.columns
		}
	}
	return sum
}

// expect is the same sum in closed form, of n rows or columns from the first on.
func (x *matrix) expect(first, n int, byRow bool) (sum uint64) {
	r, c := x.rows, x.columns
	for i := first; i < first+n; i++ {
		if byRow {
			sum += uint64(i%r*c*c + c*(c-1)/2)
		} else {
			sum += uint64(c*(r*(r-1)/2) + r*(i%c))
		}
	}
	return sum
}

func matrixCases(m *harness.Machine) []harness.Case {
	var cases []harness.Case
	add := func(set int, pages arena.Pages, layouts ...string) {
		for _, layout := range layouts {
			pad := 0
			if layout == "pow2line" {
				pad = m.LineBytes
			}
			for _, op := range []string{"rows", "columns"} {
				cases = append(cases, harness.Case{
					Name: harness.Name("op", op, "layout", layout, "set", claims.SizeName(set), "pages", harness.PageNames[pages]),
					// Written once, at the speed of memory.
					Extra: time.Duration(set/harness.WordBytes) * 2 * time.Nanosecond,
					Run:   func(b *testing.B) { runMatrix(b, m, newMatrix(set, pad), op == "rows", pages) },
				})
			}
		}
	}
	for _, set := range m.LevelSets(m.InL2()) {
		add(set, arena.Huge, "pow2", "pow2line")
	}
	add(m.Beyond(), arena.Small, "pow2line")
	return cases
}

func BenchmarkMatrix(b *testing.B) { runLesson(b, "Matrix") }

func runMatrix(b *testing.B, m *harness.Machine, shape matrix, byRow bool, pages arena.Pages) {
	s := harness.Solo(b, m)
	x := harness.LayOut(b, s, pages, shape.setSize, func(a *arena.Arena) (*matrix, error) {
		shape.words = a.At(0)
		for r := range shape.rows {
			row := unsafe.Slice((*uint64)(shape.at(r, 0)), shape.columns)
			for c := range row {
				row[c] = uint64(r*shape.columns + c)
			}
		}
		return &shape, nil
	})
	length := x.columns
	if !byRow {
		length = x.rows
	}
	n := (b.N + length - 1) / length
	first, sum := 0, uint64(0)
	took := s.TimeAlone(b, func() {
		if x.setSize <= 2*m.InLast() {
			x.sum(1+harness.WarmLinks/length, byRow)
		}
		first = x.next
	}, func() { sum = x.sum(n, byRow) })
	if want := x.expect(first, n, byRow); sum != want {
		b.Fatalf("%d of %d elements sum up to %d, want %d", n, length, sum, want)
	}
	harness.ReportOps(b, took, n*length)
}
