package ladder

import (
	"math"

	"cachelab/internal/stats"
)

// Knee is where a plateau ends: the size of its level.
type Knee struct {
	At, Lo, Hi float64 // log size; the ends of 95%
	Within     float64 // probability that the size is within SameSize of At
	Misfit     float64 // mean squared error, in expected ones
}

// Rise is the part of a ladder that a knee was fitted to.
type Rise struct {
	Begin  int     // point that the fit begins at
	Low    float64 // the plateau's level there, log ns
	Enough float64 // up to where the rise was fitted, above Low
}

// FitKnee fits the end of a plateau to the rise towards the next one, for a size
// that is the same all the time.
func (l Ladder) FitKnee(flat, next Plateau) (Knee, Rise) {
	r := Rise{Begin: l.lastOctave(flat)}
	r.Low = stats.Median(l.Y[r.Begin : flat.To+1])
	step := next.Level - r.Low
	r.Enough = min(l.K.RiseShare*step, math.Log(l.K.RiseFactor))
	end := flat.To
	for end < next.From && min(l.Y[end], l.Y[end+1]) < r.Low+r.Enough { // one point alone may be off
		end++
	}
	return l.fit(r.Begin, end, step), r
}

// lastOctave is the first point of the plateau's last factor of two. Farther
// back it may still fall in from the level before, which random replacement
// spreads over several octaves.
func (l Ladder) lastOctave(flat Plateau) int {
	begin := flat.From
	for flat.To-begin > l.K.LeastPlateau && l.X[begin] < l.X[flat.To]-math.Ln2 {
		begin++
	}
	return begin
}

// fit weighs sizes, forms and next levels over the points begin to end, from a
// plateau towards one that is step above. The plateau's own level is fitted with
// them: the first points of a slow rise may pass for plateau.
func (l Ladder) fit(begin, end int, step float64) Knee {
	from := l.X[begin]
	n := int((l.X[end]+l.K.CutOff-from)/gridStep) + 2
	var losses []float64 // by size, form and next level
	for k := range n {
		losses = append(losses, l.losses(begin, end, from+float64(k)*gridStep, step)...)
	}
	each := len(missCurves) * len(nextLevels)
	sizes := stats.GridPosterior(from, gridStep, n, losses, func(i int) int { return i / each }, l.K.FitTrust)
	l.widenAcrossGap(sizes, begin, end)
	// A weight stands for the whole cell of the grid about its size.
	lo, hi := sizes.Ends()
	least := losses[0]
	for _, loss := range losses {
		least = min(least, loss)
	}
	knee := Knee{Lo: lo - gridStep/2, Hi: hi + gridStep/2, Misfit: 2 * least / float64(end-begin+1)}
	knee.At, knee.Within = sizes.Heaviest(math.Log(SameSize))
	return knee
}

// losses is minus the log likelihood of the points for one size, by form and next
// level.
func (l Ladder) losses(begin, end int, size, step float64) []float64 {
	miss, rise := make([]float64, end-begin+1), make([]float64, end-begin+1)
	var out []float64
	for _, missAt := range missCurves {
		for i := range miss {
			miss[i] = missAt(l.X[begin+i] - size)
		}
		for _, ratio := range nextLevels {
			if math.Log(ratio) > step+math.Log(l.K.LeastRise) {
				ratio = math.Exp(step) // no higher than what was seen
			}
			for i, m := range miss {
				rise[i] = math.Log1p((ratio - 1) * m)
			}
			out = append(out, l.lossOfRise(begin, rise))
		}
	}
	return out
}

// lossOfRise is minus the log likelihood of a rise over a level of its own, for
// the points from begin on.
func (l Ladder) lossOfRise(begin int, rise []float64) float64 {
	var sw, sy float64
	for i, up := range rise {
		w := 1 / l.variance(begin+i, up)
		sw += w
		sy += w * (l.Y[begin+i] - up)
	}
	level := sy / sw
	sum, scale := 0.0, 1.0
	for i, up := range rise {
		v := l.variance(begin+i, up)
		r := l.Y[begin+i] - level - up
		sum += min(r*r/v, l.K.WorstPoint)
		scale *= v / (l.Sigma[begin+i] * l.Sigma[begin+i])
	}
	return (sum + math.Log(scale)) / 2
}

// variance is the expected squared error of point i where the rise is up. The
// lasting part comes in with the rise, so that a form that rises a little from
// afar is not excused at every point.
func (l Ladder) variance(i int, up float64) float64 {
	v := l.Sigma[i] * l.Sigma[i]
	if up > 0 {
		lasting := min(up, l.K.LastingError)
		v += l.K.ShapeError*l.K.ShapeError*up*up + lasting*lasting
	}
	return v
}

// widenAcrossGap moves weight where the sizes measured are more than a tenth
// apart: there the form of the rise alone says where between them it begins, so a
// part of the weight goes, evenly, to the gap.
func (l Ladder) widenAcrossGap(sizes stats.Grid, begin, end int) {
	middle := sizes.Quantile(0.5) + sizes.Step
	next := begin + 1
	for next < end && l.X[next] <= middle {
		next++
	}
	lo, hi := l.X[next-1], l.X[next]
	share := l.K.GapShare * stats.Ramp(hi-lo, math.Log(SameSize), 2*math.Log(SameSize))
	first := max(0, int(math.Ceil((lo-sizes.From)/sizes.Step)))
	last := min(len(sizes.Weight)-1, int((hi-sizes.From)/sizes.Step))
	if share == 0 || last < first || middle > hi {
		return
	}
	for k := range sizes.Weight {
		sizes.Weight[k] *= 1 - share
		if first <= k && k <= last {
			sizes.Weight[k] += share / float64(last-first+1)
		}
	}
}
