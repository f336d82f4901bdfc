package results

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
)

// longPlanted names the variable with the number of planted runs a case, each of ten
// claims.
const longPlanted = "CACHELAB_PLANTED"

// hiddenState is a state of the machine that no link latency shows, in which the ratio
// of a claim is another one.
type hiddenState struct {
	shift   float64 // of the logarithm of the ratio
	from    int     // the pass from which on it holds
	half    bool    // or it holds in half of the passes, and its opposite in the others
	byPass  []bool  // where half
	present bool
}

func (h hiddenState) at(pass int) float64 {
	switch {
	case !h.present:
		return 0
	case h.half && h.byPass[pass-1]:
		return h.shift / 2
	case h.half:
		return -h.shift / 2
	case pass >= h.from:
		return h.shift
	}
	return 0
}

// draw gives a run its hidden states.
func (h hiddenState) draw(random *rand.Rand, passes int) hiddenState {
	if !h.present {
		return h
	}
	h.shift *= float64(1 - 2*random.IntN(2))
	h.from = 2 + random.IntN(23) // the first look is after 12 passes, the second after 18
	h.byPass = make([]bool, passes)
	for i := range h.byPass {
		h.byPass[i] = random.IntN(2) == 0
	}
	return h
}

// apply puts the states into a run's slow arms.
func (h hiddenState) apply(log *Log, slow map[string]bool) {
	for i := range log.Samples {
		s := &log.Samples[i]
		if !slow[s.Name] {
			continue
		}
		for k := range s.Values {
			if s.Values[k].Unit == "sec/op" {
				s.Values[k].Value *= math.Exp(h.at(s.Pass))
			}
		}
	}
}

// plantedLooks are the looks at a simulated run of that many passes, as the lab spaces
// them: a quarter more passes each time, or more.
var plantedLooks = []int{12, 18, 27}

const plantedPasses = 40

// edgesAndBeyond are claims whose true ratio lies on an edge, which no verdict may be
// sure of, and claims 20% beyond one, which must be decided.
func edgesAndBeyond(random *rand.Rand) (claims []planted, beyond []bool) {
	claims = plantedClaims(random, 10, 1.2, 1.05, 1/1.05, 1.2, 1.05, 1.2*1.2, 1/(1.05*1.2), 1.2*1.2, 1.05*1.2, 1/(1.05*1.2))
	for i := range claims {
		beyond = append(beyond, i >= 5)
		claims[i].linked = i%2 == 0
	}
	claims[8].claim.Kind, claims[8].claim.Threshold = Equal, 0 // 1.26 contradicts it
	return claims, beyond
}

// TestPlantedLooks: whatever the looks and whatever the machine does, at most one in
// twenty decisions at an edge is wrong, and nine of ten claims well beyond an edge are
// decided rightly. CACHELAB_PLANTED=1000 judges 10,000 claims a case.
func TestPlantedLooks(t *testing.T) {
	runs := 8
	if long, err := strconv.Atoi(os.Getenv(longPlanted)); err == nil {
		runs = long
	}
	for k, c := range []struct {
		name   string
		design conditions
		hidden hiddenState
	}{
		{"outliers", conditions{outliers: 0.1, luck: 0.01}, hiddenState{}},
		{"drift", conditions{outliers: 0.05, drift: 0.5, luck: 0.01}, hiddenState{}},
		{"mixture of link classes", conditions{outliers: 0.05, drift: 0.25, placements: true, missing: 0.03}, hiddenState{}},
		{"hidden mixture", conditions{outliers: 0.05}, hiddenState{present: true, half: true, shift: 0.1}},
		{"small change", conditions{outliers: 0.05}, hiddenState{present: true, shift: 0.05}},
		{"change", conditions{outliers: 0.05}, hiddenState{present: true, shift: 0.15}},
		{"large change and outliers", conditions{outliers: 0.1}, hiddenState{present: true, shift: 0.4}},
	} {
		t.Run(c.name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(12, uint64(k)))
			c.design.passes, c.design.perPass = plantedPasses, 1
			var wrong, missedBeyond, wrongBeyond rate
			for range runs {
				plantedLooksRun(t, random, c.design, c.hidden, &wrong, &wrongBeyond, &missedBeyond)
			}
			wrong.atMost(t, "a wrong decision at an edge", 0.05)
			wrongBeyond.atMost(t, "a wrong decision 20% beyond an edge", 0.05)
			missedBeyond.atMost(t, "20% beyond an edge, and not decided rightly", 0.1)
		})
	}
}

// plantedLooksRun simulates and judges one run, and counts.
func plantedLooksRun(t *testing.T, random *rand.Rand, design conditions, hidden hiddenState, wrong, wrongBeyond, missedBeyond *rate) {
	claims, beyond := edgesAndBeyond(random)
	log := simulate(random, claims, design)
	hidden = hidden.draw(random, design.passes)
	slow, list := map[string]bool{}, []Claim{}
	for i, p := range claims {
		slow[fmt.Sprintf("C%d/arm=slow", i)] = true
		list = append(list, p.claim)
	}
	hidden.apply(log, slow)
	verdicts, err := Judge(log, list, guestLinks, Options{Sequential: true, Looks: plantedLooks})
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range verdicts {
		truth := claims[i].truth(v.Placement)
		if !hidden.half {
			truth *= math.Exp(hidden.longer(v))
		}
		onEdge := false
		for _, z := range claims[i].claim.zones()[1:] {
			onEdge = onEdge || math.Abs(math.Log(truth)-z.lo) < 1e-9
		}
		bad := decided(v.Outcome) && (onEdge || v.Outcome != right(claims[i].claim, truth))
		switch {
		case !beyond[i]:
			wrong.count(bad)
		case hidden.present && !hidden.farther(claims[i], truth):
			wrongBeyond.count(bad) // the state may not be 20% beyond
		default:
			wrongBeyond.count(bad)
			missedBeyond.count(!decided(v.Outcome) || bad)
		}
	}
}

// longer is the shift of the state that most passes of a verdict were in.
func (h hiddenState) longer(v Verdict) float64 {
	in := 0
	for _, p := range v.PassRatios {
		if p.Kept && h.at(p.Pass) != 0 {
			in++
		}
	}
	if 2*in > v.Samples {
		return h.shift
	}
	return 0
}

// farther reports whether both states of a claim lie 20% beyond its edge: the hidden
// one moves the ratio away from 1.
func (h hiddenState) farther(p planted, truth float64) bool {
	return h.half || h.shift > 0 == (p.effect > 1)
}
