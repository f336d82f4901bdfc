package bench

import (
	"slices"
	"testing"

	"cachelab/bench/claims"
	"cachelab/bench/internal/harness"
	"cachelab/internal/arena"
	"cachelab/internal/chase"
)

// Lesson: prefetch. The same walk over the same lines, one dependent load each,
// in an order that a prefetcher can guess or cannot. Only the order differs:
//
//	op  forward, backward: line after line
//	    page:   random inside a page, page after page in random order: no
//	            prefetcher helps, but one address translation serves a whole page
//	    pages64: the same in blocks of 64 pages, as many as a first-level
//	            translation buffer holds (64 to 96 entries)
//	    random: random over all: neither prefetch nor translation is at hand
//
// All of it lies on base pages, as the programs of the talk and of the paper do.

// prefetchBlocks are the orders, and for the random ones the bytes of a block
// to be random in; 0 is all. The page is the base page of most machines: a
// block of 4 KiB lies inside any larger one as well.
var prefetchBlocks = []struct {
	op    string
	order chase.Order
	block int
}{
	{"forward", chase.Forward, 0},
	{"backward", chase.Backward, 0},
	{"page", chase.Random, 4 << 10},
	{"pages64", chase.Random, 64 * 4 << 10},
	{"random", chase.Random, 0},
}

// nodeBlock is the stride of two layouts with one node in each 256 bytes. A prefetcher of
// neighbouring lines or pairs of lines brings nothing there that is asked for; with a
// node on every line it serves a part of a random walk, and a ratio of two orders
// measures it as well.
const nodeBlock = 256

// sparseOrders are the orders that each of these layouts is for. stride256 has its nodes
// at the beginning of each block, so that a prefetcher can guess them in order; block256
// at a random line, so that it can guess none, whatever the order.
var sparseOrders = map[string][]string{"stride256": {"forward", "page"}, "block256": {"pages64", "random"}}

// prefetchWalk is a walk of this lesson.
type prefetchWalk struct {
	op, layout string
	spec       chase.ChainSpec
}

func prefetchWalks(m *harness.Machine) []prefetchWalk {
	var walks []prefetchWalk
	for _, set := range m.LevelSets(m.InL2()) {
		for _, o := range prefetchBlocks {
			if o.block > 0 && set < m.Beyond() {
				continue // a cache is near enough for translation to show in Pages alone
			}
			for _, l := range []struct {
				layout         string
				stride, spread int
			}{{"lines", m.LineBytes, 0}, {"stride256", max(nodeBlock, m.LineBytes), 0}, {"block256", max(nodeBlock, m.LineBytes), m.LineBytes}} {
				if l.layout != "lines" && (set < m.Beyond() || !slices.Contains(sparseOrders[l.layout], o.op)) {
					continue
				}
				walks = append(walks, prefetchWalk{o.op, l.layout, chase.ChainSpec{
					SetBytes: set, StrideBytes: l.stride, SpreadBytes: l.spread, Order: o.order, BlockBytes: o.block, Seed: 1,
				}})
			}
		}
	}
	return walks
}

func prefetchCases(m *harness.Machine) []harness.Case {
	var cases []harness.Case
	for _, w := range prefetchWalks(m) {
		c := harness.ChainCase{Spec: w.spec, Pages: arena.Small, Walk: chase.Walk}
		cases = append(cases, harness.Case{
			Name: harness.Name("op", w.op, "layout", w.layout, "set", claims.SizeName(w.spec.SetBytes), "pages", harness.PageNames[arena.Small]), Extra: c.Extra(),
			Run: func(b *testing.B) { runWalk(b, m, c) },
		})
	}
	return cases
}

func BenchmarkPrefetch(b *testing.B) { runLesson(b, "Prefetch") }

// runWalk reports the time of a link.
func runWalk(b *testing.B, m *harness.Machine, c harness.ChainCase) {
	_, took := c.Run(b, harness.Solo(b, m))
	harness.ReportOps(b, took, b.N)
}
