package levels

import (
	"fmt"
	"math"

	"cachelab/affinity/opt"
	"cachelab/cachelines/instrument"
	"cachelab/cachelines/internal/ladder"
	"cachelab/internal/stats"
)

// Level is one level of the memory hierarchy as the ladder shows it.
type Level struct {
	// SizeBytes is the working set from which on loads begin to miss the level:
	// the latency leaves its plateau there. The true value is in SizeLo to SizeHi
	// with 95% by the fit; the interval also spans a size that was not the same all
	// the time.
	SizeBytes, SizeLo, SizeHi int

	LatencyNS  float64            // of the plateau: [Measure] reports a typical visit, [Infer] what the curve has
	MeanNS     opt.Value[float64] // of all visits on the plateau, with what others took of their time
	Cycles     opt.Value[float64] // of the clock at the same moment; unknown: no clock was measured
	Confidence float64            // 0 to 1, that the level exists and its size is within a tenth
	Doubts     instrument.Doubts  // what the confidence is made of
}

// Answer is what a ladder shows.
type Answer struct {
	Levels   []Level            // near to far, without memory
	MemoryNS opt.Value[float64] // the last plateau, where the ladder reached it
	Reason   string             // what is in doubt, or empty
}

// Infer finds the levels in a latency ladder: a curve over working sets in bytes,
// best crowded around the expected edges. It is meant for a ladder on huge pages:
// on base pages an exhausted TLB looks like a level.
//
// Every long enough level stretch is a plateau, and a level where a higher one
// follows. Its size is fitted to the knee at its end: the part of loads that miss
// is taken as 1 - (S/W)^p for a working set W beyond the size S, which is S/W hits
// for random replacement (p = 1), and nearly a cliff for LRU (p of the
// associativity and more).
func Infer(c instrument.Curve) Answer { return infer(c, inferBy) }

func infer(c instrument.Curve, k constants) Answer {
	l := ladder.New(c, k.Ladder)
	if len(l.X) < ladder.MinPoints {
		return Answer{Reason: fmt.Sprintf("%d sizes with valid samples are no ladder, %d are the least", len(l.X), ladder.MinPoints)}
	}
	var out Answer
	flats := l.Plateaus()
	for at, flat := range flats {
		next, ok := l.After(flats, at)
		if !ok {
			break
		}
		out.Levels = append(out.Levels, inferLevel(l, flat, next, k))
	}
	last := len(flats) - 1
	switch _, rises := l.After(flats, last); {
	case last < 0:
		out.Reason = "no plateau at all"
	case rises:
		out.Reason = "the ladder still rises at its end: memory was not reached"
	case last == 0:
		out.Reason = "no step: the ladder is level from end to end"
	default:
		out.MemoryNS = opt.Some(math.Exp(flats[last].Level))
	}
	return out
}

// inferLevel is the level of a plateau that a higher one follows.
func inferLevel(l ladder.Ladder, flat, next ladder.Plateau, k constants) Level {
	knee, rise := l.FitKnee(flat, next)
	rise.Enough = min(rise.Enough, math.Log(k.EarlyRise))
	l.WidenForDrift(&knee, rise, next.To)
	late := l.Late(flat)
	var d instrument.Doubts
	d.Multiply("sizes more than a tenth away explain the rise as well", knee.Within)
	d.Multiply("the rise has no shape that a cache makes", 1-stats.Ramp(knee.Misfit, k.Ladder.GoodFit, k.Ladder.BadFit))
	d.Multiply("the step shows in few of the rounds", l.Replicated(flat, next))
	d.Multiply("the model may not be this machine's", 1-ladder.ModelDoubt)
	d.Multiply("the step is small", stats.Ramp(math.Exp(next.Level-flat.Level), k.Ladder.LeastRise, k.Ladder.FullRise))
	d.Multiply("two plateaus merge", 1-stats.Ramp(math.Exp(late-flat.Level), k.MergeFrom, k.MergeTo))
	d.Multiply("the plateau is short", stats.Ramp(l.Extent(flat), k.Ladder.LeastExtent, k.Ladder.FullExtent))
	d.Multiply("the size moved during the measurement", 1-stats.Ramp(math.Exp(knee.Hi-knee.Lo), k.Ladder.SteadySpread, k.Ladder.MovingSpread))
	return Level{
		SizeBytes: int(math.Round(math.Exp(knee.At))),
		SizeLo:    int(math.Round(math.Exp(knee.Lo))),
		SizeHi:    int(math.Round(math.Exp(knee.Hi))) + besideBytes,
		LatencyNS: math.Exp(late), Confidence: d.Confidence(), Doubts: d,
	}
}
