package cachelines

import (
	"fmt"
	"math"
	"slices"

	"cachelab/affinity/opt"
)

// LadderPoint is the latency of dependent loads over one working set.
type LadderPoint struct {
	SizeBytes int `json:"size_bytes"`

	// NS is nanoseconds a load, one sample a round; the k-th sample of every
	// point is of one round, so that drift can be told from size. NaN: not valid.
	NS []float64 `json:"ns"`
}

// Level is one level of the memory hierarchy as the ladder shows it.
type Level struct {
	// SizeBytes is the working set from which on loads begin to miss the
	// level: the latency leaves its plateau there. The true value lies in SizeLo
	// to SizeHi with 95% by the fit; the interval also spans a size that was not
	// the same all the time.
	SizeBytes, SizeLo, SizeHi int

	LatencyNS  float64 // of the plateau
	Confidence float64 // 0 to 1, that the level exists and its size is within a tenth
}

// Levels is what the ladder shows.
type Levels struct {
	Levels   []Level            // near to far, without memory
	MemoryNS opt.Value[float64] // the last plateau, where the ladder reached it
	Reason   string             // what is in doubt, or empty
}

const (
	// leastRise and fullRise are the latency ratios of two plateaus at which
	// they begin to count as two levels, and count in full. A TLB or a page
	// walk adds a few cycles (up to a fifth of an L3 load); the nearest levels
	// of a CPU in the field are 2.5x apart (L1 4 or 5 cycles, L2 12 to 17).
	leastRise, fullRise = 1.25, 1.6

	// leastExtent and fullExtent are the ratios of a plateau's last and first
	// size from which it may be one, and is: a chance stair within a slope is
	// short, a level worth building is twice as large as the one before it.
	leastExtent, fullExtent = 1.3, 1.8

	// sameSize is what counts as the right size: within a tenth.
	sameSize = 1.1

	// steadySpread to movingSpread is the ratio of the interval's ends at
	// which a size begins to be doubtful, and is no size any more but a range.
	steadySpread, movingSpread = 1.2, 2

	// leastSlope is the log-log slope below which a rise is level: doubling
	// the working set adds less than a fifth. Beyond a level's size misses begin
	// at a slope of (t2-t1)/t1, that is 1.5 and more.
	leastSlope = 0.25

	// earlyRise of the plateau's latency is too much for a sample on it.
	earlyRise = 1.6

	// goodFit to badFit is the mean squared error of the fit, in expected ones,
	// at which it begins to count less, and is none.
	goodFit, badFit = 3, 8

	// leastLadder is the number of points below which there is no ladder.
	leastLadder = 8

	// pointNoise is the least error of a point, on the logarithm, that
	// more samples do not take away: every size has a chain and pages of its own.
	pointNoise = 0.005
)

// InferLevels finds the levels in a latency ladder over sizes of any order,
// best crowded round the expected edges. It is meant for a ladder on huge
// pages: on base pages a TLB that is exhausted looks like a level.
//
// The ladder is cut into level and sloping segments by penalised likelihood on
// logarithms (Auger and Lawrence 1989, by dynamic programming); every long enough
// level stretch is a plateau, and a level where a higher one follows. Its size is
// then fitted to the departure: the part of loads that miss is taken as
// 1 - (S/W)^p for a working set W beyond the size S, which is S/W hits for random
// replacement (p = 1), and nearly a cliff for LRU (p of the associativity and more).
func InferLevels(points []LadderPoint) Levels {
	l := newLadder(points)
	if len(l.x) < leastLadder {
		return Levels{Reason: fmt.Sprintf("%d sizes with valid samples are no ladder, %d are the least", len(l.x), leastLadder)}
	}
	var out Levels
	flats := l.plateaus()
	for k, flat := range flats {
		next, ok := l.after(flats, k)
		if !ok {
			break
		}
		ratio := math.Exp(next.level - flat.level)
		edge := l.edge(flat, next)
		late := median(l.y[l.lastOctave(flat) : flat.to+1])
		level := Level{
			SizeBytes: int(math.Round(math.Exp(edge.at))),
			SizeLo:    int(math.Round(math.Exp(edge.lo))),
			SizeHi:    int(math.Round(math.Exp(edge.hi))) + besideBytes,
			LatencyNS: math.Exp(late),
		}
		level.Confidence = edge.within * (1 - ramp(edge.misfit, goodFit, badFit)) * l.replicated(flat, next) * (1 - modelDoubt) *
			ramp(ratio, leastRise, fullRise) *
			(1 - ramp(math.Exp(late-flat.level), leastRise-0.1, leastRise+0.1)) * // two levels run into one
			ramp(math.Exp(l.x[flat.to]-l.x[flat.from]), leastExtent, fullExtent) *
			(1 - ramp(math.Exp(edge.hi-edge.lo), steadySpread, movingSpread))
		out.Levels = append(out.Levels, level)
	}
	last := len(flats) - 1
	switch _, rises := l.after(flats, last); {
	case last < 0:
		out.Reason = "no plateau at all"
	case rises:
		out.Reason = "the ladder still rises at its end: memory was not reached"
	case last == 0:
		out.Reason = "no step: the ladder is level from end to end"
	default:
		out.MemoryNS = opt.Some(math.Exp(flats[last].level))
	}
	return out
}

// besideBytes is what may lie in a cache beside the set that is walked: eight lines of the walk's own
// stack, the clock's data and the runtime's. It was seen as a first level of 32 KiB from which
// misses begin at 31.6 (and 47 of 48).
const besideBytes = 8 * 64

// ladder is a latency ladder on logarithms, by size.
type ladder struct {
	x, y   []float64   // log bytes, log ns (median)
	sigma  []float64   // standard error of y
	rounds [][]float64 // log ns, rounds by points, drift taken out; NaN not valid
}

func newLadder(points []LadderPoint) ladder {
	points = slices.Clone(points)
	slices.SortFunc(points, func(a, b LadderPoint) int { return a.SizeBytes - b.SizeBytes })
	rounds := 0
	for _, p := range points {
		rounds = max(rounds, len(p.NS))
	}
	logs := make([][]float64, rounds)
	for r := range logs {
		logs[r] = make([]float64, len(points))
		for i, p := range points {
			logs[r][i] = math.NaN()
			if r < len(p.NS) && p.NS[r] > 0 && !math.IsInf(p.NS[r], 0) {
				logs[r][i] = math.Log(p.NS[r])
			}
		}
	}
	_, drift := polish(logs, len(points))
	l := ladder{rounds: make([][]float64, rounds)}
	for i, p := range points {
		var in []float64
		for r := range logs {
			in = append(in, logs[r][i]-drift[r])
		}
		in = finite(in)
		if len(in) == 0 || p.SizeBytes <= 0 {
			continue
		}
		slices.Sort(in)
		q1, q3 := quantile(in, 0.25), quantile(in, 0.75)
		l.x = append(l.x, math.Log(float64(p.SizeBytes)))
		l.y = append(l.y, quantile(in, 0.5))
		// The error of a median is 1.25 deviations over root n; the range of
		// the quartiles is 1.35 deviations of a bell.
		l.sigma = append(l.sigma, 1.25*(q3-q1)/1.35/math.Sqrt(float64(len(in))))
		for r := range logs {
			l.rounds[r] = append(l.rounds[r], logs[r][i]-drift[r])
		}
	}
	l.addPointNoise()
	return l
}

// addPointNoise adds to the errors what points differ by beyond their
// samples, told from second differences: on plateaus and even slopes, where most
// points lie, these are noise alone.
func (l *ladder) addPointNoise() {
	if len(l.y) < leastLadder {
		return
	}
	var second []float64
	for i := 1; i+1 < len(l.y); i++ {
		// The deviation of a middle point from the line through its neighbours.
		part := 0.5
		if l.x[i+1] > l.x[i-1] {
			part = (l.x[i] - l.x[i-1]) / (l.x[i+1] - l.x[i-1])
		}
		off := l.y[i] - (1-part)*l.y[i-1] - part*l.y[i+1]
		second = append(second, math.Abs(off)/math.Sqrt(1+part*part+(1-part)*(1-part)))
	}
	noise := max(median(second)/0.6745, pointNoise) // the median of |bell| is 0.6745 deviations
	for i, s := range l.sigma {
		l.sigma[i] = math.Hypot(s, noise)
	}
}

// replicated is how well the step from one plateau to the next is repeated
// over the rounds.
func (l ladder) replicated(flat, next plateau) float64 {
	half := (next.level - flat.level) / 2
	rounds, seen := 0, 0
	for _, row := range l.rounds {
		step := median(row[next.from:next.to+1]) - median(row[flat.from:flat.to+1])
		if math.IsNaN(step) {
			continue
		}
		rounds++
		if step >= half {
			seen++
		}
	}
	return signTest(seen, rounds)
}
