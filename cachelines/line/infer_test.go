package line

import (
	"cachelab/cachelines/instrument"
	"cachelab/cachelines/internal/simtest"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// lineMachine is a synthetic machine, and how disturbed it is.
type lineMachine struct {
	lineBytes int
	// hidden is the part of a miss that a pair prefetcher hides: 0 none, 1 all.
	hidden float64
	// reach is the part of the sharing cost that a writer on the neighbour
	// line has: 0 none, 1 as on the same line.
	reach float64

	missNS, hitNS    float64 // a load of a cold line, of a warm one
	privateNS, times float64 // an access apart, and how many times that when shared

	rounds   int
	noise    float64 // standard deviation of the logarithm
	outliers float64 // share of samples that take 1.5 to 10 times as long
	missing  float64 // share of samples that are not valid
	drift    float64 // change over all rounds, as a part
	ripple   float64 // lasting deviation of each distance, of the logarithm
	absent   float64 // share of two-worker samples during which one was off its CPU
	stolen   float64 // share of rounds in which all of them are absent
	shelf    float64 // extra cost from shelfAt bytes on, as of a DRAM page, as a part
	shelfAt  int
}

// curve draws one method; cost is the undisturbed time of two words.
func (m lineMachine) curve(rng *rand.Rand, at func(d int) words, cost func(group) float64, absentNS float64) instrument.Curve {
	c := instrument.Curve{X: Distances()}
	ripple := make([]float64, len(c.X))
	for i := range ripple {
		ripple[i] = m.ripple * rng.NormFloat64()
	}
	for r := range m.rounds {
		row := slices.Repeat([]float64{math.NaN()}, len(c.X))
		stolen := rng.Float64() < m.stolen
		level := math.Log1p(m.drift) * float64(r) / float64(m.rounds)
		for i, d := range c.X {
			ns := cost(at(d).group(m.lineBytes))
			if absentNS > 0 && (stolen || rng.Float64() < m.absent) {
				ns = absentNS
			}
			if d >= m.shelfAt {
				ns *= 1 + m.shelf
			}
			ns *= math.Exp(level + ripple[i] + m.noise*rng.NormFloat64())
			if rng.Float64() < m.outliers {
				ns *= 1.5 + 8.5*rng.Float64()
			}
			if rng.Float64() >= m.missing {
				row[i] = ns
			}
		}
		c.Rounds = append(c.Rounds, row)
	}
	return c
}

func (m lineMachine) fetch(rng *rand.Rand) (c FetchCurves) {
	cost := func(g group) float64 {
		second := map[group]float64{sameLine: m.hitNS, samePair: m.hitNS + (1-m.hidden)*(m.missNS-m.hitNS), apart: m.missNS}[g]
		return m.missNS + second
	}
	c.Touch = m.curve(rng, func(d int) words { return words{0, d} }, cost, 0)
	c.Cross = m.curve(rng, func(d int) words { return words{d - 8, d} }, cost, 0)
	return c
}

func (m lineMachine) sharing(rng *rand.Rand) (c InterferenceCurves) {
	cost := func(g group) float64 {
		shared := map[group]float64{sameLine: 1, samePair: m.reach, apart: 0}[g]
		return m.privateNS * (1 + shared*(m.times-1))
	}
	c.Even = m.curve(rng, func(d int) words { return words{0, d} }, cost, m.privateNS)
	c.Odd = m.curve(rng, func(d int) words { return words{64, 64 + d} }, cost, m.privateNS)
	c.Beside = m.curve(rng, func(d int) words { return words{d - 8, d} }, cost, m.privateNS)
	return c
}

// cleanMachine is a random machine as it is with no neighbour about.
func cleanMachine(rng *rand.Rand) lineMachine {
	miss := 80 + 120*rng.Float64()
	return lineMachine{
		lineBytes: []int{32, 64, 128, 256}[rng.IntN(4)],
		missNS:    miss, hitNS: 1 + 2*rng.Float64(),
		privateNS: 4 + 4*rng.Float64(), times: 2.5 + 4*rng.Float64(),
		rounds: 8 + rng.IntN(20), noise: 0.05, outliers: 0.1 * rng.Float64(), missing: 0.05 * rng.Float64(),
		drift: 0.25 * (2*rng.Float64() - 1), ripple: 0.03 * rng.Float64(),
	}
}

// disturbedMachine is a random machine on a bad day: any of few rounds, noise,
// a busy neighbour, a weak effect, a half hidden pair, distances with a ripple.
func disturbedMachine(rng *rand.Rand) lineMachine {
	m := cleanMachine(rng)
	often := func() bool { return rng.IntN(3) == 0 }
	if often() {
		m.rounds = 1 + rng.IntN(6)
	}
	if often() {
		m.noise = 0.02 + 0.3*rng.Float64()
	}
	if often() {
		m.outliers = 0.4 * rng.Float64()
	}
	if often() {
		m.missing = 0.8 * rng.Float64()
	}
	if often() {
		m.ripple = 0.1 * rng.Float64()
	}
	if often() {
		m.hidden = rng.Float64()
	}
	if often() {
		m.reach = rng.Float64()
	}
	if often() { // the second load hits a near cache, the workers hardly collide
		m.hitNS = m.missNS * rng.Float64()
		m.times = 1 + 2*rng.Float64()
	}
	if often() {
		m.absent = rng.Float64()
	}
	if often() {
		m.stolen = rng.Float64()
	}
	if often() {
		m.shelf, m.shelfAt = 0.12*rng.Float64(), 128<<rng.IntN(2)
	}
	return m
}

// fetchTruth lists what may be answered. A pair hidden but for 6% of a miss
// (seenPair) is one line for all purposes.
func (m lineMachine) fetchTruth() []int {
	if m.hidden > 0.94 {
		return []int{m.lineBytes, 2 * m.lineBytes}
	}
	return []int{m.lineBytes}
}

// sharingTruth likewise: from 1.05x of cost on, the neighbour line begins to
// be part of it, and from 1.3x it is. The edges are fuzzy by the noise.
func (m lineMachine) sharingTruth() []int {
	ratio := 1 + m.reach*(m.times-1)
	switch {
	case ratio < 1.03:
		return []int{m.lineBytes}
	case ratio > 1.4:
		return []int{2 * m.lineBytes}
	}
	return []int{m.lineBytes, 2 * m.lineBytes}
}

// confidentlyWrong is the one thing that must not happen.
func confidentlyWrong(answer Size, truth []int) bool {
	bytes, ok := answer.Bytes.Get()
	return ok && answer.Confidence > 0.9 && !slices.Contains(truth, bytes)
}

func TestLineIsNeverConfidentlyWrong(t *testing.T) {
	machines, unsure := 300**simtest.Soak, 0
	rng := rand.New(rand.NewPCG(11, 1))
	for i := range machines {
		m := disturbedMachine(rng)
		fetch := InferFetch(m.fetch(rng))
		if confidentlyWrong(fetch, m.fetchTruth()) {
			t.Errorf("machine %d: fetch %+v\nof %+v", i, fetch, m)
		}
		sharing := InferInterference(m.sharing(rng))
		if confidentlyWrong(sharing, m.sharingTruth()) {
			t.Errorf("machine %d: interference %+v\nof %+v", i, sharing, m)
		}
		for _, a := range []Size{fetch, sharing} {
			if a.Confidence <= 0.9 {
				unsure++
			}
			if a.Confidence < 0.9 && a.Reason == "" && len(a.Candidates) < 2 {
				t.Errorf("machine %d: no reason for doubt in %+v", i, a)
			}
		}
	}
	t.Logf("unsure of %d of %d", unsure, 2*machines)
}

func TestLineDecidesOnCleanMachines(t *testing.T) {
	machines, decided := 200, map[string]int{}
	rng := rand.New(rand.NewPCG(12, 1))
	for range machines {
		m := cleanMachine(rng)
		for name, a := range map[string]Size{"fetch": InferFetch(m.fetch(rng)), "interference": InferInterference(m.sharing(rng))} {
			if a.Bytes.Or(0) == m.lineBytes && a.Confidence > 0.9 && slices.Equal(a.Candidates, []int{m.lineBytes}) {
				decided[name]++
			}
		}
	}
	for _, name := range []string{"fetch", "interference"} {
		if decided[name] < machines*95/100 {
			t.Errorf("%s: right and certain on %d of %d clean machines, want 95%%", name, decided[name], machines)
		}
	}
}

func BenchmarkInferFetch(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	m := cleanMachine(rng)
	m.rounds = 270
	curves := m.fetch(rng)
	for b.Loop() {
		InferFetch(curves)
	}
}

// A doubt takes half of its amount, and names the other size once, where it makes the
// answer uncertain.
func TestDoubtOfAnAnswer(t *testing.T) {
	of := func(confidence float64) answer {
		return answer{k: inferBy, Size: Size{Confidence: confidence, Candidates: []int{64}}}
	}
	a := of(1)
	a.doubt(128, 0.02, "slight")
	if a.Confidence != 0.99 || len(a.reasons) != 0 || len(a.Candidates) != 1 {
		t.Errorf("a slight doubt: %+v", a)
	}
	a = of(1)
	a.doubt(32, 0.5, "first")
	a.doubt(64, 0.5, "second")
	a.doubt(32, 0.5, "third")
	if math.Abs(a.Confidence-0.75*0.75*0.75) > 1e-9 || !slices.Equal(a.Candidates, []int{32, 64}) || len(a.reasons) != 3 {
		t.Errorf("three doubts: %+v", a)
	}
	a = of(1)
	a.doubt(128, 0, "none")
	a.doubt(lineSizes[0]/2, 1, "no size")
	if a.Confidence != 1 || len(a.reasons) != 0 {
		t.Errorf("no doubt: %+v", a)
	}
}

// The next line is compared with far ones only, in the pair and across pairs: what is
// between a pair and far says nothing.
func TestNextLine(t *testing.T) {
	at := []words{{0, 64}, {0, 120}, {64, 128}, {64, 184}, {0, 136}, {64, 248}, {0, 256}, {64, 448}}
	y := []float64{3, 3, 2, 2, 50, 50, 1, 1}
	for i := range y {
		y[i] = math.Log(y[i])
	}
	got := nextLine(sweepFit{at: at, y: y})
	if got == nil || math.Abs(got.SamePair-3) > 1e-9 || math.Abs(got.AcrossPair-2) > 1e-9 {
		t.Errorf("%+v, want 3 in the pair and 2 across", got)
	}
	if got := nextLine(sweepFit{at: at[:6], y: y[:6]}); got != nil {
		t.Errorf("%+v without far words, want none", got)
	}
}
