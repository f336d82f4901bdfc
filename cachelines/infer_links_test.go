package cachelines

import (
	"math"
	"math/rand/v2"
	"testing"
)

// linkMode is a heap of synthetic link latencies.
type linkMode struct {
	ns, dev float64 // median, and standard deviation of the logarithm
	n       int
}

// drawLinks draws the modes in random order; strays lie anywhere between the
// lowest and the highest mode, evenly on the logarithm.
func drawLinks(rng *rand.Rand, strays int, modes ...linkMode) []float64 {
	var out []float64
	lo, hi := math.Inf(1), 0.0
	for _, m := range modes {
		lo, hi = min(lo, m.ns), max(hi, m.ns)
		for range m.n {
			out = append(out, m.ns*math.Exp(m.dev*rng.NormFloat64()))
		}
	}
	for range strays {
		out = append(out, lo*math.Pow(hi/lo, rng.Float64()))
	}
	rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

func TestFindLinkClasses(t *testing.T) {
	check := func(name string, wantOf int, strays int, modes ...linkMode) {
		t.Helper()
		const trials = 200
		wrong := 0
		for seed := range uint64(trials) {
			rng := rand.New(rand.NewPCG(seed, 1))
			got := FindLinkClasses(drawLinks(rng, strays, modes...))
			good := len(got) == wantOf
			for i, c := range got {
				if good && math.Abs(math.Log(c.MedianNS/modes[i].ns)) > 0.1 {
					good = false
				}
			}
			if !good {
				wrong++
				if wrong == 1 {
					t.Logf("%s, seed %d: %+v", name, seed, got)
				}
			}
		}
		// The method allows itself one sample in twenty with a chance class.
		if wrong > trials*5/100 {
			t.Errorf("%s: %d of %d samples not in %d classes", name, wrong, trials, wantOf)
		}
	}
	// The link of the reference guest (TRAPS H2), long and short.
	check("guest, 2,000", 3, 68, linkMode{16, .05, 54}, linkMode{34.5, .08, 1724}, linkMode{116, .08, 154})
	check("guest, 300", 3, 10, linkMode{16, .05, 20}, linkMode{34.5, .08, 250}, linkMode{116, .08, 25})
	check("bare metal, 2,000", 1, 0, linkMode{50, .03, 2000})
	check("bare metal, 5", 1, 0, linkMode{50, .03, 5})
	check("five, two classes", 2, 0, linkMode{16, .05, 2}, linkMode{34.5, .05, 3})
	check("sockets", 2, 0, linkMode{60, .05, 50}, linkMode{110, .05, 50})
	// One class that drifts by a quarter is one class.
	check("two halves of one drift", 1, 0, linkMode{33.5, .04, 1}, linkMode{30, .04, 500}, linkMode{37.5, .04, 500})
	check("sparse strays", 1, 4, linkMode{34.5, .08, 150}, linkMode{200, 0, 1})
}

func TestFindLinkClassesDrift(t *testing.T) {
	for _, n := range []int{5, 6, 8, 10, 15, 20, 50, 200, 2000} {
		split := 0
		const trials = 300
		for seed := range uint64(trials) {
			rng := rand.New(rand.NewPCG(seed, 2))
			xs := make([]float64, n)
			for i := range xs {
				// A quarter up over the sample, with the class's own spread.
				xs[i] = 30 * math.Exp(math.Log(1.25)*float64(i)/float64(n)+0.06*rng.NormFloat64())
			}
			if len(FindLinkClasses(xs)) != 1 {
				split++
			}
		}
		if split > trials*3/100 {
			t.Errorf("n=%d: a drift of a quarter is not one class in %d of %d samples", n, split, trials)
		}
	}
}

func TestFindLinkClassesFewAndInvalid(t *testing.T) {
	nan := math.NaN()
	check := func(xs []float64, want int) {
		t.Helper()
		if got := FindLinkClasses(xs); len(got) != want {
			t.Errorf("FindLinkClasses(%v) = %+v, want %d classes", xs, got, want)
		}
	}
	check(nil, 0)
	check([]float64{nan, math.Inf(1), -3, 0}, 0)
	check([]float64{nan, 34}, 1)
	check([]float64{34, 35}, 1)
	check([]float64{34, 35, 34.2, 36, 900}, 1) // one stray is no class
	check([]float64{34, 34, 34, 34, 34}, 1)

	// A stray belongs to nothing, and a member to its class.
	classes := FindLinkClasses([]float64{34, 35, 34.2, 36, 33, 900})
	if _, ok := AssignLinkClass(classes, 900); ok {
		t.Errorf("900 ns has a class in %+v", classes)
	}
	if i, ok := AssignLinkClass(classes, 36); !ok || i != 0 {
		t.Errorf("36 ns: class %d, %v in %+v", i, ok, classes)
	}
	if _, ok := AssignLinkClass(classes, nan); ok {
		t.Error("NaN has a class")
	}
}

func TestLinkClassesCountTheirMembers(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	xs := drawLinks(rng, 30, linkMode{16, .05, 54}, linkMode{34.5, .08, 700}, linkMode{116, .08, 154})
	classes := FindLinkClasses(xs)
	counts := make([]int, len(classes))
	for _, x := range xs {
		if i, ok := AssignLinkClass(classes, x); ok {
			counts[i]++
		}
	}
	for i, c := range classes {
		if counts[i] != c.Count {
			t.Errorf("class %d counts %d members, AssignLinkClass finds %d", i, c.Count, counts[i])
		}
		if want := float64(c.Count) / float64(len(xs)); math.Abs(c.Share-want) > 1e-12 {
			t.Errorf("class %d has share %v, want %v", i, c.Share, want)
		}
	}
}
