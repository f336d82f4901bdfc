// Package simtest holds what the tests of the instruments share: recorded and
// simulated curves, and the test that every constant of an inference matters.
package simtest

import (
	"cmp"
	"math"
	"slices"

	"cachelab/cachelines/instrument"
)

// Point is the samples of one X, a round each: how simulations make a curve.
type Point struct {
	X  int
	NS []float64 // NaN: not valid
}

// Curve puts points, in any order, together. Points with fewer rounds than others
// have NaN in the rest.
func Curve(points []Point) instrument.Curve {
	points = slices.Clone(points)
	slices.SortFunc(points, func(a, b Point) int { return cmp.Compare(a.X, b.X) })
	var c instrument.Curve
	rounds := 0
	for _, p := range points {
		c.X = append(c.X, p.X)
		rounds = max(rounds, len(p.NS))
	}
	for r := range rounds {
		row := make([]float64, len(points))
		for i, p := range points {
			row[i] = math.NaN()
			if r < len(p.NS) {
				row[i] = p.NS[r]
			}
		}
		c.Rounds = append(c.Rounds, row)
	}
	return c
}
