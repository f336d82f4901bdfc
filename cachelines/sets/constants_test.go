package sets

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"testing"

	"cachelab/cachelines/instrument"
	"cachelab/cachelines/internal/simtest"
)

// Every constant of the inference of ways and sets changes an answer on these simulated
// curves and counts when it is halved or doubled.
func TestConstants(t *testing.T) {
	random := rand.New(rand.NewPCG(64, 1))
	var ways, scattered []instrument.Curve
	for k := range 30 {
		rounds := 2 + k%10
		points := setMachine(random, 2+random.IntN(16), 1+random.IntN(4), rounds, 1, 1.2+2*random.Float64(), 0.1*random.Float64(), 0.2*random.Float64())
		ways = append(ways, simtest.Curve(points[:mostWays-k%3*12]))
	}
	for k := range 6 {
		cache := newSimCache(64, []int{4, 8, 16}[k%3], "oldest", random)
		about := 64 * cache.ways * 64
		points := simScattered(cache, []int{about, about, about / 2}[k%3], 4, 4+2*float64(k), 0.02, 0.05, random)
		scattered = append(scattered, simtest.Curve(points))
	}
	for _, off := range []float64{1.2, 1.4, 1.7, 2.2} { // a rise that has none of the forms
		points := simScattered(newSimCache(64, 8, "oldest", random), 32<<10, 4, 12, 0.001, 0, random)
		for i := range points {
			for r := range points[i].NS {
				if i%2 == 1 {
					points[i].NS[r] *= off
				}
			}
		}
		scattered = append(scattered, simtest.Curve(points))
	}
	counts := [][]Search{
		searches(6, 3, 20, 0), searches(3, 3, 20, 0), searches(4, 3, 20, 0), searches(6, 2, 14, 0), searches(6, 2, 17, 0),
		append(searches(6, 3, 20, 0), searches(1, 9, 60, 0)...), append(searches(6, 3, 20, 0), searches(5, 20, 100, 2)...),
		append(searches(6, 3, 20, 0), searches(5, 20, 100, 4)...), searches(6, 20, 100, 1), searches(6, 0, 1, 0),
	}
	for _, same := range []int{4, 6, 8} {
		spread := searches(24, 3, 20, 0)
		for i := range spread[same:] {
			spread[same+i].Lines = 11 + i
		}
		counts = append(counts, spread)
	}
	simtest.Constants(t, inferBy, func(k constants) iter.Seq[string] {
		return func(yield func(string) bool) {
			for _, c := range counts {
				a, s := infer(Found{Searches: c, Columns: 64, LineBytes: 64}, k)
				if !yield(fmt.Sprintf("%v %.3f %d %d %d %.3f", a.Ways, a.Confidence, s.Bytes, s.Lo, s.Hi, s.Confidence)) {
					return
				}
			}
			for _, c := range ways {
				a := inferWays(c, k)
				if !yield(fmt.Sprintf("%v %.3f", a.Ways, a.Confidence)) {
					return
				}
			}
			for _, c := range scattered {
				s := inferScattered(c, k)
				if !yield(fmt.Sprintf("%d %d %d %.3f", s.Bytes, s.Lo, s.Hi, s.Confidence)) {
					return
				}
			}
		}
	}, map[string]string{
		"GoodFit": "of the curves tried that no form fits, each has an interval that is too wide as well; it stays against one that has not",
		"BadFit":  "as GoodFit",
	})
}

// Every constant of the search changes what is found in these simulated caches when it
// is halved or doubled.
func TestSearchConstants(t *testing.T) {
	simtest.Constants(t, searchBy, func(k searchConstants) iter.Seq[string] {
		return func(yield func(string) bool) {
			for seed, noise := range []float64{0, 0.002, 0.006} {
				random := rand.New(rand.NewPCG(65, uint64(seed)))
				const blocks = PoolTimes * (128 << 10) / blockBytes
				level := newSimLevel(256, 8, "oldest", "bits", blocks, random)
				level.noise, level.outliers = noise, 5*noise
				e := searcher{time: level.walk, blocks: blocks, columns: level.columns, random: random, k: k}
				for range 2 {
					if !yield(fmt.Sprintf("%+v", e.search(func() bool { return true }))) {
						return
					}
				}
			}
		}
	}, nil)
}
