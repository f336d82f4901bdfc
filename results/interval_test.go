package results

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestMedianIntervalSmall(t *testing.T) {
	check := func(xs []float64, median, lo, hi float64) {
		t.Helper()
		m, l, h := medianInterval(xs)
		if !near(m, median) || !near(l, lo) || !near(h, hi) {
			t.Errorf("%v: got %v [%v, %v], want %v [%v, %v]", xs, m, l, h, median, lo, hi)
		}
	}
	check([]float64{3}, 3, 3, 3)
	check([]float64{3, 1}, 2, 1, 3)
	check([]float64{5, 1, 2, 3, 4}, 3, 1, 5)
	check([]float64{7, 7, 7, 7, 7, 7, 7, 7}, 7, 7, 7)
}

func TestMedianIntervalLeavesItsArgument(t *testing.T) {
	xs := []float64{3, 1, 2, 6, 5, 4}
	medianInterval(xs)
	if xs[0] != 3 || xs[5] != 4 {
		t.Errorf("sorted its argument: %v", xs)
	}
}

// One bad pass of eight must not be the interval: the range would be [0, 99].
func TestMedianIntervalOutlier(t *testing.T) {
	_, lo, hi := medianInterval([]float64{1, 2, 3, 4, 5, 6, 7, 99})
	if lo < 1 || lo > 2 || hi < 7 || hi > 40 {
		t.Errorf("got [%v, %v]", lo, hi)
	}
}

// The interval lies between the neighbouring order statistics whose coverage
// is known, so its own does too.
func TestOrderStatistics(t *testing.T) {
	for n := minPasses; n <= 300; n++ {
		d, inner := orderStatistics(n)
		cover := func(d int) float64 {
			c := 1.0
			for k := range d {
				c -= 2 * binomialHalf(n, k)
			}
			return c
		}
		if d < 1 || 2*(d+1) > n+1 || inner < 0 || inner >= 1 || cover(d) < aim || cover(d+1) >= aim {
			t.Errorf("n = %d: d = %d, inner = %v, coverage %v and %v", n, d, inner, cover(d), cover(d+1))
		}
	}
}

// What the interval claims, it keeps: on noise as it is here, with outliers,
// in one arm only too, and on a skewed shape.
func TestMedianIntervalCoverage(t *testing.T) {
	runs := 6000
	if testing.Short() {
		runs = 2000
	}
	random := rand.New(rand.NewPCG(3, 4))
	outlier := func(share float64) float64 {
		if random.Float64() < share {
			return math.Log(1.1 + 0.7*random.ExpFloat64())
		}
		return 0
	}
	noise := func() float64 { return 0.03 * random.NormFloat64() }
	shapes := []struct {
		name   string
		median float64
		draw   func() float64
	}{
		{"lognormal", 0, func() float64 { return noise() - noise() }},
		{"outliers in both arms", 0, func() float64 { return noise() + outlier(0.1) - noise() - outlier(0.1) }},
		{"exponential", math.Ln2, random.ExpFloat64},
	}
	for _, shape := range shapes {
		for _, n := range []int{6, 7, 8, 10, 12, 20} {
			below, above := 0, 0
			xs := make([]float64, n)
			for range runs {
				for i := range xs {
					xs[i] = shape.draw()
				}
				_, lo, hi := medianInterval(xs)
				if shape.median < lo {
					below++
				}
				if shape.median > hi {
					above++
				}
			}
			// Three standard deviations of a share of 5%, and of 2.5%.
			both, side := 0.05+3*math.Sqrt(0.05*0.95/float64(runs)), 0.025+3*math.Sqrt(0.025*0.975/float64(runs))
			missed := float64(below+above) / float64(runs)
			if missed > both || float64(below)/float64(runs) > side+0.004 || float64(above)/float64(runs) > side+0.004 {
				t.Errorf("%s, n = %d: missed %.4f (below %d, above %d of %d)", shape.name, n, missed, below, above, runs)
			}
			if missed < 0.01 {
				t.Errorf("%s, n = %d: missed only %.4f, the interval is too wide", shape.name, n, missed)
			}
		}
	}
}
