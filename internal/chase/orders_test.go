package chase

import (
	"slices"
	"testing"
)

// Blocks are visited in random order, each once, and not from the first to the last.
func TestBlocksAreInRandomOrder(t *testing.T) {
	const nodes, block = 4096, 64
	order := visitOrder(nodes, block, 5)
	var blocks []int
	for i := 0; i < nodes; i += block {
		of := int(order[i]) / block
		blocks = append(blocks, of)
		for _, n := range order[i : i+block] {
			if int(n)/block != of {
				t.Fatalf("visit %d leaves block %d", i, of)
			}
		}
	}
	ascending := 0
	for i := 1; i < len(blocks); i++ {
		if blocks[i] == blocks[i-1]+1 {
			ascending++
		}
	}
	if ascending > len(blocks)/8 { // by chance 1 in 64
		t.Errorf("%d of %d blocks follow the one before them: %v", ascending, len(blocks), blocks)
	}
	slices.Sort(blocks)
	for i, b := range blocks {
		if i != b {
			t.Fatalf("block %d is missing", i)
		}
	}
	// Where a block is all of the nodes or more, or none is asked for, there is one.
	for _, block := range []int{0, nodes, 2 * nodes} {
		if got := visitOrder(nodes, block, 5); len(got) != nodes || slices.IsSorted(got) {
			t.Errorf("blocks of %d: %d nodes, in order: %v", block, len(got), slices.IsSorted(got))
		}
	}
}

// A walk of packed lines jumps among 16 pages at a time, which every first-level TLB
// holds, and uses all of them.
func TestPackedWalkStaysInSixteenPages(t *testing.T) {
	const page, line, nodes = 4096, 64, 4096 // 64 pages
	n, err := NewPageNodes(nodes, page, line, 3)
	if err != nil {
		t.Fatal(err)
	}
	for from := 0; from < nodes; from += 1024 {
		pages := map[int32]bool{}
		for i, at := range n.packed[from : from+1024] {
			pages[at*line/page] = true
			if i == 255 && len(pages) < 12 {
				t.Errorf("256 visits from %d on are on %d pages, want nearly 16", from, len(pages))
			}
		}
		if len(pages) != 16 {
			t.Errorf("1,024 visits from %d on are on %d pages, want 16", from, len(pages))
		}
	}
}

// The golden step visits all of the units, is near their golden section, and varies.
func TestGoldenStep(t *testing.T) {
	for _, n := range []int{1, 2, 3, 4, 10, 64, 1000, 1021, 1 << 16} {
		steps := map[int]bool{}
		for _, vary := range []float64{0, 0.25, 0.5, 0.75, 0.999} {
			step := goldenStep(n, vary)
			steps[step] = true
			seen := make([]bool, n)
			at := 0
			for range n {
				seen[at] = true
				at = (at + step) % n
			}
			if slices.Contains(seen, false) {
				t.Errorf("steps of %d miss some of %d units", step, n)
			}
			if part := float64(step) / float64(n); n >= 64 && (part < 0.58 || part > 0.63) {
				t.Errorf("a step of %d of %d is a part of %.3f, want about 0.618", step, n, part)
			}
		}
		if n >= 1000 && len(steps) < 4 {
			t.Errorf("of %d units the steps are %v, want other ones as it varies", n, steps)
		}
	}
}
