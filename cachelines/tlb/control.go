package tlb

import (
	"math"
	"slices"

	"cachelab/cachelines/instrument"
	"cachelab/internal/stats"
)

// difference is what translation adds to a load, by numbers of pages.
type difference struct {
	curve   instrument.Curve // spread less packed, on top of hitNS
	control []float64        // ns, of the packed lines, by point of the curve
	hitNS   float64          // in the first-level cache
}

// subtractControl returns spread minus packed latency plus one L1 hit, by pages.
// Drift is removed from both curves together first, because it would be a larger
// part of their difference.
func (s Sweep) subtractControl() difference {
	spread, packed := s.Spread.Logs(), s.Packed.Logs()
	n := len(s.Spread.X)
	both := make([][]float64, min(len(spread), len(packed)))
	for r := range both {
		both[r] = slices.Concat(spread[r], packed[r])
	}
	columns, drift := stats.Polish(both, 2*n)
	var hits []float64
	for i, pages := range s.Spread.X {
		if pages < 4*fewestPages { // in the first level wherever there is one
			hits = append(hits, math.Exp(columns[n+i]))
		}
	}
	d := difference{hitNS: stats.Median(hits)}
	var kept []int
	for i, pages := range s.Spread.X {
		if !math.IsNaN(columns[n+i]) && !math.IsNaN(columns[i]) {
			kept = append(kept, i)
			d.curve.X = append(d.curve.X, pages)
			d.control = append(d.control, math.Exp(columns[n+i]))
		}
	}
	for r := range both {
		for at, i := range kept {
			// A difference is not a latency, and may be less than nothing by chance.
			d.curve.Put(r, at, max(math.Exp(both[r][i]-drift[r])-d.control[at]+d.hitNS, d.hitNS/2))
		}
	}
	return d
}

// medianBetween is the median latency of the points from one number of pages to
// another, in ns.
func (d difference) medianBetween(from, to float64) float64 {
	var ns []float64
	for i, pages := range d.curve.X {
		if x := float64(pages); x >= from && x <= to {
			ns = append(ns, stats.Median(d.curve.At(i)))
		}
	}
	return stats.Median(ns)
}

// controlRise is by how much the control rises around a number of pages, in ns.
func (d difference) controlRise(at, around float64) float64 {
	var near []float64
	for i, pages := range d.curve.X {
		if x := float64(pages); x >= at/around && x <= at*around {
			near = append(near, d.control[i])
		}
	}
	if len(near) == 0 {
		return 0
	}
	return slices.Max(near) - slices.Min(near)
}

// widenAtControlSteps adds error where the control is steep. The two layouts may
// leave a cache at slightly different line counts, so subtracting one from the other
// does not cancel the step exactly.
func (l pageLadder) widenAtControlSteps(control []float64, apartError float64) {
	for i := range l.Y {
		steepest := 0.0
		for k := max(i-1, 0); k <= i && k+1 < len(l.Y); k++ {
			steepest = max(steepest, math.Abs(control[k+1]-control[k])/(l.X[k+1]-l.X[k]))
		}
		l.Sigma[i] = math.Hypot(l.Sigma[i], apartError*steepest/math.Exp(l.Y[i]))
	}
}
