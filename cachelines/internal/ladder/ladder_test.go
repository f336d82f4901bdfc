package ladder

import (
	"math"
	"slices"
	"testing"

	"cachelab/cachelines/instrument"
)

// exact is a ladder of times without noise, in as many equal rounds.
func exact(x []int, ns []float64, rounds int) Ladder {
	c := instrument.Curve{X: x}
	for r := range rounds {
		for i, t := range ns {
			c.Put(r, i, t)
		}
	}
	return New(c, Default)
}

// doubling are n sizes, each twice the one before.
func doubling(n int) []int {
	x := make([]int, n)
	for i := range x {
		x[i] = 1024 << i
	}
	return x
}

// Two equal points on their way up are chance, three are a plateau.
func TestThreePointsMakeAPlateau(t *testing.T) {
	for _, c := range []struct {
		equal int
		want  bool
	}{{2, false}, {3, true}, {4, true}} {
		const begin, end = 4, 13 // of the slope, which doubles the time with the size
		ns := make([]float64, 18)
		for i := range ns {
			ns[i] = math.Exp2(float64(min(max(i-begin, 0), end-begin)))
		}
		from, middle := begin+3, math.Exp2(3+float64(c.equal-1)/2)
		for i := range c.equal {
			ns[from+i] = middle
		}
		found := false
		for _, p := range exact(doubling(len(ns)), ns, 5).Plateaus() {
			found = found || math.Abs(math.Exp(p.Level)/middle-1) < 0.1
		}
		if found != c.want {
			t.Errorf("%d equal points within a slope: a plateau %v, want %v", c.equal, found, c.want)
		}
	}
}

// PointNoise keeps rounds that agree exactly from being infinitely sure. Its size decides
// nothing: a fifth and twice of it find the same knee with the same ends.
func TestPointNoiseIsOnlyAFloor(t *testing.T) {
	const size = 48000
	var x []int
	var ns []float64
	for s := 4096.0; s < 4<<20; s *= math.Pow(2, 0.25) {
		x = append(x, int(s))
		ns = append(ns, 1+3*max(0, 1-math.Pow(size/s, 8)))
	}
	knee := func(noise float64) Knee {
		l := exact(x, ns, 5)
		l.K.PointNoise = noise
		clear(l.Sigma)
		l.addPointNoise()
		flats := l.Plateaus()
		if len(flats) != 2 {
			t.Fatalf("with a floor of %v: %d plateaus, want 2", noise, len(flats))
		}
		k, _ := l.FitKnee(flats[0], flats[1])
		return k
	}
	want := knee(Default.PointNoise)
	if want.Lo > math.Log(size) || want.Hi < math.Log(size) || want.Within < 0.9 {
		t.Errorf("%+v does not hold %v", want, math.Log(size))
	}
	for _, factor := range []float64{0.2, 2} {
		got := knee(factor * Default.PointNoise)
		if got.At != want.At || got.Lo != want.Lo || got.Hi != want.Hi || math.Abs(got.Within-want.Within) > 0.01 {
			t.Errorf("%v times the floor: %+v, want %+v", factor, got, want)
		}
	}
	for i := range ns {
		ns[i] = 1
	}
	if k := exact(x, ns, 5); !(slices.Min(k.Sigma) > 0) {
		t.Errorf("errors of equal times are %v, want the floor", k.Sigma)
	}
}
