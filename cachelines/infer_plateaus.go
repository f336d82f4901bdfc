package cachelines

import (
	"math"
	"slices"
)

// plateau is a level stretch of a ladder, points from to to, both included.
type plateau struct {
	from, to int
	level    float64 // log ns
}

// plateaus cuts the ladder into segments and returns the plateaus, each higher
// than the one before it by leastRise at least.
func (l ladder) plateaus() []plateau {
	var flats []plateau
	for _, s := range l.segments() {
		if s.slope {
			continue
		}
		flats = append(flats, plateau{s.from, s.to, median(l.y[s.from : s.to+1])})
	}
	flats = l.join(flats)
	flats = slices.DeleteFunc(flats, func(p plateau) bool {
		return math.Exp(l.x[p.to]-l.x[p.from]) < leastExtent || p.to-p.from+1 < leastPlateau
	})
	return l.join(flats)
}

// after returns what follows plateau k: the next one, or the end of the ladder
// where that is higher by a level without being a plateau.
func (l ladder) after(flats []plateau, k int) (next plateau, ok bool) {
	if k < 0 {
		return plateau{}, false
	}
	if k+1 < len(flats) {
		return flats[k+1], true
	}
	const end = 3 // points: one alone may be off
	n := len(l.y)
	next = plateau{from: max(n-end, flats[k].to+1), to: n - 1}
	if next.from > next.to {
		return plateau{}, false
	}
	next.level = median(l.y[next.from:])
	return next, next.level > flats[k].level+math.Log(leastRise)
}

// leastPlateau is how many points make a plateau: with three a chance pair
// of equal points within a slope does not.
const leastPlateau = 3

// join makes one of neighbouring plateaus that are not a level apart. Caches
// only get slower: of two that go down the shorter one is a disturbance.
func (l ladder) join(flats []plateau) []plateau {
	extent := func(p plateau) float64 { return l.x[p.to] - l.x[p.from] }
	apart := math.Log(leastRise)
	var out []plateau
	for _, p := range flats {
		for n := len(out); n > 0 && p.level <= out[n-1].level-apart && extent(out[n-1]) < extent(p); n-- {
			out = out[:n-1]
		}
		switch n := len(out); {
		case n == 0 || p.level >= out[n-1].level+apart:
			out = append(out, p)
		case p.level > out[n-1].level-apart:
			out[n-1].to = p.to
			out[n-1].level = median(l.y[out[n-1].from : p.to+1])
		}
	}
	return out
}

// segment is a run of points that one line explains.
type segment struct {
	from, to int
	slope    bool
}

const (
	// A flat segment has a level and a beginning to be chosen, a slope an
	// inclination besides: half a log n for each is Schwarz's criterion.
	flatParameters, slopeParameters = 2, 3

	// worstPoint bounds what one point may cost, in squared errors: one
	// size that is off for good must not make a segment of its own.
	worstPoint = 16
)

// segments finds the cheapest cut, by dynamic programming over its last
// segment.
func (l ladder) segments() []segment {
	n := len(l.y)
	penalty := math.Log(float64(n)) / 2
	best := make([]float64, n+1) // of the first k points
	last := make([]segment, n+1)
	for to := range n {
		best[to+1] = math.Inf(1)
		for from := range to + 1 {
			flat := best[from] + l.flatCost(from, to) + flatParameters*penalty
			if flat < best[to+1] {
				best[to+1], last[to+1] = flat, segment{from, to, false}
			}
			slope := best[from] + l.slopeCost(from, to) + slopeParameters*penalty
			if slope < best[to+1] {
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
func (l ladder) flatCost(from, to int) float64 {
	var sw, sy float64
	for i := from; i <= to; i++ {
		w := 1 / (l.sigma[i] * l.sigma[i])
		sw += w
		sy += w * l.y[i]
	}
	return l.cost(from, to, sy/sw, 0)
}

// slopeCost is that of points on a line that rises by leastSlope or more.
func (l ladder) slopeCost(from, to int) float64 {
	var sw, sx, sy, sxx, sxy float64
	for i := from; i <= to; i++ {
		w := 1 / (l.sigma[i] * l.sigma[i])
		x := l.x[i] - l.x[from]
		sw += w
		sx += w * x
		sy += w * l.y[i]
		sxx += w * x * x
		sxy += w * x * l.y[i]
	}
	b := leastSlope
	if det := sw*sxx - sx*sx; det > 1e-9*sw*sxx {
		b = max((sw*sxy-sx*sy)/det, leastSlope)
	}
	return l.cost(from, to, (sy-b*sx)/sw, b)
}

func (l ladder) cost(from, to int, a, b float64) float64 {
	sum := 0.0
	for i := from; i <= to; i++ {
		r := (l.y[i] - a - b*(l.x[i]-l.x[from])) / l.sigma[i]
		sum += min(r*r, worstPoint)
	}
	return sum / 2
}
