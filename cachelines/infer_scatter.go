package cachelines

import (
	"math"
	"slices"
	"sync"
)

// scatterWays are the associativities that are tried: those of second levels,
// from Skylake's client parts (4) and Cortex-A (8, 16) to Golden Cove's (10, 16) and up.
var scatterWays = []int{4, 8, 10, 12, 16, 20}

const (
	// scatterNoise is the least relative error of a point's time: a set has lines of
	// its own in every sample.
	scatterNoise = 0.003
	// scatterShape is the part of a rise that its form may be wrong by: what the
	// misses of a rise cost differs, since they wait in the same queues, start
	// prefetches, and find more or less of the next level free.
	scatterShape = 0.15
	// scatterDoubt is what its best answer may be worth: no real cache is one of the
	// forms, so it narrows a range and is never sure. Of 24 sizes that were told with over a half
	// without this, on a level of known size, 11 were off by over a tenth, and one in twenty
	// intervals did not hold it.
	scatterDoubt = 0.5
	// othersTake is up to what part of a level holds what nobody walks: the tables of
	// eight times its pages, the guest's and its host's (32 KiB of 1 MiB), and what
	// the kernel touches at each tick. The level is larger than it seems by that.
	othersTake = 0.1
	// scatterMargin is how far inside the measured sizes an answer must lie.
	scatterMargin = 1.25
)

// scatteredSize finds the size of a cache from sets of lines that lie in it at random. The
// lines that fall on one of its sets are then Poisson distributed, about a mean of
// ways times set size over cache size, whatever the pages and the hash are: the form of
// the rise is known, but for the ways and what is replaced. Both are summed over. Latency
// is left out, since it holds what translation costs.
//
// The fast quarter of the samples is taken: a neighbour, an interrupt or a page
// table in the cache can only take away from it.
func scatteredSize(points []LadderPoint) Level {
	var x, y, sigma []float64
	for _, p := range points {
		ns := finite(p.NS)
		if len(ns) < leastRounds || p.SizeBytes <= 0 {
			continue
		}
		slices.Sort(ns)
		fast := quantile(ns, 0.25)
		// A quartile's error is 1.36 deviations over root n, and half the range of
		// the quartiles 0.67 deviations.
		spread := (quantile(ns, 0.5) - fast) / 0.67
		x, y = append(x, float64(p.SizeBytes)), append(y, fast)
		sigma = append(sigma, math.Hypot(scatterNoise*fast, 1.36*spread/math.Sqrt(float64(len(ns)))))
	}
	if len(x) < leastLadder {
		return Level{}
	}
	const grid = 0.02 // as fitEdge
	from := math.Log(x[0])
	n := int((math.Log(x[len(x)-1])-from)/grid) + 1
	var fits []scatterFit
	least := scatterFit{loss: math.Inf(1)}
	miss := make([]float64, len(x))
	for _, form := range scatterForms() {
		for k := range n {
			for i := range x {
				miss[i] = form.at(math.Log(x[i]) - from - float64(k)*grid)
			}
			f := fitScatter(y, sigma, miss)
			f.at = k
			fits = append(fits, f)
			if f.loss < least.loss {
				least = f
			}
		}
	}
	weight, total := make([]float64, n), 0.0
	for _, f := range fits {
		w := math.Exp(fitTrust * (least.loss - f.loss))
		weight[f.at] += w
		total += w
	}
	for k := range weight {
		weight[k] /= total
	}
	weight = smearUp(weight, int(math.Round(math.Log1p(othersTake)/grid)))
	at, within := heaviest(weight, from, grid)
	lo, hi := weightedEnds(weight, from, grid)
	level := Level{SizeBytes: int(math.Exp(at)), SizeLo: int(math.Exp(lo)), SizeHi: int(math.Exp(hi))}
	inside := 1.0
	if size := math.Exp(at); size < scatterMargin*x[0] || size > x[len(x)-1]/scatterMargin {
		inside = 0
	}
	level.Confidence = within * inside * scatterDoubt *
		(1 - ramp(2*least.fit/float64(len(x)), goodFit, badFit)) *
		ramp(1+least.rise/least.low, leastRise, fullRise) *
		(1 - ramp(math.Exp(hi-lo), steadySpread, movingSpread))
	return level
}

// scatterFit is how well one size and form explain the points.
type scatterFit struct {
	at        int
	low, rise float64 // ns: without and with misses alone
	loss, fit float64 // minus log likelihood, and its part that tells of the distance from the points
}

// fitScatter finds the latencies of hits and of misses, in ns, for given shares of
// misses, by weighted least squares; what the form may be wrong by depends on
// the rise, so it is done twice.
func fitScatter(y, sigma, miss []float64) scatterFit {
	f := scatterFit{low: slices.Min(y)}
	f.rise = slices.Max(y) - f.low
	variance := func(i int) float64 {
		shape := scatterShape * f.rise * miss[i]
		return sigma[i]*sigma[i] + shape*shape
	}
	const turns = 3
	for range turns {
		var sw, sm, smm, sy, smy float64
		for i, m := range miss {
			w := 1 / variance(i)
			sw, sm, smm = sw+w, sm+w*m, smm+w*m*m
			sy, smy = sy+w*y[i], smy+w*m*y[i]
		}
		det := sw*smm - sm*sm
		if !(det > 1e-9*sw*smm) {
			f.low, f.rise = sy/sw, 0
			break
		}
		f.rise = max((sw*smy-sm*sy)/det, 0)
		f.low = (sy - f.rise*sm) / sw
	}
	for i, m := range miss {
		v := variance(i)
		r := y[i] - f.low - f.rise*m
		f.fit += min(r*r/v, worstPoint) / 2
		f.loss += math.Log(v) / 2
	}
	f.loss += f.fit
	return f
}

// smearUp spreads each weight evenly over itself and the next steps sizes.
func smearUp(weight []float64, steps int) []float64 {
	out := make([]float64, len(weight))
	for k, w := range weight {
		for i := k; i <= k+steps; i++ {
			out[min(i, len(out)-1)] += w / float64(steps+1)
		}
	}
	return out
}

// weightedEnds are the ends of the middle 95% of the weight.
func weightedEnds(weight []float64, from, grid float64) (lo, hi float64) {
	at := func(q float64) float64 {
		sum := 0.0
		for k, w := range weight {
			if sum += w; sum >= q {
				return from + float64(k)*grid
			}
		}
		return from + float64(len(weight)-1)*grid
	}
	return at(0.025), at(0.975)
}

// scatterForm is one way of missing: the share of visits that miss, by the
// logarithm of set size over cache size.
type scatterForm []float64

const (
	// A form is tabulated from -formReach to formReach, in steps fine enough to
	// be read off without more than a straight line.
	formReach, formStep = 2.4, 0.01
	// settled is how many turns a share of misses that depends on itself is given.
	settled = 100
)

// scatterForms are all ways of missing that are thought possible, for each
// associativity: the oldest line is replaced, with more or fewer lines that nobody asked for,
// or one by chance, or something between.
var scatterForms = sync.OnceValue(func() []scatterForm {
	var forms []scatterForm
	for _, ways := range scatterWays {
		for _, uninvited := range []float64{0, 0.25, 0.5, 1} {
			forms = append(forms, tabulate(func(mean float64) float64 { return oldestMisses(ways, mean, uninvited) }, ways))
		}
		share := chanceShares(ways)
		for _, part := range []float64{1, 0.5} {
			forms = append(forms, tabulate(func(mean float64) float64 {
				return part*chanceMisses(ways, mean, share) + (1-part)*oldestMisses(ways, mean, 0)
			}, ways))
		}
	}
	return forms
})

func tabulate(miss func(mean float64) float64, ways int) scatterForm {
	var f scatterForm
	for k := 0; ; k++ {
		u := -formReach + float64(k)*formStep
		if u > formReach {
			return f
		}
		f = append(f, miss(float64(ways)*math.Exp(u)))
	}
}

func (f scatterForm) at(u float64) float64 {
	k := (u + formReach) / formStep
	switch i := int(k); {
	case k <= 0:
		return f[0]
	case i+1 >= len(f):
		return f[len(f)-1]
	default:
		return f[i] + (k-float64(i))*(f[i+1]-f[i])
	}
}

// oldestMisses is the share where the oldest line of a set is replaced (LRU):
// a line is gone when it is needed again if ways other lines came in between, of
// which mean lie on the set, Poisson distributed. A spatial prefetcher that answers a miss
// by a neighbour line as well adds uninvited lines for each miss, which
// make more miss. Of two shares that sustain themselves, the small one is meant.
func oldestMisses(ways int, mean, uninvited float64) float64 {
	m := 0.0
	for range settled {
		next := 1 - poissonAtMost(ways-1, mean*(1+uninvited*m))
		if next-m < 1e-5 {
			return max(next, 0)
		}
		m = next
	}
	return m
}

// chanceShares is the share of visits that miss in a set of ways+1+k lines,
// where the line that is replaced is left to chance. Each of the n m misses of a lap over n
// lines replaces one of w, so a line is gone when it is needed again with
// m = 1 - (1 - 1/w)^(n m).
func chanceShares(ways int) []float64 {
	var shares []float64
	for n := ways + 1; n <= 12*ways; n++ { // all miss, nearly, at three times the ways
		m := 1.0
		for range settled {
			m = 1 - math.Pow(1-1/float64(ways), float64(n)*m)
		}
		shares = append(shares, m)
	}
	return shares
}

// chanceMisses is the share of visits that miss where mean lines fall on a set.
func chanceMisses(ways int, mean float64, shares []float64) float64 {
	// A line shares its set with j others: Poisson, from j = ways on.
	p := math.Exp(-mean)
	for j := 1; j <= ways; j++ {
		p *= mean / float64(j)
	}
	sum, rest := 0.0, 1-poissonAtMost(ways-1, mean)
	for k, share := range shares {
		sum += p * share
		rest -= p
		p *= mean / float64(ways+1+k)
	}
	return min(sum+max(rest, 0), 1)
}
