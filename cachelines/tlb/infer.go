package tlb

import (
	"math"
	"slices"

	"cachelab/affinity/opt"
	"cachelab/cachelines/instrument"
	"cachelab/cachelines/internal/ladder"
	"cachelab/internal/stats"
)

// Level is one level of TLB as a sweep over pages shows it.
type Level struct {
	// Entries is the number of pages from which on loads begin to miss the level; the
	// true one is in Lo to Hi with 95% by the fit. It counts what the level holds of
	// this memory: where a TLB merges neighbouring pages into an entry (AMD since Zen,
	// ARM's contiguous bit) there are more pages than entries.
	Entries, Lo, Hi int

	// CostNS is what a load that misses the level costs more than one that hits it, in
	// nanoseconds: of the last level, a walk of the page tables, whose cost grows with
	// the number of pages, at one and a half times the entries. Unknown: the sweep ends
	// before.
	CostNS opt.Value[float64]

	Confidence float64 // 0 to 1, that the level exists and its entries are within a tenth
	Doubts     instrument.Doubts
}

// Answer is what a sweep shows.
type Answer struct {
	Levels []Level // near to far

	// FreeTo is the number of pages up to which translation costs nothing: the end of
	// the sweep, where no level ends in it. Unknown: Levels is not empty, or in doubt.
	FreeTo opt.Value[int]
	Reason string // what is in doubt, or empty
}

// Infer finds the levels of translation in a sweep over numbers of pages.
//
// The control is taken off: what is left, on top of a hit in the first-level cache,
// is a ladder over numbers of pages. It is cut into plateaus, and the knee at the end
// of each is fitted, as those of a latency ladder are: from the gentle end of random
// replacement to the cliff that LRU makes of a cycle. A step where the control rises
// as well is a cache's end as likely as a TLB's, and is doubted; and so is one that is
// not at the same place in all rounds, as where another thread of the core takes
// entries.
func Infer(s Sweep) Answer { return infer(s, inferBy) }

func infer(s Sweep, k constants) Answer {
	d := s.subtractControl()
	l := pageLadder{ladder.New(fasterOfTwo(d.curve), k.Ladder)}
	l.Rounds = ladder.New(d.curve, k.Ladder).Rounds
	if len(l.X) < ladder.MinPoints {
		return Answer{Reason: "too few numbers of pages with valid samples"}
	}
	l.widenAtControlSteps(d.control, k.ApartError)
	var out Answer
	flats := l.Plateaus()
	for at, flat := range flats {
		next, ok := l.After(flats, at)
		if !ok {
			break
		}
		out.Levels = append(out.Levels, inferLevel(l, d, flat, next, at+1 < len(flats), k))
	}
	last := s.Spread.X[len(s.Spread.X)-1]
	// A rise that is too small for a level of the ladder is no cost of translation either.
	if top := d.medianBetween(float64(last)/2, math.Inf(1)); len(out.Levels) == 0 && top < k.Ladder.LeastRise*d.hitNS {
		out.FreeTo = opt.Some(last)
	} else if len(out.Levels) == 0 {
		out.Reason = "the sweep rises without a plateau to rise from"
	}
	return out
}

// inferLevel is the level of a plateau that a higher one, or the end of the sweep,
// follows.
func inferLevel(l pageLadder, d difference, flat, next ladder.Plateau, nextIsLevel bool, k constants) Level {
	step := math.Exp(next.Level) - math.Exp(flat.Level)
	knee, rise := l.leaking(step, k.Leak).FitKnee(flat, next)
	moves := l.kneeSpread(rise.Begin, next.To, (rise.Low+next.Level)/2, k)
	level := Level{
		Entries: int(math.Round(math.Exp(knee.At))),
		Lo:      int(math.Round(math.Exp(knee.Lo - moves/2))),
		Hi:      int(math.Round(math.Exp(knee.Hi + moves/2))),
	}
	if nextIsLevel {
		level.CostNS = opt.Some(step)
	} else if far := d.medianBetween(k.CostFrom*math.Exp(knee.At), k.CostTo*math.Exp(knee.At)); far > math.Exp(flat.Level) {
		level.CostNS = opt.Some(far - math.Exp(flat.Level))
	}
	control := d.controlRise(math.Exp(knee.At), k.Around)
	doubts := &level.Doubts
	doubts.Multiply("numbers more than a tenth away explain the rise as well", knee.Within)
	doubts.Multiply("the rise has none of the forms of a TLB", 1-stats.Ramp(knee.Misfit, k.Ladder.GoodFit, k.Ladder.BadFit))
	doubts.Multiply("the step shows in few of the rounds", l.Replicated(flat, next))
	doubts.Multiply("the model may not be this machine's", 1-ladder.ModelDoubt)
	doubts.Multiply("a miss costs little", stats.Ramp(step/d.hitNS, k.LeastCost, k.FullCost))
	doubts.Multiply("the plateau is short", stats.Ramp(l.Extent(flat), k.Ladder.LeastExtent, k.Ladder.FullExtent))
	doubts.Multiply("a cache ends at the same number of lines", 1-stats.Ramp(control/step, k.ControlShare, k.ControlAll))
	doubts.Multiply("the step moved during the measurement", 1-stats.Ramp(math.Exp(moves), k.Steady, k.Unsteady))
	doubts.Multiply("two numbers explain the rise", 1-stats.Ramp(math.Exp(knee.Hi-knee.Lo), k.Narrow, k.Wide))
	level.Confidence = doubts.Confidence()
	return level
}

// pageLadder is a ladder over numbers of pages.
type pageLadder struct{ ladder.Ladder }

// kneeSpread is by how much the place where rounds cross a height, on their way up,
// differs between them, as a logarithm: the range of the middle three fifths.
func (l pageLadder) kneeSpread(begin, end int, height float64, k constants) float64 {
	var at []float64
	for _, row := range l.Rounds {
		if x, ok := l.crossing(row, begin, end, height); ok {
			at = append(at, x)
		}
	}
	if len(at) == 0 {
		return math.Log(k.Unsteady) // no round says anything
	}
	slices.Sort(at)
	return stats.Quantile(at, 1-k.MovesQuantile) - stats.Quantile(at, k.MovesQuantile)
}

// crossing is where a round crosses the height for good: one sample alone may be
// off.
func (l pageLadder) crossing(row []float64, begin, end int, height float64) (x float64, ok bool) {
	before := begin
	for i := begin; i < end; i++ {
		if math.IsNaN(row[i]) {
			continue
		}
		if row[i] <= height {
			before = i
			continue
		}
		next := i + 1
		for next < end && math.IsNaN(row[next]) {
			next++
		}
		if row[next] > height {
			return (l.X[before] + l.X[i]) / 2, true
		}
	}
	return 0, false
}

// leaking adds to the errors what a few misses before the end cost, where a miss
// costs step.
func (l pageLadder) leaking(step, leak float64) pageLadder {
	l.Sigma = slices.Clone(l.Sigma)
	for i := range l.Sigma {
		l.Sigma[i] = math.Hypot(l.Sigma[i], leak*step/math.Exp(l.Y[i]))
	}
	return l
}

// fasterOfTwo gives each round the faster of two samples, its own and the next
// one's. What disturbs a TLB only ever takes from it: an interrupt that empties it,
// and a stranger's thread on the core, which takes entries for milliseconds.
func fasterOfTwo(c instrument.Curve) instrument.Curve {
	out := instrument.Curve{X: c.X}
	for i := range c.X {
		ns := c.At(i)
		for r, y := range ns {
			out.Put(r, i, min(y, ns[(r+1)%len(ns)]))
		}
	}
	return out
}
