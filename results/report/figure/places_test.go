package figure

import (
	"slices"
	"testing"

	"gonum.org/v1/plot"
)

// Points side by side stand in the order of what they are of, whatever series has them
// first, and the series themselves keep theirs.
func TestSideBySide(t *testing.T) {
	a := &series{Points: []point{{X: 4}, {X: 64}}, Line: true}
	b := &series{Points: []point{{X: 16}, {X: 64}}, Line: true}
	p := plot.New()
	var named []float64
	out := sideBySide(p, []*series{a, b}, func(x float64) string { named = append(named, x); return "" })
	if want := []float64{4, 16, 64}; !slices.Equal(named, want) {
		t.Errorf("places of %v, want %v", named, want)
	}
	if p.X.Min != -0.5 || p.X.Max != 2.5 {
		t.Errorf("an axis from %v to %v, want half a place to each side of three", p.X.Min, p.X.Max)
	}
	at := func(s *series) (xs []float64) {
		for _, q := range s.Points {
			xs = append(xs, q.X)
		}
		return xs
	}
	if !slices.Equal(at(out[0]), []float64{0, 2}) || !slices.Equal(at(out[1]), []float64{1, 2}) || !slices.Equal(at(a), []float64{4, 64}) {
		t.Errorf("points at %v and %v, want 0, 2 and 1, 2; the first series has %v", at(out[0]), at(out[1]), at(a))
	}
	if a.Line || b.Line || !out[0].Values || out[0].Shift >= out[1].Shift {
		t.Errorf("marks with values beside each other and no lines: %+v and %+v", out[0], out[1])
	}
}
