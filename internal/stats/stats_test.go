package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestQuantile(t *testing.T) {
	check := func(want, q float64, xs ...float64) {
		t.Helper()
		if got := Quantile(xs, q); !about(got, want) && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Errorf("Quantile(%v, %v) = %v, want %v", xs, q, got, want)
		}
	}
	nan := math.NaN()
	check(nan, 0.5)
	check(7, 0, 7)
	check(7, 1, 7)
	check(1, 0, 1, 2, 3, 4)
	check(4, 1, 1, 2, 3, 4)
	check(2.5, 0.5, 1, 2, 3, 4)
	// R: quantile(c(1, 2, 3, 4, 10), c(.1, .9), type = 7); type 8 gives 1 and 9.6.
	check(1.4, 0.1, 1, 2, 3, 4, 10)
	check(7.6, 0.9, 1, 2, 3, 4, 10)
	check(1, -3, 1, 2)
	check(2, 3, 1, 2)
	got := Quantiles([]float64{3, nan, 1, math.Inf(1), 2}, 0, 0.5, 1)
	if !slices.Equal(got, []float64{1, 2, 3}) {
		t.Errorf("Quantiles passes over what is not finite: got %v", got)
	}
}

func TestMedian(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	check := func(f func([]float64) float64, want float64, xs ...float64) {
		t.Helper()
		before := slices.Clone(xs)
		if got := f(xs); got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Errorf("of %v: %v, want %v", xs, got, want)
		}
		for i := range xs {
			if xs[i] != before[i] && !math.IsNaN(before[i]) {
				t.Errorf("changed its argument %v to %v", before, xs)
			}
		}
	}
	check(Median, nan)
	check(Median, nan, nan, inf, -inf)
	check(Median, 2, 3, 1, 2)
	check(Median, 2.5, 4, 1, 2, 3)
	check(Median, 2, 3, nan, 1, inf, 2)
	check(MedianPositive, 2, 0, -5, 3, 1, nan, 2)
	check(MedianPositive, nan, 0, -1)

	rng := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		xs := make([]float64, 1+rng.IntN(30))
		for i := range xs {
			xs[i] = float64(rng.IntN(9)) // ties
		}
		sorted := slices.Sorted(slices.Values(xs))
		if got, want := Median(xs), Quantile(sorted, 0.5); got != want {
			t.Fatalf("Median(%v) = %v, want %v", xs, got, want)
		}
	}
}

func TestDistributions(t *testing.T) {
	check := func(name string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 1e-12 {
			t.Errorf("%s = %.15g, want %.15g", name, got, want)
		}
	}
	check("Binomial(4, 2, 1/2)", Binomial(4, 2, 0.5), 6.0/16)
	check("Binomial(3, 1, 0.1)", Binomial(3, 1, 0.1), 3*0.1*0.81)
	check("Binomial(3, 0, 0)", Binomial(3, 0, 0), 1)
	check("Binomial(3, 3, 1)", Binomial(3, 3, 1), 1)
	check("Binomial(3, 4, 1/2)", Binomial(3, 4, 0.5), 0)
	check("BinomialAtMost(4, 1, 1/2)", BinomialAtMost(4, 1, 0.5), 5.0/16)
	check("BinomialAtMost(4, -1, 1/2)", BinomialAtMost(4, -1, 0.5), 0)
	check("Hypergeometric(10, 4, 3, 2)", Hypergeometric(10, 4, 3, 2), 6.0*6/120)
	check("Hypergeometric(10, 4, 3, 4)", Hypergeometric(10, 4, 3, 4), 0)
	check("PoissonAtMost(0, 2)", PoissonAtMost(0, 2), math.Exp(-2))
	check("PoissonAtMost(2, 2)", PoissonAtMost(2, 2), 5*math.Exp(-2))
	check("PoissonAtMost(-1, 2)", PoissonAtMost(-1, 2), 0)
	check("PoissonAtMost(5000, 100)", PoissonAtMost(5000, 100), 1)
	check("PoissonAtMost(0, 5000)", PoissonAtMost(0, 5000), 0)
	check("PoissonAtMost(3, 0)", PoissonAtMost(3, 0), 1)
	check("SignTest(0, 0)", SignTest(0, 0), 0)
	check("SignTest(5, 5)", SignTest(5, 5), 31.0/32)
	check("SignTest(0, 5)", SignTest(0, 5), 0)
	check("SignTest(4, 5)", SignTest(4, 5), 26.0/32)
	// Large numbers neither overflow nor vanish.
	if p := Binomial(5000, 2500, 0.5); math.Abs(p-0.01128) > 1e-5 {
		t.Errorf("Binomial(5000, 2500, 1/2) = %v, want 0.01128", p)
	}
	if p := PoissonAtMost(2000, 2000); math.Abs(p-0.506) > 1e-3 {
		t.Errorf("PoissonAtMost(2000, 2000) = %v, want 0.506", p)
	}
	if p := PoissonAtMost(101_000, 100_000); math.Abs(p-0.99921) > 1e-5 {
		t.Errorf("PoissonAtMost(101000, 100000) = %v, want 0.99921", p)
	}
	sum := 0.0
	for k := range 61 {
		sum += Binomial(60, k, 0.3)
		if got := BinomialAtMost(60, k, 0.3); math.Abs(got-sum) > 1e-10 {
			t.Fatalf("BinomialAtMost(60, %d, 0.3) = %v, want %v", k, got, sum)
		}
	}
}

func TestGridPosterior(t *testing.T) {
	// Two fits a point; a normal log likelihood about 3.2 with deviation 0.5.
	const n, from, step = 200, 1.0, 0.02
	loss := make([]float64, 2*n)
	for i := range loss {
		x := from + float64(i/2)*step
		loss[i] = (x-3.2)*(x-3.2)/(2*0.5*0.5) + float64(i%2)*50
	}
	half := func(i int) int { return i / 2 }
	g := GridPosterior(from, step, n, loss, half, 1)
	lo, hi := g.Ends()
	if math.Abs(lo-(3.2-0.98)) > step || math.Abs(hi-(3.2+0.98)) > step {
		t.Errorf("ends %v and %v, want 2.22 and 4.18", lo, hi)
	}
	at, within := g.Heaviest(0.5)
	if math.Abs(at-3.2) > step || math.Abs(within-0.683) > 0.02 {
		t.Errorf("heaviest at %v with %v, want 3.2 with 0.683", at, within)
	}
	// Half the evidence: the interval grows by the square root of 2.
	wlo, whi := GridPosterior(from, step, n, loss, half, 0.5).Ends()
	if r := (whi - wlo) / (hi - lo); math.Abs(r-math.Sqrt2) > 0.05 {
		t.Errorf("with half the trust the interval is %v times as wide, want 1.41", r)
	}
	for i := range loss {
		loss[i] = math.Inf(1)
	}
	loss[14] = 3
	if g := GridPosterior(from, step, n, loss, half, 1); g.Weight[7] != 1 {
		t.Errorf("the only finite fit has weight %v, want 1", g.Weight[7])
	}
}

func TestPolish(t *testing.T) {
	nan := math.NaN()
	table := [][]float64{
		{1, 2, 4, nan},
		{11, 12, 14, nan},
		{21, 99, 24, nan},
		{nan, nan, nan, nan},
		{31, 32, nan, nan},
	}
	column, round := Polish(table, 4)
	if d := column[1] - column[0]; math.Abs(d-1) > 0.5 {
		t.Errorf("columns 0 and 1 differ by %v, want about 1: one outlier of four must not count", d)
	}
	if d := column[2] - column[0]; math.Abs(d-3) > 0.5 {
		t.Errorf("columns 0 and 2 differ by %v, want 3", d)
	}
	if !math.IsNaN(column[3]) || round[3] != 0 {
		t.Errorf("an empty column is %v, want NaN; an empty round %v, want 0", column[3], round[3])
	}
	if d := round[4] - round[0]; math.Abs(d-30) > 0.5 {
		t.Errorf("rounds 0 and 4 differ by %v, want 30", d)
	}
}

func TestRamp(t *testing.T) {
	for x, want := range map[float64]float64{-1: 0, 2: 0, 3: 0.5, 4: 1, 9: 1} {
		if got := Ramp(x, 2, 4); got != want {
			t.Errorf("Ramp(%v, 2, 4) = %v, want %v", x, got, want)
		}
	}
	if got := Ramp(math.NaN(), 0, 1); got != 0 {
		t.Errorf("Ramp(NaN) = %v, want 0", got)
	}
}
