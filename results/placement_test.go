package results

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// guestLinks are the classes of the guest that trap H2 describes.
var guestLinks = []LinkClass{
	{Name: "same L3", LinkNS: 34.5},
	{Name: "other L3", LinkNS: 116},
	{Name: "same core", LinkNS: 16},
}

// guestLatency draws a link latency as seen there, with the class it is of;
// -1: the link changed during the sample.
func guestLatency(random *rand.Rand) (ns float64, class string) {
	spread := func(ns float64) float64 { return ns * math.Exp(0.07*random.NormFloat64()) }
	switch u := random.Float64(); {
	case u < 0.86:
		return spread(34.5), "same L3"
	case u < 0.94:
		return spread(116), "other L3"
	case u < 0.97:
		return spread(16), "same core"
	}
	// A mixture of the two classes by the share of the time spent in each.
	from, to := 34.5, 116.0
	if random.Float64() < 0.3 {
		from, to = 16, 34.5
	}
	return from + (to-from)*random.Float64(), "changed"
}

func classNames(classes []PlacementClass) []string {
	var names []string
	for _, c := range classes {
		names = append(names, c.Name)
	}
	return names
}

func TestPlacementsGuest(t *testing.T) {
	for seed := range uint64(40) {
		random := rand.New(rand.NewPCG(seed, 7))
		const n = 2000
		ns, truth := make([]float64, n), make([]string, n)
		for i := range ns {
			ns[i], truth[i] = guestLatency(random)
			ns[i] *= 1 + 0.25*float64(i)/n // drift
		}
		classes, of := Placements(ns, guestLinks)
		for _, want := range []string{"same core", "same L3", "other L3"} {
			if !slices.Contains(classNames(classes), want) {
				t.Errorf("seed %d: classes %v, want %s among them", seed, classNames(classes), want)
			}
		}
		if len(classes) > 4 {
			t.Errorf("seed %d: %d classes: %v", seed, len(classes), classes)
		}
		wrong, lost := 0, 0
		for i, k := range of {
			switch {
			case truth[i] == "changed":
			case k < 0:
				lost++
			case classes[k].Name != truth[i]:
				wrong++
			}
		}
		if wrong > n/200 || lost > n/50 {
			t.Errorf("seed %d: %d samples in a wrong class, %d in none, of %d", seed, wrong, lost, n)
		}
	}
}

func TestPlacementsFew(t *testing.T) {
	check := func(ns []float64, want []int, names ...string) {
		t.Helper()
		classes, of := Placements(ns, guestLinks)
		if !slices.Equal(of, want) || !slices.Equal(classNames(classes), names) {
			t.Errorf("%v: got %v of %v, want %v of %v", ns, of, classNames(classes), want, names)
		}
	}
	check(nil, []int{})
	check([]float64{0, math.Inf(1)}, []int{-1, -1})
	check([]float64{34}, []int{0}, "same L3")
	check([]float64{31, 38, 34, 36, 33}, []int{0, 0, 0, 0, 0}, "same L3")
	check([]float64{33, 33, 34, 42, 43}, []int{0, 0, 0, 0, 0}, "same L3")   // drift of a quarter
	check([]float64{34, 35, 33, 36, 118}, []int{0, 0, 0, 0, -1}, "same L3") // one sample is a stray, for the card as well
	check([]float64{34, 35, 33, 118, 116}, []int{0, 0, 0, 1, 1}, "same L3", "other L3")
	check([]float64{16, 16, 34, 0, 36, 118, 121}, []int{0, 0, 1, -1, 1, 2, 2}, "same core", "same L3", "other L3")
	check([]float64{60, 61, 62, 60, 61}, []int{0, 0, 0, 0, 0}, "link 61 ns") // far from all that the card knows
	check([]float64{250, 250}, []int{0, 0}, "link 250 ns")
}

// One class stays one, from five samples on: the clumps of chance are none.
func TestPlacementsOneClass(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 5))
	for _, n := range []int{5, 8, 20, 50, 200, 2000} {
		split := 0
		const runs = 200
		for range runs {
			ns := make([]float64, n)
			for i := range ns {
				ns[i] = 34.5 * math.Exp(0.08*random.NormFloat64()) * (1 + 0.25*float64(i)/float64(n))
			}
			classes, _ := Placements(ns, guestLinks)
			if len(classes) != 1 {
				split++
			}
		}
		if split > runs/20 {
			t.Errorf("%d samples of one class were taken for several in %d of %d runs", n, split, runs)
		}
	}
}

// Samples beside a class are in none, near its skirt and far from it.
func TestPlacementsStrays(t *testing.T) {
	random := rand.New(rand.NewPCG(6, 6))
	var ns []float64
	for range 400 {
		ns = append(ns, 34.5*math.Exp(0.06*random.NormFloat64()))
	}
	strays := []float64{23, 25, 48, 50, 53, 56, 60, 64, 68, 73, 78, 84, 90}
	classes, of := Placements(append(ns, strays...), guestLinks)
	if len(classes) != 1 {
		t.Errorf("got classes %v", classNames(classes))
	}
	for i, ns := range strays {
		if of[400+i] >= 0 {
			t.Errorf("%v ns is in the class of 34.5 ns", ns)
		}
	}
	// Few samples far apart: the smaller class does not reach to the strays.
	_, of = Placements([]float64{30, 30, 30, 30, 30, 30, 30, 30, 30, 47, 47, 47, 53, 47, 60, 67, 75}, nil)
	if of[9] < 0 || of[16] == of[9] {
		t.Errorf("75 ns is in the class of 47 ns: %v", of)
	}
}

// A name is given once: to the class that is nearest to the card's.
func TestPlacementNamesOnce(t *testing.T) {
	var ns []float64
	for range 20 {
		ns = append(ns, 29, 46)
	}
	classes, _ := Placements(ns, guestLinks)
	if got := classNames(classes); !slices.Equal(got, []string{"same L3", "link 46 ns"}) {
		t.Errorf("got %v", got)
	}
	twoNear := []LinkClass{{Name: "nearer", LinkNS: 34.5}, {Name: "near", LinkNS: 30}}
	for range 2 {
		classes, _ := Placements([]float64{35, 35, 36}, twoNear)
		if got := classNames(classes); !slices.Equal(got, []string{"nearer"}) {
			t.Errorf("of %v: got %v", twoNear, got)
		}
		slices.Reverse(twoNear)
	}
}

// A bridge of samples between two classes joins them for single linkage.
func TestPlacementsBridge(t *testing.T) {
	var ns []float64
	for i := range 100 {
		ns = append(ns, 16*math.Exp(0.05*math.Sin(float64(i))), 35*math.Exp(0.05*math.Cos(float64(i))))
	}
	for x := 17.0; x < 34; x *= 1.08 {
		ns = append(ns, x)
	}
	classes, of := Placements(ns, guestLinks)
	if got := classNames(classes); !slices.Equal(got, []string{"same core", "same L3"}) {
		t.Errorf("got %v", got)
	}
	for i, k := range of[:200] {
		if k != i%2 {
			t.Errorf("%.1f ns is in class %d", ns[i], k)
		}
	}
}

func TestPlacementsOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 9))
	ns := make([]float64, 300)
	for i := range ns {
		ns[i], _ = guestLatency(random)
	}
	classes, of := Placements(ns, guestLinks)
	backwards := slices.Clone(ns)
	slices.Reverse(backwards)
	again, ofBack := Placements(backwards, guestLinks)
	slices.Reverse(ofBack)
	if !slices.Equal(classes, again) || !slices.Equal(of, ofBack) {
		t.Errorf("the order of samples matters: %v and %v", classes, again)
	}
}

func FuzzPlacements(f *testing.F) {
	f.Add(16.0, 34.5, 116.0, 35.0)
	f.Add(1e-300, 1e300, 0.0, math.NaN())
	f.Fuzz(func(t *testing.T, a, b, c, d float64) {
		ns := []float64{a, b, c, d}
		classes, of := Placements(ns, guestLinks)
		for i, k := range of {
			if k < -1 || k >= len(classes) {
				t.Fatalf("%v: class %d of %d", ns, k, len(classes))
			}
			if k >= 0 && !(ns[i] > 0) {
				t.Errorf("%v has a class", ns[i])
			}
		}
	})
}
