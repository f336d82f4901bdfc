package line

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"cachelab/affinity/opt"
	"cachelab/internal/stats"
)

// answer is a size in the making, with the reasons that speak against it.
type answer struct {
	Size
	k       constants
	reasons []string
}

// undecided is the reason of an answer that is in doubt for no other one.
const undecided = "the times vary too much to tell the sizes apart"

// finish writes the reasons down.
func (a answer) finish() Size {
	if len(a.reasons) == 0 && a.Confidence < a.k.MinCertain {
		a.reasons = []string{undecided}
	}
	a.Reason = strings.Join(a.reasons, "; ")
	return a.Size
}

// doubt takes up to half of the confidence, in proportion to amount, because other
// may be the answer as well.
func (a *answer) doubt(other int, amount float64, why string) {
	if amount <= 0 || other < lineSizes[0] {
		return
	}
	a.Confidence *= 1 - amount/2
	if a.Confidence >= a.k.MinCertain {
		return
	}
	if !slices.Contains(a.Candidates, other) {
		a.Candidates = append(a.Candidates, other)
		slices.Sort(a.Candidates)
	}
	a.reasons = append(a.reasons, why)
}

// combine makes one answer of two methods.
func combine(k constants, a, b methodAnswer) answer {
	out := answer{k: k, Size: Size{Candidates: []int{}, Samples: min(a.rounds, b.rounds)}}
	for _, m := range []methodAnswer{a, b} {
		_, confidence := m.best()
		out.Methods = append(out.Methods, Method{Name: m.name, Candidates: m.candidates(), Confidence: stats.Clamp01(confidence)})
		out.Candidates = append(out.Candidates, m.candidates()...)
		if m.doubt != "" {
			out.reasons = append(out.reasons, m.name+": "+m.doubt)
		}
	}
	slices.Sort(out.Candidates)
	out.Candidates = slices.Compact(out.Candidates)
	bytesA, sureA := a.best()
	bytesB, sureB := b.best()
	both := a.decided() && b.decided()
	if both && bytesA == bytesB {
		out.Bytes = opt.Some(bytesA)
		// The geometric mean of the two doubts: one disturbance may spoil both methods,
		// so agreement earns no more than that.
		out.Confidence = stats.Clamp01(1 - math.Sqrt((1-stats.Clamp01(sureA))*(1-stats.Clamp01(sureB))))
		if out.Confidence >= k.MinCertain {
			out.Candidates = []int{bytesA}
		}
		return out
	}
	if len(out.Candidates) > 0 {
		first := out.Candidates[0]
		// Short of a decision by definition.
		out.Confidence = min((a.weight[first]+b.weight[first])/2, 0.99*k.MinDecided)
	}
	if both {
		out.reasons = append(out.reasons, fmt.Sprintf("the methods disagree: %s says %d, %s says %d", a.name, bytesA, b.name, bytesB))
	}
	return out
}

// nextLine compares the 64 bytes after a writer's own 64 with those far
// away, in both phases of a 128-byte pair. It is nil where samples are missing.
func nextLine(writers sweepFit) *NextLine {
	var same, across, far []float64
	for i, w := range writers.at {
		d := w.second - w.first
		switch {
		case d >= 256: // beyond the pair, and the next
			far = append(far, writers.y[i])
		case d >= 64 && d < 128 && w.first == 0:
			same = append(same, writers.y[i])
		case d >= 64 && d < 128:
			across = append(across, writers.y[i])
		}
	}
	base := stats.Median(far)
	next := &NextLine{SamePair: math.Exp(stats.Median(same) - base), AcrossPair: math.Exp(stats.Median(across) - base)}
	if math.IsNaN(next.SamePair) || math.IsNaN(next.AcrossPair) {
		return nil
	}
	return next
}
