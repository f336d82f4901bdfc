package sets

import (
	"math"
	"slices"

	"cachelab/cachelines/instrument"
	"cachelab/cachelines/internal/ladder"
	"cachelab/internal/stats"
)

// scatterStep is the grid of sizes, on the logarithm: a fifth of the tenth that a
// confidence promises.
const scatterStep = 0.02

// InferScattered finds the size of a cache from a curve over sets of lines that
// lie in it at random (see [MeasureScattered]). The lines that fall on one of its
// sets are then Poisson distributed, about a mean of ways times set size over cache
// size, whatever the pages and the hash are: the form of the rise is known, but for
// the ways and what is replaced. Both are summed over. Latency is left out, since it
// holds what translation costs.
//
// The fast quarter of the samples is taken: a neighbour, an interrupt or a page
// table in the cache can only take away from it.
func InferScattered(c instrument.Curve) Size { return inferScattered(c, inferBy) }

func inferScattered(c instrument.Curve, k constants) Size {
	points := fastQuarter(c, k)
	if len(points.x) < ladder.MinPoints {
		return Size{}
	}
	from := math.Log(points.x[0])
	n := int((math.Log(points.x[len(points.x)-1])-from)/scatterStep) + 1
	var fits []scatterFit
	best := scatterFit{loss: math.Inf(1)}
	miss := make([]float64, len(points.x))
	for _, form := range scatterForms() {
		for at := range n {
			for i := range miss {
				miss[i] = form.at(math.Log(points.x[i]) - from - float64(at)*scatterStep)
			}
			f := points.fit(miss, k)
			f.at = at
			fits = append(fits, f)
			if f.loss < best.loss {
				best = f
			}
		}
	}
	losses := make([]float64, len(fits))
	for i, f := range fits {
		losses[i] = f.loss
	}
	sizes := stats.GridPosterior(from, scatterStep, n, losses, func(i int) int { return fits[i].at }, k.ScatterTrust)
	sizes.Weight = smearUp(sizes.Weight, int(math.Round(math.Log1p(k.OthersTake)/scatterStep)))
	return points.size(sizes, best, k)
}

// size sums the weights up.
func (p scatterPoints) size(sizes stats.Grid, best scatterFit, k constants) Size {
	at, within := sizes.Heaviest(math.Log(ladder.SameSize))
	lo, hi := sizes.Ends()
	inside := 1.0
	if size := math.Exp(at); size < k.ScatterMargin*p.x[0] || size > p.x[len(p.x)-1]/k.ScatterMargin {
		inside = 0
	}
	var d instrument.Doubts
	d.Multiply("sizes more than a tenth away explain the rise as well", within)
	d.Multiply("the size is at the end of the measured range", inside)
	d.Multiply("no real cache is one of the models", k.ScatterCap)
	d.Multiply("the rise has no shape that a cache makes", 1-stats.Ramp(2*best.fit/float64(len(p.x)), k.GoodFit, k.BadFit))
	d.Multiply("the step is small", stats.Ramp(1+best.rise/best.low, k.LeastRise, k.FullRise))
	d.Multiply("the interval is wide", 1-stats.Ramp(math.Exp(hi-lo), k.SteadySpread, k.MovSpread))
	return Size{
		Bytes: int(math.Exp(at)), Lo: int(math.Exp(lo)), Hi: int(math.Exp(hi)),
		Confidence: d.Confidence(), Doubts: d,
	}
}

// scatterPoints are sizes in bytes, latencies in ns and their standard errors.
type scatterPoints struct{ x, y, sigma []float64 }

// fastQuarter is the lower quartile at each size that has samples enough.
func fastQuarter(c instrument.Curve, k constants) scatterPoints {
	var out scatterPoints
	for i, x := range c.X {
		ns := c.At(i)
		if len(ns) < k.LeastRounds || x <= 0 {
			continue
		}
		slices.Sort(ns)
		fast := stats.Quantile(ns, 0.25)
		// A quartile's error is 1.36 deviations over root n, and half the range of
		// the quartiles 0.67 deviations.
		spread := (stats.Quantile(ns, 0.5) - fast) / 0.67
		out.x, out.y = append(out.x, float64(x)), append(out.y, fast)
		out.sigma = append(out.sigma, math.Hypot(k.ScatterNoise*fast, 1.36*spread/math.Sqrt(float64(len(ns)))))
	}
	return out
}

// scatterFit is how well one size and form explain the points.
type scatterFit struct {
	at        int
	low, rise float64 // ns: without and with misses alone
	loss, fit float64 // minus log likelihood, and its part that is about the distance from the points
}

// fit finds the latencies of hits and of misses, in ns, for given shares of
// misses, by weighted least squares; what the form may be wrong by depends on the
// rise, so it is done twice.
func (p scatterPoints) fit(miss []float64, k constants) scatterFit {
	f := scatterFit{low: slices.Min(p.y)}
	f.rise = slices.Max(p.y) - f.low
	variance := func(i int) float64 {
		shape := k.ScatterShape * f.rise * miss[i]
		return p.sigma[i]*p.sigma[i] + shape*shape
	}
	const turns = 3
	for range turns {
		var sw, sm, smm, sy, smy float64
		for i, m := range miss {
			w := 1 / variance(i)
			sw, sm, smm = sw+w, sm+w*m, smm+w*m*m
			sy, smy = sy+w*p.y[i], smy+w*m*p.y[i]
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
		r := p.y[i] - f.low - f.rise*m
		f.fit += min(r*r/v, ladder.Default.WorstPoint) / 2
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
