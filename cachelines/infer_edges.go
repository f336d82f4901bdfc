package cachelines

import "math"

// edge is where a plateau ends: the size of its level.
type edge struct {
	at, lo, hi float64 // log bytes
	within     float64 // probability that the size is within sameSize of at
	misfit     float64 // mean squared error, in expected ones
}

// departure gives the share of loads that miss a cache of size S over a working
// set W, by the logarithm of W/S.
type departure func(beyond float64) float64

// departures are the forms that a plateau may be left in.
var departures = []departure{
	// A physically indexed cache over pages that lie anywhere: those that
	// compete for one set's ways are Poisson distributed, and a set with
	// more than its ways misses always. It begins to miss at a third of its size,
	// and at its size misses half. A guest's huge page is no exception, if its
	// host backs it with small ones. Second levels have 4 ways (Skylake's
	// client parts) to 20.
	scattered(4), scattered(8), scattered(16),
	// Random replacement hits S/W; better ones, on sets that fill evenly, go
	// over to a cliff within one way's size.
	random(1), random(2), random(4), random(8), random(16), random(32),
}

func random(exponent float64) departure {
	return func(beyond float64) float64 {
		if beyond <= 0 {
			return 0
		}
		return 1 - math.Exp(-exponent*beyond)
	}
}

func scattered(ways int) departure {
	return func(beyond float64) float64 {
		// The lines of a set with k > ways lines all miss: the sum of k P(k)
		// over these, by the mean, is P(k >= ways).
		// By recurrence and not by poissonAtMost, since a fit asks for tens of
		// thousands; the mean stays below 16 e^2, where exp is far from its end.
		mean := float64(ways) * math.Exp(beyond)
		term := math.Exp(-mean)
		hits := term
		for k := 1; k < ways; k++ {
			term *= mean / float64(k)
			hits += term
		}
		return max(0, 1-hits)
	}
}

// nextLevels are the latencies, relative to the plateau's own, that the rise
// is taken to go to: those of neighbouring levels from 1.6 to 8 times, about a
// third apart. The next plateau found may be the one after the next.
var nextLevels = []float64{1.6, 2.2, 3, 4, 5.5, 7.5}

const (
	// shapeError is the part of a rise that its form may be wrong by: no real
	// cache is one of the family, and the family and its grids are coarse.
	shapeError = 0.2

	// lastingError is what a point off the plateau may be off by for good: the
	// first-level TLB gives out at sizes of its own, and costs a tenth and more.
	lastingError = 0.1

	// fitTrust tempers the likelihood of sizes: the noise is estimated, from a
	// handful of points, and its form is not known. Half of the evidence doubles
	// the interval's square.
	fitTrust = 0.5

	// The rise is fitted up to riseShare of the step to the next plateau, on the
	// logarithm, and to riseFactor of the plateau at most: what is higher up
	// tells of the level after.
	riseShare, riseFactor = 0.8, 3
)

// edge fits the end of a plateau to the rise towards the next one.
func (l ladder) edge(flat, next plateau) edge {
	e, begin, low, enough := l.steadyEdge(flat, next)
	l.span(&e, begin, next.to, low, min(enough, math.Log(earlyRise)))
	return e
}

// steadyEdge is edge for a size that is the same all the time. It also gives the
// point that the fit begins at, the plateau's level there and the rise that was fitted.
func (l ladder) steadyEdge(flat, next plateau) (e edge, begin int, low, enough float64) {
	begin = l.lastOctave(flat)
	low = median(l.y[begin : flat.to+1])
	step := next.level - low
	enough = min(riseShare*step, math.Log(riseFactor))
	end := flat.to
	for end < next.from && min(l.y[end], l.y[end+1]) < low+enough { // one point alone may be off
		end++
	}
	return l.fitEdge(begin, end, step), begin, low, enough
}

// lastOctave is the first point of the plateau's last factor of two. Farther
// back it may still fall in from the level before, which random replacement
// spreads over several octaves.
func (l ladder) lastOctave(flat plateau) int {
	begin := flat.from
	for flat.to-begin > leastPlateau && l.x[begin] < l.x[flat.to]-math.Ln2 {
		begin++
	}
	return begin
}

// fitEdge weighs sizes, forms and next levels over the points begin to end,
// from a plateau towards one that is step above. The plateau's own level is fitted
// with them: the first points of a slow rise may pass for plateau.
func (l ladder) fitEdge(begin, end int, step float64) edge {
	const (
		grid = 0.02 // a fifth of what is to be told
		// The end of a slow rise that was cut off may lie below the size.
		farther = 0.4
	)
	from := l.x[begin]
	n := int((l.x[end]+farther-from)/grid) + 2
	size := func(k int) float64 { return from + float64(k)*grid }
	points := end - begin + 1
	miss, rise := make([]float64, points), make([]float64, points)
	var fits []float64 // minus log likelihood, by size, form and next level
	least := math.Inf(1)
	for k := range n {
		for _, missAt := range departures {
			for i := range miss {
				miss[i] = missAt(l.x[begin+i] - size(k))
			}
			for _, ratio := range nextLevels {
				if math.Log(ratio) > step+math.Log(leastRise) {
					ratio = math.Exp(step) // no higher than what was seen
				}
				for i, m := range miss {
					rise[i] = 0
					if m > 0 {
						rise[i] = math.Log1p((ratio - 1) * m)
					}
				}
				fit := l.fitLevel(begin, rise)
				fits = append(fits, fit)
				least = min(least, fit)
			}
		}
	}
	each := len(departures) * len(nextLevels)
	weight := make([]float64, n)
	total := 0.0
	for i, fit := range fits {
		w := math.Exp(fitTrust * (least - fit))
		weight[i/each] += w
		total += w
	}
	for k := range weight {
		weight[k] /= total
	}
	l.doubtGap(weight, from, grid, begin, end)
	at := func(q float64) float64 {
		sum := 0.0
		for k, w := range weight {
			if sum += w; sum >= q {
				return size(k)
			}
		}
		return size(n - 1)
	}
	// A weight stands for the whole cell of the grid about its size.
	e := edge{lo: at(0.025) - grid/2, hi: at(0.975) + grid/2, misfit: 2 * least / float64(points)}
	e.at, e.within = heaviest(weight, from, grid)
	return e
}

// heaviest finds the sizes within sameSize of each other, on both sides, that
// have the most weight: what the confidence promises is what is maximised. It returns
// their median, and the weight within sameSize of that.
func heaviest(weight []float64, from, grid float64) (at, within float64) {
	reach := int(math.Log(sameSize) / grid)
	about := func(k int) (lo, hi int, sum float64) {
		lo, hi = max(0, k-reach), min(len(weight)-1, k+reach)
		for _, w := range weight[lo : hi+1] {
			sum += w
		}
		return lo, hi, sum
	}
	best := 0
	for k := range weight {
		if _, _, sum := about(k); sum > within {
			best, within = k, sum
		}
	}
	lo, hi, _ := about(best)
	middle, sum := lo, weight[lo]
	for middle < hi && sum < within/2 {
		middle++
		sum += weight[middle]
	}
	_, _, within = about(middle)
	return from + float64(middle)*grid, clamp01(within)
}

// fitLevel is minus the log likelihood of a rise over a level of its own, for
// the points from begin on.
func (l ladder) fitLevel(begin int, rise []float64) float64 {
	var sw, sy float64
	for i, up := range rise {
		w := 1 / l.variance(begin+i, up)
		sw += w
		sy += w * (l.y[begin+i] - up)
	}
	level := sy / sw
	sum, scale := 0.0, 1.0
	for i, up := range rise {
		v := l.variance(begin+i, up)
		r := l.y[begin+i] - level - up
		sum += min(r*r/v, worstPoint)
		scale *= v / (l.sigma[begin+i] * l.sigma[begin+i])
	}
	return (sum + math.Log(scale)) / 2
}

// variance is the expected squared error of point i where the rise is up. The
// lasting part comes in with the rise, so that a form that rises a little from
// afar is not excused at every point.
func (l ladder) variance(i int, up float64) float64 {
	v := l.sigma[i] * l.sigma[i]
	if up > 0 {
		lasting := min(up, lastingError)
		v += shapeError*shapeError*up*up + lasting*lasting
	}
	return v
}

// doubtGap moves weight where the sizes measured are more than a tenth apart:
// there the form of the departure alone says where between them it begins, and
// the form is an assumption, so half of the weight goes, evenly, to the gap.
func (l ladder) doubtGap(weight []float64, from, grid float64, begin, end int) {
	sum, k := 0.0, 0
	for sum < 0.5 && k < len(weight) {
		sum += weight[k]
		k++
	}
	middle := from + float64(k)*grid
	next := begin + 1
	for next < end && l.x[next] <= middle {
		next++
	}
	lo, hi := l.x[next-1], l.x[next]
	share := 0.5 * ramp(hi-lo, math.Log(sameSize), 2*math.Log(sameSize))
	first := max(0, int(math.Ceil((lo-from)/grid)))
	last := min(len(weight)-1, int((hi-from)/grid))
	if share == 0 || last < first || middle > hi {
		return
	}
	for k := range weight {
		weight[k] *= 1 - share
		if first <= k && k <= last {
			weight[k] += share / float64(last-first+1)
		}
	}
}

// strayAlpha is the probability with which so many of a point's samples are
// strays; as two neighbouring points must agree, chance passes one of 2,500.
const strayAlpha = 0.02

// span widens the interval of an edge whose size was not the same all the
// time, as a shared last level's: some samples leave the plateau at smaller
// sizes, some stay at larger ones.
func (l ladder) span(e *edge, begin, last int, low, enough float64) {
	count := func(i int, in func(y float64) bool) (k, n int) {
		for _, row := range l.rounds {
			if !math.IsNaN(row[i]) {
				n++
				if in(row[i]) {
					k++
				}
			}
		}
		return k, n
	}
	left := func(y float64) bool { return y > low+enough }
	stays := func(i int) func(float64) bool {
		return func(y float64) bool { return y < (low+l.y[i])/2 }
	}
	// Samples are disturbed on the plateau too, at a rate told from its first half.
	disturbed, all := 0, 1
	for i := begin; i < last && l.x[i] < (l.x[begin]+e.at)/2; i++ {
		k, n := count(i, left)
		disturbed, all = disturbed+k, all+n
	}
	more := func(i int, in func(float64) bool) bool {
		k, n := count(i, in)
		return 1-poissonAtMost(k-1, float64(n)*float64(disturbed+1)/float64(all)) < strayAlpha
	}
	for i := begin + 1; i < last && l.y[i] < low+enough; i++ {
		if more(i, left) && more(i+1, left) {
			e.lo = min(e.lo, l.x[i-1])
			break
		}
	}
	for i := last; i > begin+1 && l.x[i] > e.at; i-- {
		if l.y[i-1] > low+enough && more(i, stays(i)) && more(i-1, stays(i-1)) {
			e.hi = max(e.hi, l.x[i])
			break
		}
	}
}
