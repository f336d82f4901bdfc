package sets

import (
	"cachelab/cachelines/internal/simtest"
	"math"
	"math/rand/v2"
	"testing"
)

// setMachine is a cache set as it is measured: soft is how many lines too many
// it takes until all loads miss.
func setMachine(rng *rand.Rand, ways, soft, rounds int, near, far, noise, outliers float64) []simtest.Point {
	points := make([]simtest.Point, mostWays)
	for i := range points {
		points[i].X = i + 1
		for range rounds {
			over := float64(i+1-ways) / float64(soft)
			ns := near + (far-near)*min(max(over, 0), 1)
			ns *= math.Exp(noise * rng.NormFloat64())
			if rng.Float64() < outliers {
				ns *= 1.5 + 8*rng.Float64()
			}
			points[i].NS = append(points[i].NS, ns)
		}
	}
	return points
}

// TestWaysOfRandomMachines: right or unsure, never confidently wrong.
func TestWaysOfRandomMachines(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	sure, n := 0, 1000
	for range n {
		ways := []int{1, 2, 4, 5, 6, 8, 10, 12, 16, 20, 24}[rng.IntN(11)]
		soft, noise, outliers := 1+rng.IntN(3), 0.05*rng.Float64(), 0.1*rng.Float64()
		got := InferWays(simtest.Curve(setMachine(rng, ways, soft, 5+rng.IntN(20), 1, 2.5+2*rng.Float64(), noise, outliers)))
		if got.Confidence < 0.5 {
			continue
		}
		sure++
		if got.Ways.Or(0) != ways {
			t.Errorf("%d ways, soft over %d lines, noise %.3f, outliers %.3f: says %v with %.2f", ways, soft, noise, outliers, got.Ways, got.Confidence)
		}
	}
	if sure < n*6/10 {
		t.Errorf("sure of %d of %d machines: an answer that is never sure is none", sure, n)
	}
}

func TestWaysOfNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 3))
	check := func(name string, points []simtest.Point) {
		t.Helper()
		if got := InferWays(simtest.Curve(points)); got.Confidence >= 0.5 {
			t.Errorf("%s: %v ways with %.2f", name, got.Ways, got.Confidence)
		}
	}
	check("no points", nil)
	check("no step", setMachine(rng, 99, 1, 20, 4.6, 15, 0.05, 0.1))
	check("a TLB's step", setMachine(rng, 8, 1, 20, 4.6, 5.4, 0.02, 0.05))
	check("too few rounds", setMachine(rng, 8, 1, 2, 1, 4, 0.01, 0))
	nan := setMachine(rng, 8, 1, 20, 1, 4, 0.01, 0)
	for i := range nan {
		for r := range nan[i].NS {
			if (i+r)%2 == 0 {
				nan[i].NS[r] = math.NaN()
			}
		}
	}
	check("direct mapped", setMachine(rng, 1, 2, 20, 1, 4, 0.01, 0))
	check("half of the samples missing", nan)
}

func TestFit(t *testing.T) {
	check := func(kib float64, ways int, want bool) {
		t.Helper()
		if got := Fit(int(kib*1024), ways, 64); got != want {
			t.Errorf("%.0f KiB with %d ways: %v", kib, ways, got)
		}
	}
	check(32, 8, true)
	check(47.2, 12, true)
	check(44.5, 12, true)
	check(64, 4, true)
	check(47.2, 10, false)
	check(46, 10, false)
	check(32, 7, false)
	check(0, 8, false)
}
