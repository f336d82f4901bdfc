package chase

import (
	"testing"

	"cachelab/internal/arena"
)

func pageArena(t *testing.T, pages int) *arena.Arena {
	t.Helper()
	a, err := arena.New(pages*4096, arena.Small)
	if err != nil {
		t.Skip("no memory:", err)
	}
	t.Cleanup(func() { _ = a.Close() })
	return a
}

// checked is offsets of a chain that is one cycle.
func checked(t *testing.T, a *arena.Arena, c *Chain) []int {
	t.Helper()
	if err := c.Check(); err != nil {
		t.Fatal(err)
	}
	return offsets(a, c)
}

// Each line on a page of its own, and as many in each set of a first level
// (64 sets of 64 bytes) and of a second (1,024), whatever page comes first.
func TestSpreadUsesPagesAndSetsEvenly(t *testing.T) {
	const pages, first = 2048, 3
	a := pageArena(t, pages+first)
	n, err := NewPageNodes(pages, 4096, 64, 7)
	if err != nil {
		t.Fatal(err)
	}
	c, err := n.Spread(a, first)
	if err != nil {
		t.Fatal(err)
	}
	seen, sets, second := map[int]bool{}, map[int]int{}, map[int]int{}
	next := 0 // visits of the page behind
	last := -1
	for _, at := range checked(t, a, c) {
		page := at / 4096
		if page < first || seen[page] {
			t.Fatalf("page %d is before the first or visited twice", page)
		}
		seen[page] = true
		sets[at/64%64]++
		second[at/64%1024]++
		if page == last+1 {
			next++
		}
		last = page
	}
	if len(seen) != pages || len(sets) != 64 || len(second) != 1024 {
		t.Errorf("%d pages, %d and %d sets; want %d, 64 and 1024", len(seen), len(sets), len(second), pages)
	}
	for set, lines := range sets {
		if lines != pages/64 {
			t.Errorf("%d lines in set %d, want %d", lines, set, pages/64)
		}
	}
	for set, lines := range second {
		if lines != pages/1024 {
			t.Errorf("%d lines in set %d of the second level, want %d", lines, set, pages/1024)
		}
	}
	if next > pages/100 { // by chance: one in all
		t.Errorf("the page behind follows %d times: a prefetcher could guess", next)
	}
}

// The control lies side by side, and stays among few pages for long.
func TestPackedStaysAmongFewPages(t *testing.T) {
	const nodes = 4096
	a := pageArena(t, 2+nodes/64)
	n, err := NewPageNodes(nodes, 4096, 64, 7)
	if err != nil {
		t.Fatal(err)
	}
	c, err := n.Packed(a, 2)
	if err != nil {
		t.Fatal(err)
	}
	all := checked(t, a, c)
	seen := map[int]bool{}
	for _, at := range all {
		if at < 2*4096 || at >= 2*4096+nodes*64 || at%64 != 0 || seen[at] {
			t.Fatalf("node at %d", at)
		}
		seen[at] = true
	}
	for from := 0; from < nodes; from += 1024 {
		pages := map[int]bool{}
		for _, at := range all[from : from+1024] {
			pages[at/4096] = true
		}
		if len(pages) != packedPages {
			t.Errorf("1024 loads from %d on visit %d pages, want %d", from, len(pages), packedPages)
		}
	}
}

func TestPageNodesRefuse(t *testing.T) {
	for _, c := range []struct{ nodes, page, line int }{{0, 4096, 64}, {8, 4095, 64}, {8, 4096, 48}, {8, 4096, 4}, {8, 64, 128}, {8, 0, 64}} {
		if _, err := NewPageNodes(c.nodes, c.page, c.line, 1); err == nil {
			t.Errorf("%+v: no error", c)
		}
	}
	a := pageArena(t, 8)
	n, err := NewPageNodes(8, 4096, 64, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, first := range []int{-1, 1} {
		if _, err := n.Spread(a, first); err == nil {
			t.Errorf("8 pages from page %d of 8: no error", first)
		}
	}
	if _, err := n.Packed(a, 8); err == nil {
		t.Error("lines behind the arena: no error")
	}
}
