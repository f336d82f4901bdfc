package bench

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"cachelab/bench/internal/harness"
)

// Lesson: search. n keys, and lookups of keys that are there, in random order.
// One op is one lookup.
//
//	op  scan: []int64 from the front, until it is found
//	    binary: the same slice, sorted, by slices.BinarySearch
//	    tree: a balanced tree of pointers, its nodes in random order in memory
//	    map: Go's own
//
// Each finds the same place of the same key, so each does the same job; from
// which n on the scan loses is the result, and differs from machine to machine.

// searchSizes are numbers of keys, powers of two: from two lines of them to half a MiB.
// A Go map of up to 8 such keys scans one group, and is no hash table.
var searchSizes = []int{16, 64, 1024, 64 << 10}

// haystack is n keys in every form that is searched.
type haystack struct {
	keys   []int64 // ascending; key i is keyOf(i)
	root   *treeNode
	places map[int64]int
}

type treeNode struct {
	key         int64
	place       int
	left, right *treeNode
}

// keyOf gives the i-th key: with gaps, so that no key is its own place.
func keyOf(i int) int64 { return int64(3*i + 7) }

func newHaystack(n int) *haystack {
	h := &haystack{places: make(map[int64]int, n)}
	rng := rand.New(rand.NewPCG(uint64(n), 1))
	for i := range n {
		h.keys = append(h.keys, keyOf(i))
		h.places[keyOf(i)] = i
	}
	nodes := make([]treeNode, n)
	at := rng.Perm(n)
	var grow func(from, to int) *treeNode
	grow = func(from, to int) *treeNode {
		if from == to {
			return nil
		}
		middle := (from + to) / 2
		node := &nodes[at[middle]]
		*node = treeNode{keyOf(middle), middle, grow(from, middle), grow(middle+1, to)}
		return node
	}
	h.root = grow(0, n)
	return h
}

// asker draws the places of the keys to look up, without end: a list of some
// thousand keys that is gone over again and again would teach its branches to
// the predictor, and a long one would fill the caches. A draw is a
// multiplication, an addition and a few shifts, the same for every search, and
// waits for no search.
type asker struct{ state uint64 }

// draw returns a place below n, a power of two (Knuth's 64-bit linear
// congruential generator, of which the upper bits are the good ones).
func (a *asker) draw(n int) int {
	a.state = a.state*6364136223846793005 + 1442695040888963407
	return int(a.state>>33) & (n - 1)
}

// searchOps are the searches: each looks up count keys that ask draws, and
// returns the sum of the places where it found them.
var searchOps = []struct {
	name string
	find func(h *haystack, ask asker, count int) int
}{
	{"scan", findByScan},
	{"binary", findByHalves},
	{"tree", findInTree},
	{"map", findInMap},
}

//go:noinline
func findByScan(h *haystack, ask asker, count int) (sum int) {
	for range count {
		q := keyOf(ask.draw(len(h.keys)))
		for i, k := range h.keys {
			if k == q {
				sum += i
				break
			}
		}
	}
	return sum
}

//go:noinline
func findByHalves(h *haystack, ask asker, count int) (sum int) {
	for range count {
		q := keyOf(ask.draw(len(h.keys)))
		i, _ := slices.BinarySearch(h.keys, q)
		sum += i
	}
	return sum
}

//go:noinline
func findInTree(h *haystack, ask asker, count int) (sum int) {
	for range count {
		q := keyOf(ask.draw(len(h.keys)))
		node := h.root
		for node.key != q {
			if q < node.key {
				node = node.left
			} else {
				node = node.right
			}
		}
		sum += node.place
	}
	return sum
}

//go:noinline
func findInMap(h *haystack, ask asker, count int) (sum int) {
	for range count {
		q := keyOf(ask.draw(len(h.keys)))
		sum += h.places[q]
	}
	return sum
}

func searchCases(m *harness.Machine) []harness.Case {
	var cases []harness.Case
	for _, n := range searchSizes {
		for _, op := range searchOps {
			cases = append(cases, harness.Case{
				Name: harness.Name("op", op.name, "size", n),
				// Building the map takes the longest: measured, 100 ns a key.
				Extra: time.Duration(n) * 100 * time.Nanosecond,
				Run:   func(b *testing.B) { runSearch(b, m, n, op.find) },
			})
		}
	}
	return cases
}

func BenchmarkSearch(b *testing.B) { runLesson(b, "Search") }

// warmLookups bring in what a sample will use; longer, they would take longer
// than the sample where a lookup is a scan of 64 Ki keys.
const warmLookups = 20

// lastHaystack is kept for the next run: it lies on the Go heap, where
// programs have such things, and the collector is off.
var lastHaystack = map[int]*haystack{}

func runSearch(b *testing.B, m *harness.Machine, n int, find func(*haystack, asker, int) int) {
	s := harness.Solo(b, m)
	h := lastHaystack[n]
	if h == nil {
		h = newHaystack(n)
		lastHaystack[n] = h
	}
	ask := asker{uint64(b.N)}
	sum := 0
	took := s.TimeAlone(b, func() { find(h, ask, min(b.N, warmLookups)) }, func() { sum = find(h, ask, b.N) })
	want := 0
	for range b.N {
		want += ask.draw(n)
	}
	if sum != want {
		b.Fatalf("%d lookups found places that sum up to %d, want %d", b.N, sum, want)
	}
	harness.ReportOps(b, took, b.N)
}
