package bench

import (
	"slices"
	"testing"

	"cachelab/bench/claims"
	"cachelab/bench/internal/harness"
	"cachelab/internal/arena"
	"cachelab/internal/stream"
)

// Lesson: stride. Ostrovsky's loop multiplies by 3 every k-th integer of an
// array far larger than the caches. One op is one line of the array gone over,
// whatever the stride: the time stays the same while every line is brought in,
// and falls when the stride leaves lines out. The knee is the fetch line; "time
// halves at twice the line" is not a test for it (trap H7), hence strides that are no
// powers of two.

// strides lists strides in bytes, each a whole number of the source's 4-byte
// integers, and among them one, two and eight lines.
func strides(line int) []int {
	all := []int{4, 16, 32, 64, 80, 96, 128, 132, 256, 512, line, 2 * line, 8 * line}
	slices.Sort(all)
	return slices.Compact(all)
}

func strideCases(m *harness.Machine) []harness.Case {
	var cases []harness.Case
	for _, stride := range strides(m.LineBytes) {
		cases = append(cases, harness.Case{
			Name: harness.Name("dist", stride, "set", claims.SizeName(m.Beyond())),
			Run:  func(b *testing.B) { runStride(b, m, m.Beyond(), stride) },
		})
	}
	return cases
}

func BenchmarkStride(b *testing.B) { runLesson(b, "Stride") }

// strided is an array and the integer that comes next, by its number among
// those of the stride.
type strided struct {
	arena *arena.Arena
	next  int
}

func runStride(b *testing.B, m *harness.Machine, set, stride int) {
	s := harness.Solo(b, m)
	x := harness.LayOut(b, s, arena.Huge, set, func(a *arena.Arena) (*strided, error) { return &strided{arena: a}, nil })
	n := set / stride
	count := (b.N*m.LineBytes + stride - 1) / stride // integers in b.N lines
	check := probe(x, stride, n, count)
	took := s.TimeAlone(b, func() {}, func() {
		for left := count; left > 0; {
			part := min(left, n-x.next)
			stream.Triple(x.arena.At(x.next*stride), part, stride)
			x.next = (x.next + part) % n
			left -= part
		}
	})
	check(b)
	lines := float64(count) * float64(stride) / float64(m.LineBytes)
	harness.ReportNS(b, float64(took.Nanoseconds())/lines)
	harness.ReportMetric(b, lines*float64(m.LineBytes)/took.Seconds(), "B/s")
}

// probe sets some integers of the stride, and those beside them, before count
// of its n are tripled, and returns the check of what they are afterwards.
func probe(x *strided, stride, n, count int) func(b *testing.B) {
	type expected struct {
		at   *uint32
		want uint32
	}
	var all []expected
	first := x.next
	for _, i := range []int{0, n / 2, (first + count - 1) % n, n - 1} {
		visits := count / n
		if (i-first+n)%n < count%n {
			visits++
		}
		hit, want := (*uint32)(x.arena.At(i*stride)), uint32(i+1)
		*hit = want
		for range visits {
			want *= 3
		}
		all = append(all, expected{hit, want})
		if stride > 4 {
			beside := (*uint32)(x.arena.At(i*stride + 4))
			*beside = 5
			all = append(all, expected{beside, 5})
		}
	}
	return func(b *testing.B) {
		b.Helper()
		for i, e := range all {
			if *e.at != e.want {
				b.Fatalf("after %d integers of stride %d probe %d is %d, want %d", count, stride, i, *e.at, e.want)
			}
		}
	}
}
