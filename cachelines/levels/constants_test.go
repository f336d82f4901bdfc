package levels

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"testing"

	"cachelab/cachelines/instrument"
	"cachelab/cachelines/internal/simtest"
)

// Every constant of the inference of levels, and of the ladder below it, changes an
// answer on these simulated machines when it is halved or doubled.
func TestConstants(t *testing.T) {
	random := rand.New(rand.NewPCG(61, 1))
	var curves []instrument.Curve
	for k := range 24 {
		m := disturbedLadder(random)
		if k%4 == 0 {
			m = cleanLadder(random)
		}
		curves = append(curves, simtest.Curve(m.measure(random)))
	}
	for k := range 8 { // last levels of which a part is not there now and then
		m := ladderMachine{sizes: []float64{32 << 10, 1 << 20, 7 << 20}, ns: []float64{1.1, 3.9, 15, 130}, sharp: []float64{30, 8, 4},
			rounds: 12, noise: 0.03, outliers: 0.05, moving: 0.5, movedShare: 0.08 * float64(k+1), crowd: true}
		curves = append(curves, simtest.Curve(m.measure(random)))
	}
	var shared []instrument.Curve
	for range 3 {
		shared = append(shared, simtest.Curve(sharedLast(random, 1<<20, 3<<20, 9<<20, 15, 130)))
	}
	shared = append(shared, simtest.Curve(sharedLast(random, 1<<20, 3<<20, 9<<20, 15, 48)))
	for points := 9; points < 18; points++ { // ladders that end early, with few samples that show the level
		shared = append(shared, simtest.Curve(sharedLast(random, 1<<20, 3<<20, 9<<20, 15, 130)[:points]))
	}
	few := sharedLast(random, 1<<20, 3<<20, 9<<20, 15, 130)
	for i := range few {
		few[i].NS = few[i].NS[:2]
	}
	shared = append(shared, simtest.Curve(few))
	simtest.Constants(t, inferBy, func(k constants) iter.Seq[string] {
		return func(yield func(string) bool) {
			for _, c := range shared {
				l, ok := inferLLCShare(c, 1<<20, k)
				if !yield(fmt.Sprintf("%d %d %d %.2f %v", l.SizeBytes, l.SizeLo, l.SizeHi, l.Confidence, ok)) {
					return
				}
			}
			for _, c := range curves {
				said := ""
				for _, l := range infer(c, k).Levels {
					said += fmt.Sprintf("%d %d %d %.2f; ", l.SizeBytes, l.SizeLo, l.SizeHi, l.Confidence)
				}
				if !yield(said) {
					return
				}
			}
		}
	}, map[string]string{
		"Ladder.StrayAlpha": "a stray more makes chance ten times less likely, so no factor of two decides; TestLevelsThatMove holds that the interval widens",
	})
}
