package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestMedianIntervalSmall(t *testing.T) {
	check := func(xs []float64, median, lo, hi float64) {
		t.Helper()
		m, l, h := MedianInterval(xs)
		if !about(m, median) || !about(l, lo) || !about(h, hi) {
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
	MedianInterval(xs)
	if xs[0] != 3 || xs[5] != 4 {
		t.Errorf("sorted its argument: %v", xs)
	}
}

// One bad pass of eight must not be the interval: the range would be [0, 99].
func TestMedianIntervalOutlier(t *testing.T) {
	_, lo, hi := MedianInterval([]float64{1, 2, 3, 4, 5, 6, 7, 99})
	if lo < 1 || lo > 2 || hi < 7 || hi > 40 {
		t.Errorf("got [%v, %v]", lo, hi)
	}
}

// The interval lies between the neighbouring order statistics whose coverage
// is known, so its own does too.
func TestOrderStatistics(t *testing.T) {
	for _, aim := range []float64{0.96, 0.99, 0.999} {
		for n := MinMedianInterval; n <= 300; n++ {
			o := orderStatistics(n, aim)
			cover := func(d int) float64 { return 1 - 2*BinomialAtMost(n, d-1, 0.5) }
			if o.d == 0 {
				if cover(1) >= aim {
					t.Errorf("n = %d: the range covers %v, but there is no interval", n, cover(1))
				}
				continue
			}
			if 2*(o.d+1) > n+1 || o.inner < 0 || o.inner >= 1 || cover(o.d) < aim || cover(o.d+1) >= aim {
				t.Errorf("n = %d: d = %d, inner = %v, coverage %v and %v", n, o.d, o.inner, cover(o.d), cover(o.d+1))
			}
		}
	}
}

// A higher coverage gives a wider interval, and the range where nothing wider
// is left.
func TestMedianIntervalAt(t *testing.T) {
	xs := make([]float64, 20)
	for i := range xs {
		xs[i] = float64(i * i)
	}
	_, lo95, hi95 := MedianInterval(xs)
	_, lo99, hi99 := MedianIntervalAt(xs, 0.99)
	if !(lo99 < lo95 && hi95 < hi99) {
		t.Errorf("95%%: [%v, %v], 99%%: [%v, %v]", lo95, hi95, lo99, hi99)
	}
	if _, lo, hi := MedianIntervalAt(xs[:7], 0.999); lo != 0 || hi != 36 {
		t.Errorf("seven values cannot cover 99.9%%: got [%v, %v], want the range", lo, hi)
	}
	if m, lo, hi := MedianInterval(nil); !math.IsNaN(m) || !math.IsNaN(lo) || !math.IsNaN(hi) {
		t.Errorf("of no values: %v [%v, %v], want NaN", m, lo, hi)
	}
}

func about(got, want float64) bool { return math.Abs(got-want) <= 1e-12*math.Abs(want) }

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
				_, lo, hi := MedianInterval(xs)
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
