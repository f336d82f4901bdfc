package cachelines

import (
	"math"
	"slices"

	"cachelab/affinity/topology"
	"cachelab/internal/host"
)

const (
	// leastSet is where a ladder begins: sixteen 64-byte lines.
	leastSet = 1 << 10
	// perOctave is how many sizes a doubling has away from the claimed edges.
	perOctave = 3
	// mostSet ends a ladder at the latest: memory is reached far before on
	// everything but the largest stacked caches, and touching more takes over
	// a second.
	mostSet = 512 << 20
	// sparePart is the part of the memory to spare that one arena may take;
	// there are two.
	sparePart = 8
)

// crowd is where sizes are crowded, as parts of a claimed edge: for 32 KiB
// these are 26, 28, 30, 31, 32, 33, 34, 36, 38 and 41.
var crowd = []float64{0.8, 0.87, 0.93, 0.97, 1, 1.03, 1.06, 1.12, 1.2, 1.28}

// stride is the distance of nodes in a ladder: the claimed line.
func (c *Claims) stride() int {
	const usual = 64
	line, ok := c.LineBytes()
	if !ok || line < usual/2 {
		return usual
	}
	return line
}

// ladderSizes lists the working sets of a ladder in bytes, ascending, each a
// whole number of lines: from 1 KiB to four times the last level, claimed or
// assumed, and no more than the memory to spare allows.
func (c *Claims) ladderSizes(line int) []int {
	last, _ := c.LastLevelToSizeBy()
	top := min(4*last, mostSet)
	if spare, ok := host.MemoryToSpare(); ok {
		top = min(top, spare/sparePart)
	}
	return sizesUpTo(max(top, 64*leastSet), line, c.edges())
}

// edges are the claimed sizes of data and unified caches.
func (c *Claims) edges() []int {
	var out []int
	for _, cache := range c.Caches {
		if size, ok := cache.SizeBytes.Get(); ok && cache.Type != topology.Instruction && !slices.Contains(out, size) {
			out = append(out, size)
		}
	}
	return out
}

func sizesUpTo(top, line int, edges []int) []int {
	var out []int
	add := func(bytes float64) {
		if b := int(bytes) / line * line; b >= line && b <= top {
			out = append(out, b)
		}
	}
	for k := 0; ; k++ {
		bytes := leastSet * math.Pow(2, float64(k)/perOctave)
		if bytes > float64(top) {
			break
		}
		add(bytes)
	}
	add(float64(top))
	for _, edge := range edges {
		for i, part := range crowd {
			if edge > middleSet && i%2 == 1 {
				continue // samples of such sets are dear, and shares of a last level no sharp edges
			}
			add(part * float64(edge))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
