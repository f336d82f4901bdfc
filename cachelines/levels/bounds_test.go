package levels

import (
	"math"
	"math/rand/v2"
	"testing"

	"cachelab/cachelines/internal/simtest"
)

// A sample that half of its loads leave for the nearest level of the field, 2.5 times as
// slow, shows a smaller cache: the interval spans it. One that a TLB or a page walk slows
// down, by a fifth and in bad cases a quarter, does not.
func TestEarlyMissesWidenTheInterval(t *testing.T) {
	const size = 1 << 20
	lo := func(slower float64) int {
		rng := rand.New(rand.NewPCG(71, 1))
		var points []simtest.Point
		for s := 32768.0; s < 16*size; s *= math.Pow(2, 0.125) {
			p := simtest.Point{X: int(s)}
			for round := range 12 {
				ns := 4.0
				switch {
				case s > size:
					ns = 40
				case s > 0.75*size && round%4 == 0:
					ns *= slower
				}
				p.NS = append(p.NS, ns*math.Exp(0.005*rng.NormFloat64()))
			}
			points = append(points, p)
		}
		levels := Infer(simtest.Curve(points)).Levels
		if len(levels) != 1 {
			t.Fatalf("%v times as slow: %+v, want one level", slower, levels)
		}
		return levels[0].SizeLo
	}
	if got := lo(1.25); got < size*8/10 {
		t.Errorf("slowed down by a quarter: from %d on, want the size, %d, to a fifth", got, size)
	}
	if got := lo(1.75); got > size*75/100 {
		t.Errorf("half of the loads miss: from %d on, want three quarters of %d", got, size)
	}
}

// A last level is told from memory where that takes as long as anywhere in the field, three
// times and more, less a fifth for what a noisy neighbour adds to a hit. At less than
// twice the few percent by which latencies vary are a tenth of what is hit, and the
// size would be theirs.
func TestLLCShareNeedsASlowerMemory(t *testing.T) {
	for _, c := range []struct {
		memory float64
		want   bool
	}{{1.75, false}, {2.45, true}, {3, true}} {
		rng := rand.New(rand.NewPCG(71, 2))
		points := sharedLast(rng, 1<<20, 4<<20, 4<<20, 15, 15*c.memory)
		got, ok := InferLLCShare(simtest.Curve(points), 1<<20)
		if ok != c.want {
			t.Errorf("memory takes %v times as long: %+v, told %v, want %v", c.memory, got, ok, c.want)
		}
	}
}
