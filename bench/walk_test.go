package bench

import (
	"os"
	"slices"
	"testing"
	"unsafe"

	"cachelab/bench/claims"
	"cachelab/bench/internal/harness"
	"cachelab/internal/arena"
	"cachelab/internal/chase"
)

// Lesson: walk. Drepper's list: nodes of a size, each with a link to the next,
// here always in the order of their addresses. One op is one node.
//
//	op      follow: read the link; inc: and add 1 to the node's value;
//	        addnext: and add the next node's value to it
//	layout  node8 .. node256: bytes from node to node, so how many nodes share a line,
//	        or how many lines a node is from the next
//
// On huge pages, so that what parts the curves is lines and not translation.
// Pages, below, is about translation.

// nodeBytes are the source's sizes: an element with no padding, and with 7, 15
// and 31 words of it (figure 3.11), on a machine of 8-byte words.
var nodeBytes = []struct {
	layout string
	bytes  int
}{{"node8", 8}, {"node64", 64}, {"node128", 128}, {"node256", 256}}

func walkCases(m *harness.Machine) []harness.Case {
	var cases []harness.Case
	add := func(op, layout string, bytes, set int, kernel harness.Kernel) {
		c := harness.ChainCase{Spec: chase.ChainSpec{SetBytes: set, StrideBytes: bytes, Order: chase.Forward}, Pages: arena.Huge, Walk: kernel, Values: op != "follow"}
		cases = append(cases, harness.Case{
			Name: harness.Name("op", op, "layout", layout, "set", claims.SizeName(set)), Extra: c.Extra(),
			Run: func(b *testing.B) { runNodes(b, m, op, c) },
		})
	}
	for _, set := range []int{m.InL1(), m.InL2(), m.Beyond()} {
		for _, n := range nodeBytes {
			add("follow", n.layout, n.bytes, set, chase.Walk)
		}
	}
	// The source's element has one word of padding; here it is a line, so that
	// every node that is written makes one line dirty.
	for _, set := range m.LevelSets(m.InLast()) {
		add("inc", "node64", 64, set, chase.WalkIncrement)
		add("addnext", "node64", 64, set, chase.WalkAddNext)
	}
	return cases
}

func BenchmarkWalk(b *testing.B) { runLesson(b, "Walk") }

func runNodes(b *testing.B, m *harness.Machine, op string, c harness.ChainCase) {
	w, took := c.Run(b, harness.Solo(b, m))
	harness.ReportOps(b, took, b.N)
	if op != "inc" {
		return
	}
	// The nodes before the present one have been left once more than the others.
	nodes := w.Chain.Len()
	for _, i := range []int{0, nodes / 2, nodes - 1} {
		want := w.Links / nodes
		if i < w.Links%nodes {
			want++
		}
		value := *(*uint64)(unsafe.Add(w.Chain.Start(), i*c.Spec.StrideBytes+harness.WordBytes))
		if value != uint64(want) {
			b.Fatalf("node %d was counted up to %d in %d links, want %d", i, value, w.Links, want)
		}
	}
}

// pageNodes are numbers of nodes: below and above the reach of a first-level
// translation buffer (64 to 96 entries). Twice the reach of the second level comes
// with the machine.
var pageNodes = []int{32, 128, 512, 2048}

func manyNodes(m *harness.Machine) []int {
	n := append(slices.Clone(pageNodes), m.ManyPages())
	slices.Sort(n)
	return slices.Compact(n)
}

// pagesStride is the bytes from node to node. It is a line more than a page, or than a
// quarter of one: nodes then lie on every line of their pages in turn, and not all in
// one set of the cache.
func pagesStride(layout string, lineBytes, pageBytes int) int {
	switch layout {
	case "page":
		return pageBytes + lineBytes
	case "quarter":
		return pageBytes/4 + lineBytes
	}
	return lineBytes
}

func pagesCases(m *harness.Machine) []harness.Case {
	var cases []harness.Case
	for _, n := range manyNodes(m) {
		for _, layout := range []string{"packed", "page", "quarter"} {
			stride := pagesStride(layout, m.LineBytes, os.Getpagesize())
			c := harness.ChainCase{Spec: chase.ChainSpec{SetBytes: n * stride, StrideBytes: stride, Seed: 1}, Pages: arena.Small, Walk: chase.Walk}
			cases = append(cases, harness.Case{
				Name: harness.Name("layout", layout, "set", claims.SizeName(n*m.LineBytes), "pages", harness.PageNames[arena.Small]), Extra: c.Extra(),
				Run: func(b *testing.B) { runWalk(b, m, c) },
			})
		}
	}
	return cases
}

// BenchmarkPages walks the same number of lines in random order: side by side
// (packed), one a page (page), or nearly four a page (quarter). They touch as many
// lines, so what a page each costs is translation.
func BenchmarkPages(b *testing.B) { runLesson(b, "Pages") }
