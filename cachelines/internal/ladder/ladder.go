// Package ladder reads staircases: latencies that are level, rise, and are level
// again, over sizes on a logarithmic axis. Caches over working sets and TLBs over
// pages both look so. It finds the plateaus, and fits the knee at the end of each.
package ladder

import (
	"math"
	"slices"

	"cachelab/cachelines/instrument"
	"cachelab/internal/stats"
)

// Ladder is a curve on logarithms, ready to be read. Points without a valid
// sample are left out.
type Ladder struct {
	X, Y   []float64   // log size, log ns (median of the rounds)
	Sigma  []float64   // standard error of Y
	Rounds [][]float64 // log ns, rounds by points, drift taken out; NaN not valid
	K      Constants
}

// New prepares a curve. Drift, which is common to the points of a round, is
// taken out.
func New(c instrument.Curve, k Constants) Ladder {
	logs := c.Logs()
	_, drift := stats.Polish(logs, len(c.X))
	l := Ladder{Rounds: make([][]float64, len(logs)), K: k}
	for i, x := range c.X {
		in := make([]float64, len(logs))
		for r := range logs {
			in[r] = logs[r][i] - drift[r]
		}
		valid := stats.Finite(in)
		if len(valid) == 0 || x <= 0 {
			continue
		}
		slices.Sort(valid)
		q1, q3 := stats.Quantile(valid, 0.25), stats.Quantile(valid, 0.75)
		l.X = append(l.X, math.Log(float64(x)))
		l.Y = append(l.Y, stats.Quantile(valid, 0.5))
		// The error of a median is 1.25 deviations over root n; the range of
		// the quartiles is 1.35 deviations of a bell.
		l.Sigma = append(l.Sigma, 1.25*(q3-q1)/1.35/math.Sqrt(float64(len(valid))))
		for r := range logs {
			l.Rounds[r] = append(l.Rounds[r], in[r])
		}
	}
	l.addPointNoise()
	return l
}

// addPointNoise adds to the errors what points differ by beyond their samples,
// as second differences show it: on plateaus and even slopes, where most points
// are, these are noise alone.
func (l *Ladder) addPointNoise() {
	if len(l.Y) < MinPoints {
		return
	}
	var second []float64
	for i := 1; i+1 < len(l.Y); i++ {
		// The deviation of a middle point from the line through its neighbours.
		part := 0.5
		if l.X[i+1] > l.X[i-1] {
			part = (l.X[i] - l.X[i-1]) / (l.X[i+1] - l.X[i-1])
		}
		off := l.Y[i] - (1-part)*l.Y[i-1] - part*l.Y[i+1]
		second = append(second, math.Abs(off)/math.Sqrt(1+part*part+(1-part)*(1-part)))
	}
	noise := max(stats.Median(second)/0.6745, l.K.PointNoise) // the median of |bell| is 0.6745 deviations
	for i, s := range l.Sigma {
		l.Sigma[i] = math.Hypot(s, noise)
	}
}

// Replicated is how well the step from one plateau to the next is repeated over
// the rounds, 0 to 1.
func (l Ladder) Replicated(flat, next Plateau) float64 {
	half := (next.Level - flat.Level) / 2
	rounds, seen := 0, 0
	for _, row := range l.Rounds {
		step := stats.Median(row[next.From:next.To+1]) - stats.Median(row[flat.From:flat.To+1])
		if math.IsNaN(step) {
			continue
		}
		rounds++
		if step >= half {
			seen++
		}
	}
	return stats.SignTest(seen, rounds)
}

// Late is the log latency of the last factor of two of a plateau.
func (l Ladder) Late(flat Plateau) float64 {
	return stats.Median(l.Y[l.lastOctave(flat) : flat.To+1])
}

// Extent is the ratio of a plateau's last and first size.
func (l Ladder) Extent(flat Plateau) float64 { return math.Exp(l.X[flat.To] - l.X[flat.From]) }
