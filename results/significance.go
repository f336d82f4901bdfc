package results

import (
	"math"

	"github.com/aclements/go-moremath/mathx"
	"golang.org/x/perf/benchmath"

	"cachelab/internal/stats"
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
	return min(1, 2*min(stats.SignedRank(ratios), u))
}

// leastP is the smallest P that significance can give for n passes.
func leastP(n int) float64 {
	signed := math.Ldexp(1, 1-n)
	u := 2 * math.Exp(-mathx.Lchoose(2*n, n))
	return min(1, 2*min(signed, u))
}
