package stats

import "math"

// Grid is a posterior distribution on evenly spaced points: Weight[k] belongs to
// From + k*Step. The weights sum to 1.
type Grid struct {
	From, Step float64
	Weight     []float64
}

// GridPosterior turns fits into a distribution over n points. loss[i] is minus
// the log likelihood of fit i, and at(i) is the point that it belongs to, 0 to
// n-1; several fits of one point add up. trust is the power that the likelihood
// is raised to, 0 to 1: 1 takes the noise model at its word, and 0.5 widens an
// interval by about the square root of 2. Infinite losses weigh nothing.
//
// Where no loss is finite all weights are NaN.
func GridPosterior(from, step float64, n int, loss []float64, at func(i int) int, trust float64) Grid {
	g := Grid{From: from, Step: step, Weight: make([]float64, n)}
	least := math.Inf(1)
	for _, l := range loss {
		least = min(least, l)
	}
	total := 0.0
	for i, l := range loss {
		w := math.Exp(trust * (least - l))
		g.Weight[at(i)] += w
		total += w
	}
	for k := range g.Weight {
		g.Weight[k] /= total
	}
	return g
}

// At returns point k.
func (g Grid) At(k int) float64 { return g.From + float64(k)*g.Step }

// Quantile returns the first point up to which the weight is q, 0 to 1.
func (g Grid) Quantile(q float64) float64 {
	sum := 0.0
	for k, w := range g.Weight {
		if sum += w; sum >= q {
			return g.At(k)
		}
	}
	return g.At(len(g.Weight) - 1)
}

// Ends returns the ends of the middle 95% of the weight.
func (g Grid) Ends() (lo, hi float64) { return g.Quantile(0.025), g.Quantile(0.975) }

// Heaviest returns the place whose neighbourhood, reach to each side, has the
// most weight, and that weight. So the probability that it returns is the one
// that was maximised. Of a heaviest stretch of points it takes the median.
func (g Grid) Heaviest(reach float64) (at, within float64) {
	points := int(reach / g.Step)
	best, most := 0, 0.0
	for k := range g.Weight {
		if sum := g.about(k, points); sum > most {
			best, most = k, sum
		}
	}
	middle, hi := max(0, best-points), min(len(g.Weight)-1, best+points)
	sum := g.Weight[middle]
	for middle < hi && sum < most/2 {
		middle++
		sum += g.Weight[middle]
	}
	return g.At(middle), Clamp01(g.about(middle, points))
}

// about is the weight within that many points of point k.
func (g Grid) about(k, points int) (sum float64) {
	for _, w := range g.Weight[max(0, k-points) : min(len(g.Weight)-1, k+points)+1] {
		sum += w
	}
	return sum
}
