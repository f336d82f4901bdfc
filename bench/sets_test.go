package bench

import (
	"slices"
	"testing"

	"cachelab/bench/internal/harness"
	"cachelab/internal/arena"
	"cachelab/internal/chase"
)

// Lesson: sets. n lines that all belong to one set of a cache: as many as the
// set has ways stay, one more throws another out, though the rest of the cache
// is empty. One op is one dependent load; the order is random.
//
//	layout  l1: lines a first-level way apart (size over ways); a page is the
//	        usual way, so that virtual addresses decide
//	        l2: lines a second-level way apart; they are one set of the first
//	        level too. Only on huge pages do virtual addresses decide
//	size    the number of lines

// setCounts lists numbers of lines round the ways of a cache, up to three times
// as many, and those that the caller wants as well.
func setCounts(ways int, also ...int) []int {
	counts := []int{1, ways / 2, ways, ways + 1, ways * 3 / 2, 2 * ways, 3 * ways}
	counts = append(counts, also...)
	slices.Sort(counts)
	return slices.Compact(slices.DeleteFunc(counts, func(n int) bool { return n < 1 }))
}

func setsCases(m *harness.Machine) []harness.Case {
	var cases []harness.Case
	add := func(layout string, sizeBytes, ways int, also ...int) {
		wayBytes := sizeBytes / ways
		for _, n := range setCounts(ways, also...) {
			c := harness.ChainCase{
				Spec:  chase.ChainSpec{SetBytes: n * wayBytes, StrideBytes: wayBytes, Seed: uint64(n)},
				Pages: arena.Huge, Walk: chase.Walk,
			}
			cases = append(cases, harness.Case{
				Name: harness.Name("layout", layout, "size", n), Extra: c.Extra(),
				Run: func(b *testing.B) { runWalk(b, m, c) },
			})
		}
	}
	ways1, ok1 := m.L1Ways.Get()
	ways2, ok2 := m.L2Ways.Get()
	// More lines than either level has ways: what the second level loses by is
	// then not taken from what the first level has lost already.
	over := max(ways1, ways2) + 1
	if ok1 {
		add("l1", m.L1Bytes, ways1, over)
	}
	if ok2 {
		add("l2", m.L2Bytes, ways2, over)
	}
	return cases
}

func BenchmarkSets(b *testing.B) { runLesson(b, "Sets") }
