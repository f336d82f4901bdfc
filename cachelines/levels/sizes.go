package levels

import (
	"math"
	"slices"

	"cachelab/cachelines/instrument"
	"cachelab/cachelines/internal/machine"
	"cachelab/cachelines/internal/sweep"
)

const (
	// leastSet is where a ladder begins: sixteen 64-byte lines.
	leastSet = 1 << 10
	// perOctave is how many sizes a doubling has away from the reported edges.
	perOctave = 3
	// mostSet ends a ladder at the latest: memory is reached far before on
	// everything but the largest stacked caches, and touching more takes over a
	// second.
	mostSet = 512 << 20
	// overLLC is how many times the last level the largest set is: it still finds
	// a quarter of itself there, which the inference takes off.
	overLLC = 4
)

// crowd is where sizes are crowded, as parts of a reported edge: for 32 KiB these
// are 26, 28, 30, 31, 32, 33, 34, 36, 38 and 41.
var crowd = []float64{0.8, 0.87, 0.93, 0.97, 1, 1.03, 1.06, 1.12, 1.2, 1.28}

// Sizes lists the working sets of a ladder on this machine in bytes, ascending,
// each a whole number of lines: from 1 KiB to four times the last level, and no
// more than the memory to spare allows.
func Sizes(h instrument.Hints) []int { return sizes(machine.Host{}, h) }

func sizes(m machine.Machine, h instrument.Hints) []int {
	top := min(overLLC*h.LLCBytes, mostSet)
	if spare, ok := m.SpareBytes(); ok {
		top = min(top, spare/sweep.SparePart)
	}
	return sizesUpTo(max(top, 64*leastSet), h.LineBytes, h.CacheBytes)
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
