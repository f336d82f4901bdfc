package line

import (
	"fmt"
	"math"

	"cachelab/internal/stats"
)

func byDistance(_, d int) words { return words{0, d} }

func bySeam(_, d int) words { return words{d - WordBytes, d} }

// methodAnswer is what one method says by itself.
type methodAnswer struct {
	name   string
	weight map[int]float64 // of each size, discounted for a weak or unrepeated step
	sweep  sweepFit
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
		if w := a.weight[size]; w > 0 && w >= a.sweep.k.Plausible*top {
			out = append(out, size)
		}
	}
	return out
}

func (a methodAnswer) decided() bool {
	_, w := a.best()
	return w >= a.sweep.k.MinDecided
}

// infer weighs the hypotheses; give says which sizes a hypothesis speaks for. effect
// is what a flat curve shows none of.
func infer(name, effect string, s sweepFit, give func(h hypothesis, add func(bytes int, part float64))) methodAnswer {
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
		trust := stats.Ramp(ratio, s.k.LeastStep, s.k.FullStep)
		if h.weight > s.k.Plausible {
			repeated, seen, of := s.replicated(h)
			switch {
			case trust < s.k.MinDecided:
				a.doubt = fmt.Sprintf("a step of only %.2fx", ratio)
			case repeated < s.k.MinCertain:
				a.doubt = fmt.Sprintf("the step shows in %d of %d rounds", seen, of)
			}
			trust *= repeated
		}
		give(h, func(bytes int, part float64) { a.weight[bytes] += h.weight * trust * part * (1 - s.k.ModelDoubt) })
	}
	if all[0].lineBytes == 0 {
		a.doubt = fmt.Sprintf("no %s seen at any distance", effect)
	}
	return a
}

// certain reports whether one of two explanations, which share the weight, is certain.
func (k constants) certain(share float64) bool { return max(share, 1-share) >= k.MinCertain }

func inferFetchMethod(name, effect string, s sweepFit) methodAnswer {
	hidden := ""
	a := infer(name, effect, s, func(h hypothesis, add func(int, float64)) {
		if !h.pair {
			add(h.lineBytes, 1)
			return
		}
		low, mid, high := math.Exp(h.level[sameLine]), math.Exp(h.level[samePair]), math.Exp(h.level[apart])
		part := (mid - low) / (high - low)
		own := 0.5*stats.Ramp(part, s.k.HiddenWhole, s.k.HiddenTrace) + 0.5*stats.Ramp(part, s.k.HiddenFrom, s.k.HiddenTo)
		add(h.lineBytes, own)
		add(2*h.lineBytes, 1-own)
		if h.weight > s.k.MinDecided && !s.k.certain(own) {
			hidden = fmt.Sprintf("the neighbour line costs only %.0f%% of a miss", 100*part)
		}
	})
	if a.doubt == "" {
		a.doubt = hidden
	}
	return a
}

func inferSharingMethod(name, effect string, s sweepFit) methodAnswer {
	slight := ""
	a := infer(name, effect, s, func(h hypothesis, add func(int, float64)) {
		if !h.pair {
			add(h.lineBytes, 1)
			return
		}
		ratio := math.Exp(h.level[samePair] - h.level[apart])
		reaches := stats.Ramp(ratio, s.k.HarmlessPair, s.k.FullStep)
		add(h.lineBytes, 1-reaches)
		add(2*h.lineBytes, reaches)
		if h.weight > s.k.MinDecided && !s.k.certain(reaches) {
			slight = fmt.Sprintf("the neighbour line costs %.2fx of one far away", ratio)
		}
	})
	if a.doubt == "" {
		a.doubt = slight
	}
	return a
}
