package levels

import (
	"cachelab/cachelines/internal/simtest"
	"math"
	"math/rand/v2"
	"testing"
)

// sharedLast is a ladder over a private level and a last one of which a part is
// there, another part in each sample.
func sharedLast(rng *rand.Rand, private, least, most int, near, far float64) []simtest.Point {
	var points []simtest.Point
	for size := float64(private); size <= float64(128<<20); size *= 1.26 {
		p := simtest.Point{X: int(size)}
		for range 6 {
			share := float64(least) + float64(most-least)*rng.Float64()
			hits := min(share/size, 1)
			p.NS = append(p.NS, (hits*near+(1-hits)*far)*math.Exp(0.02*rng.NormFloat64()), math.NaN())
		}
		points = append(points, p)
	}
	return points
}

func TestLLCShare(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 4))
	check := func(least, most int) {
		t.Helper()
		got, ok := InferLLCShare(simtest.Curve(sharedLast(rng, 1<<20, least, most, 15, 130)), 1<<20)
		if !ok {
			t.Fatalf("%d to %d bytes: nothing found", least, most)
		}
		if mid := (least + most) / 2; math.Abs(math.Log(float64(got.SizeBytes)/float64(mid))) > math.Log(1.2) {
			t.Errorf("%d to %d bytes: says %d", least, most, got.SizeBytes)
		}
		if float64(got.SizeLo) > 1.2*float64(least) || float64(got.SizeHi) < 0.8*float64(most) {
			t.Errorf("%d to %d bytes: interval %d to %d", least, most, got.SizeLo, got.SizeHi)
		}
		if least < most/2 && got.Confidence > 0.5 {
			t.Errorf("%d to %d bytes: sure with %.2f of what moves", least, most, got.Confidence)
		}
		if math.Abs(got.LatencyNS-15) > 3 {
			t.Errorf("%d to %d bytes: latency %.1f, want 15", least, most, got.LatencyNS)
		}
	}
	check(3<<20, 6<<20)
	check(32<<20, 32<<20)
	check(16<<20, 20<<20)
}

func TestLLCShareOfNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 5))
	if got, ok := InferLLCShare(simtest.Curve(nil), 1<<20); ok {
		t.Errorf("no points: %+v", got)
	}
	if got, ok := InferLLCShare(simtest.Curve(sharedLast(rng, 1<<20, 4<<20, 4<<20, 15, 20)), 1<<20); ok {
		t.Errorf("no step: %+v", got)
	}
	if got, ok := InferLLCShare(simtest.Curve(sharedLast(rng, 1<<20, 4<<20, 4<<20, 15, 130)[:5]), 1<<20); ok {
		t.Errorf("memory not reached: %+v", got)
	}
}
