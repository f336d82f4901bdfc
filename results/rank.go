package results

import (
	"math"
	"slices"

	"golang.org/x/perf/benchmath"
)

// significance is the two-sided P value that the arms of these pairs, one a pass, do not
// differ: twice the smaller of the signed-rank test on the ratios of the passes
// and of benchstat's U-test on the two arms, at most 1.

// Two tests because neither can do both things. Signed-rank takes drift away
// (the pass is its own control) but with n passes it has 2^n outcomes: at n = 8
// nothing is below 0.008, and after correction over 40 claims nothing at all is
// significant. The U-test reaches 2/C(2n,n), 0.00016, but drift drowns a small
// effect. Doubling pays for the choice between them (Bonferroni).
//
// Measured, 4,000 runs each, 3% noise of which 10% outliers (median 1.6x);
// share of runs below 0.05, and below 0.05/40 as for the first of 40 claims:
//
//	                                signed-rank    U-test       van Elteren  both, as here
//	no effect, n=8, m=1             .037  .0000    .045 .0005   .008 .0000   .033 .0005
//	no effect, n=8, m=2, drift 25%  .039  .0000    .006 .0000   .039 .0015   .023 .0000
//	the same, 2% layout luck        .039  .0000    .004 .0000   .075 .0037   .024 .0000
//	effect 3%, n=20, m=2, drift 25% .380  .0658    .058 .0000   .853 .3910   .282 .0420
//	effect 10%, n=8, m=1, drift 2%  .505  .0000    .832 .4068   .426 .0000   .798 .3812
//	effect 2x, n=8, m=1, drift 25%  .980  .0000    .987 .7772   .806 .0000   .982 .7622
//
// Van Elteren's stratified rank-sum over the m samples of each pass is the most
// powerful by far where its assumption holds, that samples of one process are
// independent. They are not: where memory and code lie is settled once a
// process. With as much luck of that kind as noise (2% each) it called three
// times as many equal arms different as it promised, so a pass counts once.
func significance(pairs []pair) float64 {
	ratios := make([]float64, len(pairs))
	slows := make([]float64, len(pairs))
	fasts := make([]float64, len(pairs))
	for i, p := range pairs {
		ratios[i], slows[i], fasts[i] = p.ratio(), p.slow, p.fast
	}
	thresholds := benchmath.DefaultThresholds
	u := benchmath.AssumeNothing.Compare(benchmath.NewSample(slows, &thresholds), benchmath.NewSample(fasts, &thresholds)).P
	return min(1, 2*min(signedRank(ratios), u))
}

// leastP is the smallest P that significance can give for n passes.
func leastP(n int) float64 {
	signed := math.Ldexp(1, 1-n)
	// C(2n, n) without overflow.
	a, _ := math.Lgamma(float64(2*n + 1))
	b, _ := math.Lgamma(float64(n + 1))
	u := 2 * math.Exp(2*b-a)
	return min(1, 2*min(signed, u))
}

// holm corrects P values that stand together for their number (Holm 1979): the
// chance that any of them falls below alpha without a difference is at most
// alpha. weight[i] is what p[i] was multiplied by.
func holm(p []float64) (corrected []float64, weight []int) {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case p[a] < p[b]:
			return -1
		case p[a] > p[b]:
			return 1
		}
		return 0
	})
	corrected, weight = make([]float64, len(p)), make([]int, len(p))
	floor := 0.0
	for k, i := range order {
		weight[i] = len(p) - k
		floor = max(floor, min(1, p[i]*float64(weight[i])))
		corrected[i] = floor
	}
	return corrected, weight
}

// signedRank is the two-sided P value of Wilcoxon's signed-rank test that the
// differences come from a distribution symmetric about 0. It is exact: the
// distribution of the statistic over all 2^n signs is counted out, for the
// ranks as they are, ties included (mid-ranks); beyond exactRanks differences it
// is the normal approximation. Zeros are ranked and then left
// out of the sums (Pratt 1959): dropping them first, as Wilcoxon did, can make
// a sample with more zeros look more significant.
//
// It returns 1 where no difference is left.
func signedRank(diffs []float64) float64 {
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
	// ways[s] is the share of sign patterns whose positive doubled ranks sum
	// to s.
	ways := make([]float64, total+1)
	ways[0] = 1
	reach := 0
	for _, r := range used {
		reach += r
		for s := reach; s >= 0; s-- {
			var with float64
			if s >= r {
				with = ways[s-r]
			}
			ways[s] = (ways[s] + with) / 2
		}
	}
	// The distribution is symmetric about total/2: twice the smaller tail.
	tail := min(plus, total-plus)
	var p float64
	for s := 0; s <= tail; s++ {
		p += ways[s]
	}
	return min(1, 2*p)
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
	order := make([]int, len(xs))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		switch x, y := math.Abs(xs[a]), math.Abs(xs[b]); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
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
