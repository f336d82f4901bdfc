package bench

import (
	"testing"

	"cachelab/bench/internal/harness"
	"cachelab/internal/arena"
)

// Lesson: forward. Two increments a step, of one word twice or of two words.
// The second increment of one word must wait until the first one's store can be
// forwarded to its load; two words go side by side. One op is one step.
//
//	layout  same: one word; packed: neighbouring words of a line; pad64: words
//	        a line apart

// incrementBoth adds 1 to the words at p and q in turn. They are pointers, so
// the compiler cannot know whether they are one word: it must not merge the
// increments, and all layouts are one loop (trap F9). It is bound by store
// forwarding, so its place in the code does not matter.
//
//go:noinline
func incrementBoth(p, q *uint32, n int) {
	for ; n > 0; n-- {
		*p++
		*q++
	}
}

func forwardCases(m *harness.Machine) []harness.Case {
	var cases []harness.Case
	for _, l := range []struct {
		layout string
		bytes  int
	}{{"same", 0}, {"packed", 4}, {"pad64", 64}} {
		cases = append(cases, harness.Case{Name: harness.Name("layout", l.layout), Run: func(b *testing.B) { runForward(b, m, l.bytes) }})
	}
	return cases
}

func BenchmarkForward(b *testing.B) { runLesson(b, "Forward") }

func runForward(b *testing.B, m *harness.Machine, distance int) {
	s := harness.Solo(b, m)
	a := harness.LayOut(b, s, arena.Small, 4096, func(a *arena.Arena) (*arena.Arena, error) { return a, nil })
	p, q := (*uint32)(a.At(0)), (*uint32)(a.At(distance))
	*p, *q = 0, 0
	took := s.TimeAlone(b, func() {}, func() { incrementBoth(p, q, b.N) })
	want := uint32(b.N)
	if p == q {
		want *= 2
	}
	if *p != want || *q != want {
		b.Fatalf("%d steps counted to %d and %d, want %d", b.N, *p, *q, want)
	}
	harness.ReportOps(b, took, b.N)
}
