package figure

import (
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
)

// few is up to how many sizes a sweep is drawn without lines. A quick run measures
// only the one or two sizes that the claims compare, and a line between two
// points would show what nobody measured.
const few = 3

// sparseHeight is that of a panel of few points, and sparseNote what its figure
// says of itself.
const (
	sparseHeight = 190
	sparseNote   = "; only the sizes that the claims compare: a default run measures the whole curve"
)

// sparse reports whether no series has more than a few points.
func sparse(all []*series) bool {
	return !slices.ContainsFunc(all, func(s *series) bool { return len(s.Points) > few })
}

// besides is the room for a mark with its value beside it, in points.
const besides = 52

// sideBySide sets the series' points beside each other at named places and
// writes their values, in place of curves over an axis.
func sideBySide(p *plot.Plot, all []*series, name func(float64) string) []*series {
	var places []float64
	for _, s := range all {
		for _, q := range s.Points {
			if !slices.Contains(places, q.X) {
				places = append(places, q.X)
			}
		}
	}
	slices.Sort(places)
	var names nominal
	for _, x := range places {
		names = append(names, name(x))
	}
	p.X.Scale, p.X.Tick.Marker, p.X.Tick.Length = plot.LinearScale{}, names, 0
	p.X.Min, p.X.Max = -0.5, float64(len(places))-0.5
	var out []*series
	for i, s := range all {
		s.Line = false // in the legend too
		t := *s
		t.Values, t.Shift = true, abreast(i, len(all), besides)
		t.Points = slices.Clone(s.Points)
		for k := range t.Points {
			t.Points[k].X = float64(slices.Index(places, t.Points[k].X))
		}
		out = append(out, &t)
	}
	return out
}

// abreast is the place of the i-th of n marks that stand round one point.
func abreast(i, n int, room float64) vg.Length {
	return vg.Length((float64(i) - float64(n-1)/2) * room)
}
