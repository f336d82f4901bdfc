package sets

import (
	"cachelab/cachelines/internal/ladder"
	"cachelab/cachelines/internal/simtest"
	"cachelab/internal/stats"
	"math"
	"math/rand/v2"
	"testing"
)

// simCache is a set-associative cache that is walked: sets by a hash of the line, replacement
// of the oldest, of the bits of a tree, or by chance.
type simCache struct {
	sets, ways int
	policy     string
	tags       []int32
	age        []int32
	tree       []uint32
	now        int32
	hash       uint64
	index      string // bits, folded, or a hash
	rng        *rand.Rand
}

func newSimCache(sets, ways int, policy string, rng *rand.Rand) *simCache {
	c := &simCache{sets: sets, ways: ways, policy: policy, hash: rng.Uint64() | 1, rng: rng}
	c.tags, c.age, c.tree = make([]int32, sets*ways), make([]int32, sets*ways), make([]uint32, sets)
	for i := range c.tags {
		c.tags[i] = -1
	}
	return c
}

// set is the one of a physical line: its lowest bits; those with higher ones folded onto all but the
// three lowest, as AMD Zen 4 was seen to do; or a hash of all.
func (c *simCache) set(line int32) int {
	sets := int32(c.sets)
	switch c.index {
	case "bits":
		return int(line % sets)
	case "folded":
		return int((line ^ line/sets<<3 ^ line/sets/sets<<5) % sets)
	}
	return int((uint64(line) * c.hash >> 20) % uint64(c.sets))
}

// visit reports whether a line hits.
func (c *simCache) visit(line int32) bool {
	set := c.set(line)
	tags := c.tags[set*c.ways : (set+1)*c.ways]
	ages := c.age[set*c.ways : (set+1)*c.ways]
	c.now++
	oldest := 0
	for w, tag := range tags {
		if tag == line {
			ages[w] = c.now
			c.point(set, w)
			return true
		}
		if ages[w] < ages[oldest] {
			oldest = w
		}
	}
	w := oldest
	switch c.policy {
	case "chance":
		w = c.rng.IntN(c.ways)
	case "tree":
		w = c.victim(set)
	}
	tags[w], ages[w] = line, c.now
	c.point(set, w)
	return false
}

// point turns the bits of the tree away from way w; victim follows them.
func (c *simCache) point(set, w int) {
	for node, span := 1, c.ways; span > 1; span /= 2 {
		right := w%span >= span/2
		if right {
			c.tree[set] &^= 1 << node
		} else {
			c.tree[set] |= 1 << node
		}
		node *= 2
		if right {
			node++
		}
	}
}

func (c *simCache) victim(set int) int {
	w := 0
	for node, span := 1, c.ways; span > 1; span /= 2 {
		if c.tree[set]>>node&1 == 1 {
			w += span / 2
			node = 2*node + 1
		} else {
			node *= 2
		}
	}
	return w
}

// simScattered measures a simulated cache as sweepScattered does a real one, with noise.
func simScattered(c *simCache, about int, near, far, noise, outliers float64, rng *rand.Rand) []simtest.Point {
	const line, rounds = 64, 8
	order := make([]int32, poolTimes*about/line)
	for i := range order {
		order[i] = int32(i)
	}
	var points []simtest.Point
	for k := range scatterSizes {
		part := scatterLow * math.Pow(scatterHigh/scatterLow, float64(k)/(scatterSizes-1))
		p := simtest.Point{X: int(part*float64(about)) / line * line}
		for range rounds {
			n := p.X / line
			for i := range n {
				j := i + rng.IntN(len(order)-i)
				order[i], order[j] = order[j], order[i]
			}
			missed := 0
			for lap := range 3 {
				for _, l := range order[:n] {
					if !c.visit(l) && lap == 2 {
						missed++
					}
				}
			}
			ns := (near + (far-near)*float64(missed)/float64(n)) * math.Exp(noise*rng.NormFloat64())
			if rng.Float64() < outliers {
				ns *= 1 + 3*rng.Float64()
			}
			p.NS = append(p.NS, ns)
		}
		points = append(points, p)
	}
	return points
}

// TestScatteredSize: over random machines the answer is right or unsure, its interval
// holds the truth, and unsure answers are near it. A claim that is off by up to a third
// either way must not matter.
func TestScatteredSize(t *testing.T) {
	machines := 20 * *simtest.Soak
	rng := rand.New(rand.NewPCG(11, 12))
	wrong, right, promised := 0, 0, 0.0
	held := 0
	var offs []float64
	for range machines {
		ways := []int{4, 8, 10, 12, 16, 20}[rng.IntN(6)]
		policy := []string{"oldest", "tree", "chance"}[rng.IntN(3)]
		if policy == "tree" {
			ways = []int{4, 8, 16}[rng.IntN(3)] // a tree has a power of two
		}
		sets := 64 << rng.IntN(3)
		size := sets * ways * 64
		about := int(float64(size)*math.Exp(0.6*(rng.Float64()-0.5))) / 4096 * 4096
		near := 3 + 3*rng.Float64()
		points := simScattered(newSimCache(sets, ways, policy, rng), max(about, 4096), near, near*(2+2*rng.Float64()),
			0.02*rng.Float64(), 0.1*rng.Float64(), rng)
		level := InferScattered(simtest.Curve(points))
		off := math.Abs(math.Log(float64(level.Bytes) / float64(size)))
		offs = append(offs, off)
		if level.Lo <= size && size <= level.Hi {
			held++
		}
		if level.Confidence < inferBy.ScatterCap/2 {
			continue
		}
		promised += 1 - level.Confidence
		if off > math.Log(ladder.SameSize) {
			wrong++
			t.Logf("%d sets of %d ways, %s, asked about %d KiB: %d KiB of %d, interval %d to %d, confidence %.2f", sets, ways, policy, about>>10,
				level.Bytes>>10, size>>10, level.Lo>>10, level.Hi>>10, level.Confidence)
		} else {
			right++
		}
	}
	t.Logf("%d right and %d wrong of %d where it was sure; %.1f wrong were to be expected by its confidence", right, wrong, machines, promised)
	if float64(wrong) > 1+promised {
		t.Errorf("%d confident wrong answers, its confidence promises %.1f", wrong, promised)
	}
	if held < machines*9/10 {
		t.Errorf("the interval held the size of %d machines of %d", held, machines)
	}
	// Neither ways nor policy are told: half of the answers are within a sixth.
	if middle := stats.Median(offs); middle > math.Log(1.17) {
		t.Errorf("sizes are off by a factor of %.2f in the middle", math.Exp(middle))
	} else {
		t.Logf("off by a factor of %.2f in the middle, interval held %d of %d", math.Exp(middle), held, machines)
	}
}

// A machine without a step, and one whose cache lies outside of what was measured, have
// no answer.
func TestScatteredSizeKnowsItsLimits(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	flat := simScattered(newSimCache(64, 16, "oldest", rng), 64<<10, 4, 4, 0.02, 0, rng)
	small := simScattered(newSimCache(64, 8, "oldest", rng), 256<<10, 4, 12, 0.01, 0, rng)
	edge := simScattered(newSimCache(128, 16, "oldest", rng), 44<<10, 4, 12, 0.005, 0, rng) // 2.9 times
	large := simScattered(newSimCache(1024, 16, "oldest", rng), 128<<10, 4, 12, 0.01, 0, rng)
	for name, points := range map[string][]simtest.Point{"flat": flat, "far smaller": small, "beyond the edge": edge, "far larger": large, "none": nil} {
		if level := InferScattered(simtest.Curve(points)); level.Confidence > 0.2 {
			t.Errorf("%s: %d KiB with confidence %.2f", name, level.Bytes>>10, level.Confidence)
		}
	}
}
