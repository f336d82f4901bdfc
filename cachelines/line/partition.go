package line

import (
	"cmp"
	"math"
	"slices"

	"cachelab/cachelines/instrument"
	"cachelab/internal/stats"
)

// A line size parts the distances of a sweep into groups: where the two words
// share a line, where they lie on the two lines of one aligned pair, and where
// they lie farther apart. Under the true size the times within a group differ
// by noise alone, so every size is a hypothesis whose likelihood can be told.

// words is where the two words of one point of a sweep lie, in bytes from an
// address that is a multiple of every candidate size.
type words struct{ first, second int }

// group is what two words have in common under some line size.
type group int

const (
	sameLine group = iota
	samePair       // on the two lines of a naturally aligned pair of lines
	apart
	groups = 3
)

func (w words) group(lineBytes int) group {
	a, b := w.first/lineBytes, w.second/lineBytes
	switch {
	case a == b:
		return sameLine
	case a^1 == b:
		return samePair
	}
	return apart
}

// lineSizes are the candidates. Known are 16 (Intel 486, ARM7) to 256 bytes
// (s390x, A64FX); 512 is there to be able to say no to 256.
var lineSizes = []int{16, 32, 64, 128, 256, 512}

// prior is the weight of a candidate before any data.
func (k constants) prior(lineBytes int) float64 {
	if lineBytes == 16 || lineBytes == 512 {
		return k.RarePrior
	}
	return 1
}

// hypothesis is one way to explain a sweep, with its fit.
type hypothesis struct {
	lineBytes int  // 0: flat, no line seen
	pair      bool // the neighbour line has a level of its own
	level     [groups]float64
	scale     float64 // Laplace scale of the points about their levels
	weight    float64 // posterior probability
}

// sweepFit is a curve, or several of one kernel, ready for inference.
type sweepFit struct {
	at     []words
	y      []float64   // per point: the logarithm of its time, rounds levelled
	rounds [][]float64 // log times, rounds by points
	// rising: words that are apart cost more (fetching), else less (sharing).
	rising bool
	k      constants
}

// newSweep puts curves of one kernel next to each other. place gives the words of
// curve k at distance d.
func newSweep(k constants, rising bool, place func(k, d int) words, curves ...instrument.Curve) sweepFit {
	s := sweepFit{rising: rising, k: k}
	all := sideBySide(curves)
	var at []words
	for k, c := range curves {
		for _, d := range c.X {
			at = append(at, place(k, d))
		}
	}
	column, _ := stats.Polish(all, len(at))
	// A point without any sample is no point.
	var keep []int
	for i, y := range column {
		if !math.IsNaN(y) {
			keep = append(keep, i)
			s.at, s.y = append(s.at, at[i]), append(s.y, y)
		}
	}
	for _, row := range all {
		kept := make([]float64, len(keep))
		for to, i := range keep {
			kept[to] = row[i]
		}
		if len(stats.Finite(kept)) > 0 {
			s.rounds = append(s.rounds, kept)
		}
	}
	return s
}

// sideBySide is the log times of all curves, rounds by all their points. Where a
// curve has fewer rounds than another its points are NaN.
func sideBySide(curves []instrument.Curve) [][]float64 {
	rounds := 0
	for _, c := range curves {
		rounds = max(rounds, len(c.Rounds))
	}
	all := make([][]float64, rounds)
	for _, c := range curves {
		logs := c.Logs()
		for r := range all {
			if r < len(logs) {
				all[r] = append(all[r], logs[r]...)
			} else {
				all[r] = append(all[r], slices.Repeat([]float64{math.NaN()}, len(c.X))...)
			}
		}
	}
	return all
}

// explain returns the hypotheses in the order of their posterior weight.
// It is nil where there is nothing to explain.
func (s sweepFit) explain() []hypothesis {
	if len(s.y) == 0 {
		return nil
	}
	flat, _ := s.fit(hypothesis{})
	all := []hypothesis{flat}
	for _, bytes := range lineSizes {
		for _, pair := range []bool{false, true} {
			if h, ok := s.fit(hypothesis{lineBytes: bytes, pair: pair}); ok {
				all = append(all, h)
			}
		}
	}
	// fit left log weights.
	top := math.Inf(-1)
	for _, h := range all {
		top = max(top, h.weight)
	}
	sum := 0.0
	for i := range all {
		all[i].weight = math.Exp(all[i].weight - top)
		sum += all[i].weight
	}
	for i := range all {
		all[i].weight /= sum
	}
	slices.SortStableFunc(all, func(a, b hypothesis) int { return cmp.Compare(b.weight, a.weight) })
	return all
}

// groupOf returns the group of point i under h; flat has one, and without a
// pair the neighbour line is as far as any other.
func (s sweepFit) groupOf(h hypothesis, i int) group {
	if h.lineBytes == 0 {
		return sameLine
	}
	g := s.at[i].group(h.lineBytes)
	if g == samePair && !h.pair {
		return apart
	}
	return g
}

// fit finds the levels of h and its log posterior weight up to a constant. ok
// is false where the data cannot show h: a group is empty, or the levels go
// the wrong way.
func (s sweepFit) fit(h hypothesis) (_ hypothesis, ok bool) {
	var in [groups][]float64
	for i, y := range s.y {
		g := s.groupOf(h, i)
		in[g] = append(in[g], y)
	}
	levels := 0
	for g := range in {
		h.level[g] = stats.Median(in[g])
		if len(in[g]) > 0 {
			levels++
		}
	}
	want := 1
	if h.lineBytes != 0 {
		want = 2
		if h.pair {
			want = 3
		}
		low, mid, high := h.level[sameLine], h.level[samePair], h.level[apart]
		if !s.rising {
			low, high = high, low
		}
		if low >= high || h.pair && (mid < low || mid > high) {
			return h, false
		}
	}
	if levels != want {
		return h, false
	}
	var fits float64
	fits, h.scale = s.logLikelihood(h)
	h.weight = fits - float64(levels)/2*math.Log(float64(len(s.y)))
	if h.lineBytes != 0 {
		h.weight += math.Log(s.k.prior(h.lineBytes))
	}
	if h.pair {
		h.weight += math.Log(s.k.PairPrior)
	}
	return h, true
}

// logLikelihood is that of a mixture: nearly every point lies about its level
// with Laplace noise, whose scale each group has of its own, and the odd point
// anywhere in the range of the data. So no point, however far off, can decide
// alone. It also returns the scale over all groups.
func (s sweepFit) logLikelihood(h hypothesis) (total, overall float64) {
	span := slices.Max(s.y) - slices.Min(s.y) + s.k.LeastNoise
	rest := make([]float64, len(s.y))
	in := make([]group, len(s.y))
	for i, y := range s.y {
		in[i] = s.groupOf(h, i)
		rest[i] = math.Abs(y - h.level[in[i]])
	}
	// Each group starts from its own mean deviation, which is too large rather
	// than too small. From a common small one a group whose points lie a little apart
	// (two writers on even and on odd lines need not cost the same) would be
	// all odd points at the first step, and stay so.
	var scale, sumOf, countOf [groups]float64
	for i, r := range rest {
		sumOf[in[i]] += r
		countOf[in[i]]++
	}
	for g := range scale {
		scale[g] = max(sumOf[g]/max(countOf[g], 1), s.k.LeastNoise)
	}
	// Expectation and maximisation for the scales; it settles in a few steps
	// as levels are held.
	const steps = 5
	for range steps {
		var sum, n [groups]float64
		total = 0
		for i, r := range rest {
			b := scale[in[i]]
			normal := (1 - s.k.OddPoint) / (2 * b) * math.Exp(-r/b)
			odd := s.k.OddPoint / span
			total += math.Log(normal + odd)
			w := normal / (normal + odd)
			sum[in[i]] += w * r
			n[in[i]] += w
		}
		overall = max((sum[0]+sum[1]+sum[2])/max(n[0]+n[1]+n[2], 1), s.k.LeastNoise)
		for g := range scale {
			scale[g] = max((sum[g]+s.k.ScaleShrink*overall)/(n[g]+s.k.ScaleShrink), s.k.LeastNoise)
		}
	}
	return total, overall
}

// gap estimates the log ratio of the levels of two groups under a line size,
// with its standard error, given the noise of the best hypothesis. ok is
// false where a group is empty.
func (s sweepFit) gap(lineBytes int, from, to group, scale float64) (log, se float64, ok bool) {
	var in [groups][]float64
	for i, y := range s.y {
		g := s.at[i].group(lineBytes)
		in[g] = append(in[g], y)
	}
	a, b := float64(len(in[from])), float64(len(in[to]))
	if a == 0 || b == 0 {
		return 0, 0, false
	}
	// The standard deviation of Laplace noise is sqrt 2 scales; the median of
	// noise of an unknown shape costs up to 1.25 times the error of a mean.
	se = 1.25 * math.Sqrt2 * scale * math.Sqrt(1/a+1/b)
	return stats.MedianInPlace(in[to]) - stats.MedianInPlace(in[from]), se, true
}

// replicated is how well the step of h is repeated over the rounds: 1 minus
// the probability that as many rounds would show at least half of it if each
// were a toss of a coin. One round never says more than 0.5, and rounds of
// which half show nothing do not either. It also returns in how many of how
// many rounds the step was seen.
func (s sweepFit) replicated(h hypothesis) (sure float64, seen, rounds int) {
	half := (h.level[apart] - h.level[sameLine]) / 2
	of := make([]group, len(s.y))
	for i := range of {
		of[i] = s.groupOf(h, i)
	}
	var in [groups][]float64
	for _, row := range s.rounds {
		for g := range in {
			in[g] = in[g][:0]
		}
		for i, y := range row {
			if !math.IsNaN(y) {
				in[of[i]] = append(in[of[i]], y)
			}
		}
		step := (stats.MedianInPlace(in[apart]) - stats.MedianInPlace(in[sameLine])) / half
		if math.IsNaN(step) {
			continue
		}
		rounds++
		if step >= 1 {
			seen++
		}
	}
	return stats.SignTest(seen, rounds), seen, rounds
}
