package stats

import (
	"cmp"
	"math"
	"slices"
)

// SignedRank returns the two-sided P value of Wilcoxon's signed-rank test that
// finite differences come from a distribution symmetric about 0. It is exact:
// the distribution of the statistic over all 2^n signs is counted out, for the
// ranks as they are, ties included (mid-ranks); beyond exactRanks differences
// it is the normal approximation. Zeros are ranked and then left out of the sums
// (Pratt, "Remarks on zeros and ties in the Wilcoxon signed rank procedures",
// JASA 54, 1959): dropping them first, as Wilcoxon did, can make a sample with
// more zeros look more significant.
//
// It returns 1 where no difference is left.
func SignedRank(diffs []float64) float64 {
	ranks := doubleRanks(diffs)
	var plus, total int
	var used []int // the doubled ranks that carry a sign
	for i, d := range diffs {
		if d == 0 {
			continue
		}
		used = append(used, ranks[i])
		total += ranks[i]
		if d > 0 {
			plus += ranks[i]
		}
	}
	if len(used) == 0 {
		return 1
	}
	if len(used) > exactRanks {
		return signedRankNormal(used, plus, total)
	}
	ways := signPatterns(used, total)
	// The distribution is symmetric about total/2: twice the smaller tail.
	tail := min(plus, total-plus)
	var p float64
	for s := 0; s <= tail; s++ {
		p += ways[s]
	}
	return min(1, 2*p)
}

// signPatterns returns for each sum s, 0 to total, the share of sign patterns
// whose positive doubled ranks sum to s.
func signPatterns(ranks []int, total int) []float64 {
	ways := make([]float64, total+1)
	ways[0] = 1
	reach := 0
	for _, r := range ranks {
		reach += r
		for s := reach; s >= 0; s-- {
			var with float64
			if s >= r {
				with = ways[s-r]
			}
			ways[s] = (ways[s] + with) / 2
		}
	}
	return ways
}

// exactRanks is where the exact distribution ends. Counting it out grows with
// the cube of the number (4 ms at 200); the approximation overstates small P, at
// 50 differences by up to 8% near 0.01 and 32% near 0.001, which errs on the safe
// side and is of no account with hundreds of passes.
const exactRanks = 200

// signedRankNormal is the normal approximation for these doubled ranks, of
// which the positive ones sum to plus. Given the ranks, the sum of random signs
// has the variance of their squares, ties or not.
func signedRankNormal(ranks []int, plus, total int) float64 {
	var squares float64
	for _, r := range ranks {
		squares += float64(r) * float64(r)
	}
	// Sums of doubled ranks are 2 apart: half a step is 1.
	off := math.Abs(float64(plus)-float64(total)/2) - 1
	if off <= 0 {
		return 1
	}
	return math.Erfc(off / math.Sqrt(squares/4) / math.Sqrt2)
}

// doubleRanks ranks |x| from the smallest, equal ones by the mean of their
// ranks, each rank doubled so that it is an integer.
func doubleRanks(xs []float64) []int {
	order := indices(len(xs))
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(math.Abs(xs[a]), math.Abs(xs[b])) })
	ranks := make([]int, len(xs))
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && math.Abs(xs[order[j]]) == math.Abs(xs[order[i]]) {
			j++
		}
		for _, at := range order[i:j] {
			ranks[at] = i + 1 + j // twice the mean of i+1..j
		}
		i = j
	}
	return ranks
}

func indices(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// Holm corrects P values that are read together for their number (Holm, "A
// simple sequentially rejective multiple test procedure", Scandinavian Journal
// of Statistics 6, 1979): the chance that any corrected value falls below alpha
// without a difference is at most alpha. weight[i] is what p[i] was multiplied
// by, from 1 to len(p). No value is NaN.
func Holm(p []float64) (corrected []float64, weight []int) {
	order := indices(len(p))
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	corrected, weight = make([]float64, len(p)), make([]int, len(p))
	floor := 0.0
	for k, i := range order {
		weight[i] = len(p) - k
		floor = max(floor, min(1, p[i]*float64(weight[i])))
		corrected[i] = floor
	}
	return corrected, weight
}
