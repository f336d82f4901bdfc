package cachelines

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"cachelab/affinity/opt"
)

const (
	// lineDecided is the confidence from which a method has an answer of its
	// own: more likely right than not.
	lineDecided = 0.5

	// lineCertain is the confidence from which no other candidate is named:
	// what the machine card calls certain.
	lineCertain = 0.9

	// leastStep and fullStep are the ratios of the two levels at which a
	// step begins to count as a line, and at which it counts in full. Times
	// vary by up to a tenth with the distance for other reasons (DRAM pages
	// and banks, sets); a second miss costs at least a third of the
	// first, because an open DRAM page saves its activation only, and a shared
	// line costs a transfer for each access (2x and more wherever it was
	// measured, TRAPS H3).
	leastStep, fullStep = 1.1, 1.3

	// A neighbour line whose cost is such a part of a miss: up to
	// hiddenWhole it is nothing, and the pair comes in as one line for all
	// purposes; from hiddenTrace it is a hit in the next cache (some 10 cycles of
	// 300), the mark of a prefetched pair or of a line that comes in pieces,
	// and the data cannot tell; from hiddenFrom to hiddenTo a line of its own
	// becomes the only explanation left.
	hiddenWhole, hiddenTrace = 0.01, 0.03
	hiddenFrom, hiddenTo     = 0.15, 0.35

	// A pair that costs up to seenPair of a miss is for all purposes one
	// line; if one of missedPair could have been missed in the noise, half of the
	// confidence goes.
	seenPair, missedPair = 0.06, 0.12

	// twoSigma standard errors are where an estimate may still be.
	twoSigma = 2

	// modelDoubt is what is left of doubt by the best data: the model, a
	// curve of levels parted by lines, may not be this machine's.
	modelDoubt = 0.005

	// harmlessPair is the cost ratio under which a writer on the
	// neighbour line is no interference: the judge's band of no effect.
	harmlessPair = 1.05

	// plausible is the posterior weight from which a size stays a candidate.
	plausible = 0.05
)

// InferFetch finds the fetch line, what comes into a cache together, from two
// sweeps: the second of two loads of a cold block, d bytes behind the first
// (touch: a step up at the line), and a pair of neighbouring words at every offset
// (cross: peaks at the seams). Doubt is in the answer; it never fails.
//
// A neighbour line that is partly hidden, as by a prefetcher of pairs, is not
// part of the line; where it is hidden so well that the data cannot tell, both
// sizes are candidates.
func InferFetch(touch, cross Curve) LineSize {
	a := inferFetchMethod("touch", newSweep(true, byDistance, touch))
	b := inferFetchMethod("cross", newSweep(true, bySeam, cross))
	answer := combine("miss", a, b)
	if bytes, ok := answer.Bytes.Get(); ok {
		// Is it two lines of half the size, of which the second comes in
		// nearly for nothing? Only data that would have shown its cost can say no.
		mid, se := pooled(bytes/2, sameLine, samePair, a, b)
		miss, _ := pooled(bytes, sameLine, apart, a, b)
		atMost := (math.Exp(mid+twoSigma*se) - 1) / (math.Exp(miss) - 1)
		answer.doubt(bytes/2, ramp(atMost, seenPair, missedPair), "a pair of lines that comes in together is not excluded")
	}
	return answer
}

// InferInterference finds the interference line, what two writers must be kept
// apart by, from sweeps of two writers by distance, the first on an even and on an
// odd 64-byte line of a 128-byte pair (a step down), and of a plain counter beside a
// writer (dips at the seams). Doubt is in the answer; it never fails.
//
// A neighbour line that interferes, if less than the line itself, is part of
// the interference line.
func InferInterference(even, odd, beside Curve) LineSize {
	a := inferSharingMethod("writers", newSweep(false, func(k, d int) words { return words{64 * k, 64*k + d} }, even, odd))
	b := inferSharingMethod("beside", newSweep(false, bySeam, beside))
	answer := combine("interference", a, b)
	answer.NextLine = nextLine(a.sweep)
	if bytes, ok := answer.Bytes.Get(); ok {
		beyond, se := pooled(bytes, apart, samePair, a, b)
		answer.doubt(2*bytes, ramp(math.Exp(beyond+twoSigma*se), leastStep, fullStep), "interference of the neighbour line is not excluded")
		within, se := pooled(bytes/2, apart, samePair, a, b)
		answer.doubt(bytes/2, 1-ramp(math.Exp(within-twoSigma*se), leastStep, fullStep), "interference beyond half of it is not certain")
	}
	return answer
}

// pooled is the log ratio of the levels of two groups under a line size, by
// both methods in proportion to their precision, with its standard error. It is
// 0 and 0 where no method has both groups.
func pooled(lineBytes int, from, to group, methods ...methodAnswer) (log, se float64) {
	if lineBytes < lineSizes[0] {
		return 0, 0
	}
	weights := 0.0
	for _, m := range methods {
		if y, e, ok := m.sweep.gap(lineBytes, from, to, m.scale); ok {
			log += y / (e * e)
			weights += 1 / (e * e)
		}
	}
	if weights == 0 {
		return 0, 0
	}
	return log / weights, 1 / math.Sqrt(weights)
}

// ramp is 0 up to from, 1 beyond to, and even between.
func ramp(x, from, to float64) float64 { return clamp01((x - from) / (to - from)) }

// doubt takes up to half of the confidence, in proportion to amount, because
// other may be the answer as well.
func (l *LineSize) doubt(other int, amount float64, why string) {
	if amount <= 0 || other < lineSizes[0] {
		return
	}
	l.Confidence *= 1 - amount/2
	if l.Confidence >= lineCertain {
		return
	}
	if !slices.Contains(l.Candidates, other) {
		l.Candidates = append(l.Candidates, other)
		slices.Sort(l.Candidates)
	}
	if l.Reason == undecided {
		l.Reason = why
	} else {
		l.Reason = strings.TrimPrefix(l.Reason+"; "+why, "; ")
	}
}

func byDistance(_, d int) words { return words{0, d} }

func bySeam(_, d int) words { return words{d - wordBytes, d} }

// methodAnswer is what one method says by itself.
type methodAnswer struct {
	name   string
	weight map[int]float64 // of each size, discounted for a weak or unrepeated step
	sweep  sweep
	scale  float64 // of the noise, by the best hypothesis
	rounds int
	doubt  string // why it is not certain, or empty
}

// best returns the size of the greatest weight.
func (a methodAnswer) best() (bytes int, weight float64) {
	for _, size := range lineSizes {
		if a.weight[size] > weight {
			bytes, weight = size, a.weight[size]
		}
	}
	return bytes, weight
}

// candidates are the sizes that the method leaves, ascending.
func (a methodAnswer) candidates() []int {
	_, top := a.best()
	out := []int{}
	for _, size := range lineSizes {
		// Relative to the best, so that a discount for all loses none.
		if w := a.weight[size]; w > 0 && w >= plausible*top {
			out = append(out, size)
		}
	}
	return out
}

func (a methodAnswer) decided() bool {
	_, w := a.best()
	return w >= lineDecided
}

// infer weighs the hypotheses; give says which sizes a hypothesis speaks for.
func infer(name string, s sweep, give func(h hypothesis, add func(bytes int, part float64))) methodAnswer {
	a := methodAnswer{name: name, weight: map[int]float64{}, sweep: s, rounds: len(s.rounds)}
	all := s.explain()
	if len(all) == 0 {
		a.doubt = "no valid samples"
		return a
	}
	a.scale = all[0].scale
	for _, h := range all {
		if h.lineBytes == 0 {
			continue
		}
		ratio := math.Exp(math.Abs(h.level[apart] - h.level[sameLine]))
		trust := ramp(ratio, leastStep, fullStep)
		if h.weight > plausible {
			repeated, seen, of := s.replicated(h)
			switch {
			case trust < lineDecided:
				a.doubt = fmt.Sprintf("a step of only %.2fx", ratio)
			case repeated < lineCertain:
				a.doubt = fmt.Sprintf("the step shows in %d of %d rounds", seen, of)
			}
			trust *= repeated
		}
		give(h, func(bytes int, part float64) { a.weight[bytes] += h.weight * trust * part * (1 - modelDoubt) })
	}
	if all[0].lineBytes == 0 {
		a.doubt = "none seen at any distance"
	}
	return a
}

func inferFetchMethod(name string, s sweep) methodAnswer {
	hidden := ""
	a := infer(name, s, func(h hypothesis, add func(int, float64)) {
		if !h.pair {
			add(h.lineBytes, 1)
			return
		}
		low, mid, high := math.Exp(h.level[sameLine]), math.Exp(h.level[samePair]), math.Exp(h.level[apart])
		part := (mid - low) / (high - low)
		own := 0.5*ramp(part, hiddenWhole, hiddenTrace) + 0.5*ramp(part, hiddenFrom, hiddenTo)
		add(h.lineBytes, own)
		add(2*h.lineBytes, 1-own)
		if h.weight > lineDecided && own > 0.1 && own < 0.9 {
			hidden = fmt.Sprintf("the neighbour line costs only %.0f%% of a miss", 100*part)
		}
	})
	if a.doubt == "" {
		a.doubt = hidden
	}
	return a
}

func inferSharingMethod(name string, s sweep) methodAnswer {
	slight := ""
	a := infer(name, s, func(h hypothesis, add func(int, float64)) {
		if !h.pair {
			add(h.lineBytes, 1)
			return
		}
		ratio := math.Exp(h.level[samePair] - h.level[apart])
		reaches := ramp(ratio, harmlessPair, fullStep)
		add(h.lineBytes, 1-reaches)
		add(2*h.lineBytes, reaches)
		if h.weight > lineDecided && reaches > 0.1 && reaches < 0.9 {
			slight = fmt.Sprintf("the neighbour line costs %.2fx of one far away", ratio)
		}
	})
	if a.doubt == "" {
		a.doubt = slight
	}
	return a
}

const undecided = "the times vary too much to tell the sizes apart"

// combine makes one answer of two methods. what is what a flat curve shows
// none of.
func combine(what string, a, b methodAnswer) LineSize {
	out := LineSize{Candidates: []int{}, Samples: min(a.rounds, b.rounds)}
	var doubts []string
	for _, m := range []methodAnswer{a, b} {
		_, confidence := m.best()
		out.Methods = append(out.Methods, LineMethod{Name: m.name, Candidates: m.candidates(), Confidence: clamp01(confidence)})
		if m.doubt != "" {
			doubts = append(doubts, m.name+": "+strings.Replace(m.doubt, "none seen", "no "+what+" seen", 1))
		}
	}
	bytesA, sureA := a.best()
	bytesB, sureB := b.best()
	out.Candidates = append(append(out.Candidates, a.candidates()...), b.candidates()...)
	slices.Sort(out.Candidates)
	out.Candidates = slices.Compact(out.Candidates)
	if a.decided() && b.decided() && bytesA == bytesB {
		out.Bytes = opt.Some(bytesA)
		// The geometric mean of the two doubts: one disturbance may spoil
		// both methods, so agreement earns no more than that.
		out.Confidence = clamp01(1 - math.Sqrt((1-clamp01(sureA))*(1-clamp01(sureB))))
		if out.Confidence >= lineCertain {
			out.Candidates = []int{bytesA}
		} else if len(doubts) == 0 {
			doubts = []string{undecided}
		}
		out.Reason = strings.Join(doubts, "; ")
		return out
	}
	if len(out.Candidates) > 0 {
		first := out.Candidates[0]
		// Short of a decision by definition.
		out.Confidence = min((a.weight[first]+b.weight[first])/2, 0.99*lineDecided)
	}
	if a.decided() && b.decided() {
		doubts = append(doubts, fmt.Sprintf("the methods disagree: %s says %d, %s says %d", a.name, bytesA, b.name, bytesB))
	}
	if len(doubts) == 0 {
		doubts = []string{undecided}
	}
	out.Reason = strings.Join(doubts, "; ")
	return out
}

// nextLine compares the 64 bytes behind a writer's own 64 with those far
// away, in both phases of a 128-byte pair. It is nil where samples are missing.
func nextLine(writers sweep) *NextLine {
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
	base := median(far)
	next := &NextLine{SamePair: math.Exp(median(same) - base), AcrossPair: math.Exp(median(across) - base)}
	if math.IsNaN(next.SamePair) || math.IsNaN(next.AcrossPair) {
		return nil
	}
	return next
}
