package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// heap is a class of synthetic link latencies.
type heap struct {
	ns, dev float64 // median, and standard deviation of the logarithm
	n       int
}

// drawHeaps draws the modes in random order; strays lie anywhere between the
// lowest and the highest mode, evenly on the logarithm.
func drawHeaps(rng *rand.Rand, strays int, modes ...heap) []float64 {
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

func TestFindModes(t *testing.T) {
	check := func(name string, wantOf int, strays int, modes ...heap) {
		t.Helper()
		const trials = 200
		wrong := 0
		for seed := range uint64(trials) {
			rng := rand.New(rand.NewPCG(seed, 1))
			got := FindModes(drawHeaps(rng, strays, modes...))
			good := len(got) == wantOf
			for i, c := range got {
				if good && math.Abs(math.Log(c.Median/modes[i].ns)) > 0.1 {
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
	// The link of the reference guest whose CPUs move, long and short.
	check("guest, 2,000", 3, 68, heap{16, .05, 54}, heap{34.5, .08, 1724}, heap{116, .08, 154})
	check("guest, 300", 3, 10, heap{16, .05, 20}, heap{34.5, .08, 250}, heap{116, .08, 25})
	check("bare metal, 2,000", 1, 0, heap{50, .03, 2000})
	check("bare metal, 5", 1, 0, heap{50, .03, 5})
	check("five, two classes", 2, 0, heap{16, .05, 2}, heap{34.5, .05, 3})
	check("sockets", 2, 0, heap{60, .05, 50}, heap{110, .05, 50})
	// One class that drifts by a quarter is one class.
	check("two halves of one drift", 1, 0, heap{33.5, .04, 1}, heap{30, .04, 500}, heap{37.5, .04, 500})
	check("sparse strays", 1, 4, heap{34.5, .08, 150}, heap{200, 0, 1})
}

func TestFindModesDrift(t *testing.T) {
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
			if len(FindModes(xs)) != 1 {
				split++
			}
		}
		if split > trials*3/100 {
			t.Errorf("n=%d: a drift of a quarter is not one class in %d of %d samples", n, split, trials)
		}
	}
}

func TestFindModesFewAndInvalid(t *testing.T) {
	nan := math.NaN()
	check := func(xs []float64, want int) {
		t.Helper()
		if got := FindModes(xs); len(got) != want {
			t.Errorf("FindModes(%v) = %+v, want %d classes", xs, got, want)
		}
	}
	check(nil, 0)
	check([]float64{nan, math.Inf(1), -3, 0}, 0)
	check([]float64{nan, 34}, 1)
	check([]float64{34, 35}, 1)
	check([]float64{34, 35, 34.2, 36, 900}, 1) // one stray is no class
	check([]float64{34, 34, 34, 34, 34}, 1)

	// A stray belongs to nothing, and a member to its class.
	classes := FindModes([]float64{34, 35, 34.2, 36, 33, 900})
	if _, ok := ModeOf(classes, 900); ok {
		t.Errorf("900 ns has a class in %+v", classes)
	}
	if i, ok := ModeOf(classes, 36); !ok || i != 0 {
		t.Errorf("36 ns: class %d, %v in %+v", i, ok, classes)
	}
	if _, ok := ModeOf(classes, nan); ok {
		t.Error("NaN has a class")
	}
}

func TestModesCountTheirMembers(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	xs := drawHeaps(rng, 30, heap{16, .05, 54}, heap{34.5, .08, 700}, heap{116, .08, 154})
	classes := FindModes(xs)
	counts := make([]int, len(classes))
	for _, x := range xs {
		if i, ok := ModeOf(classes, x); ok {
			counts[i]++
		}
	}
	for i, c := range classes {
		if counts[i] != c.Count {
			t.Errorf("class %d counts %d members, ModeOf finds %d", i, c.Count, counts[i])
		}
		if want := float64(c.Count) / float64(len(xs)); math.Abs(c.Share-want) > 1e-12 {
			t.Errorf("class %d has share %v, want %v", i, c.Share, want)
		}
	}
}

// The verdicts' run and the card see one link: what the card's few samples call
// a class, the run's many do as well, and each latency is in the same one.
func TestFewAndManySamplesAgree(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 3))
	few := FindModes(drawHeaps(rng, 10, heap{16, .05, 20}, heap{34.5, .08, 250}, heap{116, .08, 25}))
	many := FindModes(drawHeaps(rng, 340, heap{16, .05, 540}, heap{34.5, .08, 17240}, heap{116, .08, 1540}))
	if len(few) != 3 || len(many) != 3 {
		t.Fatalf("%d and %d classes, want 3 and 3", len(few), len(many))
	}
	for _, ns := range []float64{15, 16, 17, 31, 34.5, 38, 105, 116, 125} {
		a, inFew := ModeOf(few, ns)
		b, inMany := ModeOf(many, ns)
		if !inFew || !inMany || a != b {
			t.Errorf("%v ns is in class %d (%v) of few samples and %d (%v) of many", ns, a, inFew, b, inMany)
		}
	}
}

// What the constants of the rule promise, on data: each check fails when the
// constant is halved or doubled.
func TestModeRule(t *testing.T) {
	evenly := func(at, spread float64, n int) []float64 {
		var xs []float64
		for i := range n {
			xs = append(xs, at*math.Exp(spread*(2*float64(i)/float64(n-1)-1)))
		}
		return xs
	}
	count := func(parts ...[]float64) int { return len(FindModes(slices.Concat(parts...))) }
	// Narrow heaps part from a ratio of LeastModeRatio on.
	if got := count(evenly(30, .01, 200), evenly(30*LeastModeRatio*0.93, .01, 200)); got != 1 {
		t.Errorf("heaps a little nearer than LeastModeRatio are %d modes, want 1", got)
	}
	if got := count(evenly(30, .01, 200), evenly(30*LeastModeRatio*1.07, .01, 200)); got != 2 {
		t.Errorf("heaps a little farther than LeastModeRatio are %d modes, want 2", got)
	}
	// modeSkirt: a narrow heap's own kernel is a tenth of its height 2.15 widths out.
	m := FindModes(evenly(100, .001, 500))[0]
	if reach := math.Log(m.Hi / 100); reach < 2.1*modeBandwidth-modeStep || reach > 2.2*modeBandwidth+modeStep {
		t.Errorf("a narrow mode reaches %.3f on the logarithm, want about %.3f", reach, 2.15*modeBandwidth)
	}
	// modeReach: a wide plateau ends a factor of 1.5 from its peak.
	wide := FindModes(slices.Concat(evenly(100, .7, 4000), evenly(100, .05, 100)))
	if len(wide) != 1 || math.Abs(math.Log(wide[0].Hi/100)-0.405) > 2*modeStep {
		t.Errorf("a plateau about 100 is %+v, want one mode up to 150", wide)
	}
	// modeStrays and modeAlpha: 20 of 2,000 at one place are strays, 40 are a mode.
	if got := count(evenly(30, .08, 1980), evenly(100, .02, 20)); got != 1 {
		t.Errorf("1%% of the samples at one place are a mode: %d modes, want 1", got)
	}
	if got := count(evenly(30, .08, 1930), evenly(100, .02, 70)); got != 2 {
		t.Errorf("3.5%% of the samples at one place are no mode: %d modes, want 2", got)
	}
}

// A million samples are no reason to wait: the cost is that of sorting them.
func TestFindModesMillion(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	xs := drawHeaps(rng, 0, heap{34.5, .08, 900_000}, heap{116, .08, 100_000})
	if got := FindModes(xs); len(got) != 2 || math.Abs(got[1].Share-0.1) > 0.005 {
		t.Errorf("got %+v, want two modes of 90%% and 10%%", got)
	}
}
