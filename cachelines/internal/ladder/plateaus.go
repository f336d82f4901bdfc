package ladder

import (
	"math"
	"slices"

	"cachelab/internal/stats"
)

// Plateau is a level stretch of a ladder, points From to To, both included.
type Plateau struct {
	From, To int
	Level    float64 // log ns
}

// Plateaus cuts the ladder into level and sloping segments by penalised
// likelihood (Auger and Lawrence, "Algorithms for the optimal identification of
// segment neighborhoods", Bulletin of Mathematical Biology 51, 1989), and returns
// the plateaus, each higher than the one before it by LeastRise at least.
func (l Ladder) Plateaus() []Plateau {
	var flats []Plateau
	for _, s := range l.segments() {
		if !s.slope {
			flats = append(flats, Plateau{s.from, s.to, stats.Median(l.Y[s.from : s.to+1])})
		}
	}
	flats = l.join(flats)
	flats = slices.DeleteFunc(flats, func(p Plateau) bool {
		return l.Extent(p) < l.K.LeastExtent || p.To-p.From+1 < l.K.LeastPlateau
	})
	return l.join(flats)
}

// After returns what follows plateau k: the next one, or the end of the ladder
// where that is higher by a level without being a plateau.
func (l Ladder) After(flats []Plateau, k int) (next Plateau, ok bool) {
	if k < 0 {
		return Plateau{}, false
	}
	if k+1 < len(flats) {
		return flats[k+1], true
	}
	n := len(l.Y)
	next = Plateau{From: max(n-l.K.EndPoints, flats[k].To+1), To: n - 1}
	if next.From > next.To {
		return Plateau{}, false
	}
	next.Level = stats.Median(l.Y[next.From:])
	return next, next.Level > flats[k].Level+math.Log(l.K.LeastRise)
}

// join makes one of neighbouring plateaus that are not a level apart. Caches
// only get slower: of two that go down the shorter one is a disturbance.
func (l Ladder) join(flats []Plateau) []Plateau {
	apart := math.Log(l.K.LeastRise)
	var out []Plateau
	for _, p := range flats {
		for n := len(out); n > 0 && p.Level <= out[n-1].Level-apart && l.Extent(out[n-1]) < l.Extent(p); n-- {
			out = out[:n-1]
		}
		switch n := len(out); {
		case n == 0 || p.Level >= out[n-1].Level+apart:
			out = append(out, p)
		case p.Level > out[n-1].Level-apart:
			out[n-1].To = p.To
			out[n-1].Level = stats.Median(l.Y[out[n-1].From : p.To+1])
		}
	}
	return out
}

// segment is a run of points that one line explains.
type segment struct {
	from, to int
	slope    bool
}

// A flat segment has a level and a beginning to be chosen, a slope an
// inclination besides: half a log n for each is Schwarz's criterion.
const flatParameters, slopeParameters = 2, 3

// segments finds the cheapest cut, by dynamic programming over its last segment.
func (l Ladder) segments() []segment {
	n := len(l.Y)
	penalty := math.Log(float64(n)) / 2
	best := make([]float64, n+1) // of the first k points
	last := make([]segment, n+1)
	for to := range n {
		best[to+1] = math.Inf(1)
		for from := range to + 1 {
			if flat := best[from] + l.flatCost(from, to) + flatParameters*penalty; flat < best[to+1] {
				best[to+1], last[to+1] = flat, segment{from, to, false}
			}
			if slope := best[from] + l.slopeCost(from, to) + slopeParameters*penalty; slope < best[to+1] {
				best[to+1], last[to+1] = slope, segment{from, to, true}
			}
		}
	}
	var out []segment
	for k := n; k > 0; k = last[k].from {
		out = append(out, last[k])
	}
	slices.Reverse(out)
	return out
}

// flatCost is minus the log likelihood of points on one level.
func (l Ladder) flatCost(from, to int) float64 {
	var sw, sy float64
	for i := from; i <= to; i++ {
		w := 1 / (l.Sigma[i] * l.Sigma[i])
		sw += w
		sy += w * l.Y[i]
	}
	return l.cost(from, to, sy/sw, 0)
}

// slopeCost is that of points on a line that rises by LeastSlope or more.
func (l Ladder) slopeCost(from, to int) float64 {
	var sw, sx, sy, sxx, sxy float64
	for i := from; i <= to; i++ {
		w := 1 / (l.Sigma[i] * l.Sigma[i])
		x := l.X[i] - l.X[from]
		sw += w
		sx += w * x
		sy += w * l.Y[i]
		sxx += w * x * x
		sxy += w * x * l.Y[i]
	}
	b := l.K.LeastSlope
	if det := sw*sxx - sx*sx; det > 1e-9*sw*sxx {
		b = max((sw*sxy-sx*sy)/det, l.K.LeastSlope)
	}
	return l.cost(from, to, (sy-b*sx)/sw, b)
}

// cost is minus the log likelihood of points on the line a + b x.
func (l Ladder) cost(from, to int, a, b float64) float64 {
	sum := 0.0
	for i := from; i <= to; i++ {
		r := (l.Y[i] - a - b*(l.X[i]-l.X[from])) / l.Sigma[i]
		sum += min(r*r, l.K.WorstPoint)
	}
	return sum / 2
}
