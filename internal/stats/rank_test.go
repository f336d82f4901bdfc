package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

// signedRankBrute goes through all signs. Twice the mean rank of a value is twice the
// number of smaller ones, and the number of equal ones, itself included, and 1.
func signedRankBrute(diffs []float64) float64 {
	ranks := make([]int, len(diffs))
	for i, x := range diffs {
		ranks[i] = 1
		for _, y := range diffs {
			switch {
			case math.Abs(y) < math.Abs(x):
				ranks[i] += 2
			case math.Abs(y) == math.Abs(x):
				ranks[i]++
			}
		}
	}
	var used []int
	var observed int
	for i, d := range diffs {
		if d == 0 {
			continue
		}
		used = append(used, ranks[i])
		if d > 0 {
			observed += ranks[i]
		} else {
			observed -= ranks[i]
		}
	}
	var extreme int
	for signs := range 1 << len(used) {
		var sum int
		for i, r := range used {
			if signs>>i&1 == 1 {
				sum += r
			} else {
				sum -= r
			}
		}
		if max(sum, -sum) >= max(observed, -observed) {
			extreme++
		}
	}
	return float64(extreme) / float64(int(1)<<len(used))
}

func TestSignedRank(t *testing.T) {
	check := func(want float64, diffs ...float64) {
		t.Helper()
		if got := SignedRank(diffs); math.Abs(got-want) > 1e-12 {
			t.Errorf("%v: P = %v, want %v", diffs, got, want)
		}
	}
	check(1)
	check(1, 0, 0)
	check(1, 3)
	check(0.0625, 1, 2, 3, 4, 5) // 2/2^5
	check(0.0625, -1, -2, -3, -4, -5)
	check(0.125, -1, 2, 3, 4, 5) // 4/2^5: no sign, or only the smallest
	check(2.0/256, 7, 7, 7, 7, 7, 7, 7, 7)
	// Pratt: the zero takes rank 1, so that the signs weigh 2, 3 and 4; the
	// sums 0 and 2 of 8 are as far out as -2 with 3 and 4.
	check(0.5, 0, -1, 2, 3)

	random := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		diffs := make([]float64, 1+random.IntN(11))
		for i := range diffs {
			diffs[i] = float64(random.IntN(9) - 4) // ties and zeros
		}
		check(signedRankBrute(diffs), diffs...)
	}
}

// On the border both ways of computing agree.
func TestSignedRankNormal(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	for range 100 {
		diffs := make([]float64, exactRanks)
		shift := 0.2 * random.Float64()
		var plus, total int
		for i := range diffs {
			diffs[i] = math.Round(10*(random.NormFloat64()+shift)) + 0.5 // ties, no zeros
		}
		ranks := doubleRanks(diffs)
		for i, r := range ranks {
			total += r
			if diffs[i] > 0 {
				plus += r
			}
		}
		exact, normal := SignedRank(diffs), signedRankNormal(ranks, plus, total)
		// It overstates P by 2% at the most where P decides, and by a fifth of a small one. Its
		// continuity correction, a tenth of a percent here, has a test of its own.
		if most := 1.02; exact > 0.01 && (normal < exact/1.005 || normal > exact*most) {
			t.Errorf("exact %v, approximated %v", exact, normal)
		}
		if exact > 1e-4 && (normal < exact/1.005 || normal > 1.2*exact) {
			t.Errorf("exact %v, approximated %v", exact, normal)
		}
	}
	// A thousand passes are no reason to wait.
	many := make([]float64, 5000)
	for i := range many {
		many[i] = float64(i - 1000)
	}
	if p := SignedRank(many); !(p >= 0 && p < 1e-9) {
		t.Errorf("5000 differences, most of one sign: P = %v", p)
	}
}

func TestHolm(t *testing.T) {
	corrected, weight := Holm([]float64{0.01, 0.04, 0.03, 0.005})
	want := []float64{0.03, 0.06, 0.06, 0.02}
	for i := range want {
		if math.Abs(corrected[i]-want[i]) > 1e-12 {
			t.Errorf("corrected %v, want %v", corrected, want)
			break
		}
	}
	if weight[3] != 4 || weight[0] != 3 || weight[2] != 2 || weight[1] != 1 {
		t.Errorf("weights %v, want 3 1 2 4", weight)
	}
	if corrected, _ := Holm(nil); len(corrected) != 0 {
		t.Errorf("of none: %v", corrected)
	}
	if corrected, _ := Holm([]float64{0.9, 0.8}); corrected[0] > 1 || corrected[1] > 1 {
		t.Errorf("beyond 1: %v", corrected)
	}
}
