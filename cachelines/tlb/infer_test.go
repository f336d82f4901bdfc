package tlb

import (
	"cachelab/cachelines/instrument"
	"cachelab/cachelines/internal/ladder"
	"cachelab/cachelines/internal/simtest"
	"math"
	"math/rand/v2"
	"testing"
)

// likely is more likely right than not.
const likely = 0.5

// level is one level of a synthetic machine's translation.
type level struct {
	entries int
	ways    int     // LRU, over sets that contiguous pages fill evenly; 0: random replacement
	cost    float64 // of a miss, in ns
}

// missing is the share of loads that miss in a cycle over so many pages.
func (t level) missing(pages float64) float64 {
	entries := float64(t.entries)
	if pages <= entries {
		return 0
	}
	if t.ways > 0 { // a set with a page too many misses all of its pages
		return min(1, (pages-entries)*float64(t.ways+1)/pages)
	}
	// An entry outlives the misses until its page comes again with
	// (1-1/entries)^(misses): the share of hits solves h = exp(-(1-h) pages/entries).
	h := 0.5 * entries / pages
	for range 60 {
		h = math.Exp(-(1 - h) * pages / entries)
	}
	return 1 - h
}

// tlbMachine is a synthetic machine: TLBs over caches, and how it is measured.
type tlbMachine struct {
	levels []level
	growth float64 // by how much a walk's cost grows with a doubling of the pages

	hit                 float64   // first-level cache, ns
	lines               []float64 // lines of each cache level
	ns                  []float64 // of a hit in the level behind it
	moving              float64   // part of the entries that another thread takes in half of the rounds
	spill               float64   // how much earlier spread lines leave a cache than packed ones
	noise, drift, often float64   // as of ladderMachine: noise of a sample, drift over all, share of outliers
	rounds, top         int
}

func (m tlbMachine) cached(lines float64) float64 {
	ns := m.hit
	last := m.hit
	for i, size := range m.lines {
		if lines > size {
			ns += (m.ns[i] - last) * (1 - math.Pow(size/lines, 8))
		}
		last = m.ns[i]
	}
	return ns
}

// translated is what translation costs a load, in ns.
func (m tlbMachine) translated(pages float64) float64 {
	ns, reach := 0.0, 1.0
	for i, l := range m.levels {
		cost := l.cost
		if i == len(m.levels)-1 {
			cost *= math.Pow(m.growth, max(0, math.Log2(pages/float64(l.entries))))
		}
		reach = min(reach, l.missing(pages))
		ns += reach * cost
	}
	return ns
}

func (m tlbMachine) measure(rng *rand.Rand) Sweep {
	c := Sweep{Pages: "small", StepBytes: 4096}
	taken := make([]bool, m.rounds)
	for r := range taken {
		taken[r] = rng.IntN(2) == 0
	}
	c.Spread.X = pageCounts(m.top)
	c.Packed.X = c.Spread.X
	for i, n := range c.Spread.X {
		pages := float64(n)
		for r := range m.rounds {
			part := 1.0
			if taken[r] {
				part -= m.moving
			}
			spread, packed := m.cached(pages*(1+m.spill))+m.translated(pages/part), m.cached(pages)
			drift := math.Exp(math.Log1p(m.drift) * float64(r) / float64(m.rounds))
			sample := func(ns float64) float64 {
				ns *= drift * math.Exp(m.noise*rng.NormFloat64())
				if rng.Float64() < m.often {
					ns *= 1.5 + 8.5*rng.Float64()
				}
				return ns
			}
			c.Spread.Put(r, i, sample(spread))
			c.Packed.Put(r, i, sample(packed))
		}
	}
	return c
}

// randomTLB has 32 to 128 entries before 1,024 to 4,096, either of a kind of its own.
func randomTLB(rng *rand.Rand) tlbMachine {
	pick := func(of ...int) int { return of[rng.IntN(len(of))] }
	m := tlbMachine{
		hit: 0.8 + rng.Float64(), growth: 1 + 0.5*rng.Float64(), top: mostPages, rounds: 5 + rng.IntN(8),
		noise: 0.05 * rng.Float64(), often: 0.1 * rng.Float64(), drift: 0.25 * (2*rng.Float64() - 1), spill: 0.03 * rng.Float64(),
		lines: []float64{float64(pick(512, 768, 1024)), float64(pick(4096, 8192, 16384, 32768)), 1 << 20},
	}
	m.ns = []float64{m.hit * (2.5 + 2*rng.Float64()), m.hit * (9 + 6*rng.Float64()), 100}
	first := level{entries: 32 + rng.IntN(97), cost: m.hit * (1.3 + rng.Float64())}
	if rng.IntN(2) == 0 {
		first.ways = pick(4, 8, first.entries)
		first.entries = first.entries / first.ways * first.ways
	}
	second := level{entries: int(1024 * math.Pow(2, 2*rng.Float64())), cost: m.hit * (4 + 30*rng.Float64())}
	if rng.IntN(2) == 0 {
		second.ways = pick(4, 6, 8, 12, 16)
		second.entries = second.entries / second.ways * second.ways
	}
	m.levels = []level{first, second}
	return m
}

// right reports whether a level is one of the machine's, within a tenth and
// the step of a size: of what is always there, or of all where that is not the same.
func (m tlbMachine) right(l Level) (at int, ok bool) {
	for i, t := range m.levels {
		for _, entries := range []float64{float64(t.entries), float64(t.entries) * (1 - m.moving)} {
			if math.Abs(math.Log(float64(l.Entries)/entries)) < math.Log(ladder.SameSize+0.02) {
				return i, true
			}
		}
	}
	return 0, false
}

// disturbedTLB is a random machine on a bad day: few rounds, much noise, or another
// thread that takes entries.
func disturbedTLB(rng *rand.Rand) tlbMachine {
	m := randomTLB(rng)
	often := func() bool { return rng.IntN(3) == 0 }
	if often() {
		m.rounds = 1 + rng.IntN(4)
	}
	if often() {
		m.noise = 0.2 * rng.Float64()
	}
	if often() {
		m.often = 0.3 * rng.Float64()
	}
	if often() {
		m.moving = 0.5 * rng.Float64()
	}
	if often() { // a sweep that ends before the second level does, or just behind
		m.top = 512 << rng.IntN(3)
	}
	return m
}

// tally is what was said of many machines with confidence.
type tally struct {
	machines, said, wrong, loose int
	right                        [2]int
	promised                     float64 // how many may be wrong
}

func judgeTLBs(t *testing.T, machines int, rng *rand.Rand, random func(*rand.Rand) tlbMachine) tally {
	t.Helper()
	sum := tally{machines: machines}
	for i := range machines {
		m := random(rng)
		answer := Infer(m.measure(rng))
		for _, l := range answer.Levels {
			at, ok := m.right(l)
			if l.Lo > l.Entries || l.Hi < l.Entries {
				t.Errorf("machine %d: the entries of %+v are not in their interval", i, l)
			}
			if l.Confidence < likely {
				continue
			}
			sum.said++
			sum.promised += 1 - l.Confidence
			if !ok {
				sum.wrong++
				t.Logf("machine %d: %+v\nof %+v", i, l, m)
				if l.Confidence > 0.9 {
					t.Errorf("machine %d: confidently wrong", i)
				}
				continue
			}
			sum.right[at]++
			// A second level's cost is a slope's, read at 1.5 times the entries.
			if ns, known := l.CostNS.Get(); at == 0 && known && math.Abs(math.Log(ns/m.levels[0].cost)) > math.Log(1.3) {
				sum.loose++
			}
		}
	}
	t.Logf("%+v", sum)
	// Hardly ever wrong, and never more often than the confidence says.
	if sum.wrong > sum.said/200 || float64(sum.wrong) > max(sum.promised, 1) {
		t.Errorf("%d of %d said with confidence are wrong, %.0f are promised", sum.wrong, sum.said, sum.promised)
	}
	return sum
}

func TestInferOfRandomMachines(t *testing.T) {
	sum := judgeTLBs(t, 250**simtest.Soak, rand.New(rand.NewPCG(31, 1)), randomTLB)
	for i, right := range sum.right {
		if right < sum.machines*90/100 {
			t.Errorf("level %d of %d of %d machines, want 90%%", i+1, right, sum.machines)
		}
	}
	if sum.loose > sum.right[0]/50 {
		t.Errorf("%d of %d costs of a first level are off by 30%%", sum.loose, sum.right[0])
	}
}

func TestInferOfDisturbedMachines(t *testing.T) {
	judgeTLBs(t, 100**simtest.Soak, rand.New(rand.NewPCG(32, 1)), disturbedTLB)
}

// A cache's end is no TLB's: a machine whose pages are real huge ones has the
// caches alone, and the difference of the layouts at their ends.
func TestInferIsNotMistakenForCaches(t *testing.T) {
	rng := rand.New(rand.NewPCG(33, 1))
	free := 0
	machines := 150 * *simtest.Soak
	for i := range machines {
		m := randomTLB(rng)
		m.levels = nil
		answer := Infer(m.measure(rng))
		m.spill = 0.3 * rng.Float64() // as of a second level whose sets fill unevenly
		for _, l := range append(answer.Levels, Infer(m.measure(rng)).Levels...) {
			if l.Confidence >= likely {
				t.Errorf("machine %d: %+v\nof %+v", i, l, m)
			}
		}
		if to, ok := answer.FreeTo.Get(); ok {
			free++
			if to < m.top*9/10 {
				t.Errorf("machine %d: free up to %d of %d pages", i, to, m.top)
			}
		}
	}
	if free < machines*90/100 {
		t.Errorf("%d of %d machines are free of translation, want 90%%", free, machines)
	}
}

// The machine that this was made on: 96 and 4,096 entries, 12-way 48 KiB.
func TestInferOfZen5(t *testing.T) {
	for seed := range uint64(20) {
		m := tlbMachine{
			levels: []level{{entries: 96, ways: 96, cost: 1.9}, {entries: 4096, ways: 16, cost: 20}}, growth: 1.5,
			hit: 1.1, lines: []float64{768, 16384}, ns: []float64{3.8, 13}, noise: 0.02, often: 0.05, drift: 0.1, rounds: 8, top: mostPages,
		}
		answer := Infer(m.measure(rand.New(rand.NewPCG(seed, 34))))
		if len(answer.Levels) != 2 {
			t.Errorf("seed %d: %+v", seed, answer)
			continue
		}
		for i, l := range answer.Levels {
			if at, ok := m.right(l); !ok || at != i || l.Confidence < likely || l.Lo > m.levels[i].entries || l.Hi < m.levels[i].entries {
				t.Errorf("seed %d: level %d is %+v", seed, i+1, l)
			}
			if ns := l.CostNS.Or(0); ns < 0.7*m.levels[i].cost || ns > 1.6*m.levels[i].cost {
				t.Errorf("seed %d: a miss of level %d costs %.1f ns", seed, i+1, ns)
			}
		}
	}
}

// A miss that costs under two fifths of a hit is noise of the difference, one of four
// fifths is a miss, and in between the answer is doubted in proportion.
func TestCheapMissesAreDoubted(t *testing.T) {
	for _, c := range []struct{ cost, factor float64 }{{0.36, 0}, {0.5, 0.25}, {0.6, 0.5}, {0.7, 0.75}, {0.9, 1}} {
		m := tlbMachine{
			levels: []level{{entries: 128, ways: 128, cost: c.cost}}, growth: 1, hit: 1,
			lines: []float64{1 << 20}, ns: []float64{100}, noise: 0.001, rounds: 8, top: mostPages,
		}
		answer := Infer(m.measure(rand.New(rand.NewPCG(1, 36))))
		if len(answer.Levels) != 1 {
			t.Errorf("a miss of %.2f hits: %+v, want one level", c.cost, answer)
			continue
		}
		left := 1.0
		for _, d := range answer.Levels[0].Doubts {
			if d.Why == "a miss costs little" {
				left = d.Factor
			}
		}
		if math.Abs(left-c.factor) > 0.03 {
			t.Errorf("a miss of %.2f hits leaves %.2f of the confidence, want %.2f", c.cost, left, c.factor)
		}
	}
}

func TestInferWithoutASweep(t *testing.T) {
	rng := rand.New(rand.NewPCG(35, 1))
	whole := randomTLB(rng).measure(rng)
	x := whole.Spread.X
	invalid := Sweep{StepBytes: 4096, Spread: instrument.Curve{X: x}, Packed: instrument.Curve{X: x}}
	for i := range x {
		for r, ns := range []float64{math.NaN(), 0, -1} {
			invalid.Spread.Put(r, i, ns)
			invalid.Packed.Put(r, i, math.Inf(1))
		}
	}
	few := Sweep{StepBytes: 4096, Spread: firstOf(whole.Spread, ladder.MinPoints-1), Packed: firstOf(whole.Packed, ladder.MinPoints-1)}
	for name, s := range map[string]Sweep{"nothing": {}, "few": few, "nothing valid": invalid} {
		if answer := Infer(s); len(answer.Levels) != 0 || answer.Reason == "" || !answer.FreeTo.IsZero() {
			t.Errorf("%s: %+v, want no levels and a reason", name, answer)
		}
	}
	uneven := whole
	uneven.Packed.Rounds = uneven.Packed.Rounds[:1]
	Infer(uneven) // must not fall
}

// firstOf is the curve up to n points.
func firstOf(c instrument.Curve, n int) instrument.Curve {
	out := instrument.Curve{X: c.X[:n]}
	for r, row := range c.Rounds {
		for i := range n {
			out.Put(r, i, row[i])
		}
	}
	return out
}

// Where the control rises, its two layouts may do so at sizes that differ, and both ends of the rise are as
// doubtful as that; elsewhere nothing is.
func TestWidenAtControlSteps(t *testing.T) {
	const sigma, ns, apartError = 0.01, 2.0, 0.03
	var l pageLadder
	for _, pages := range []float64{64, 128, 256, 512} {
		l.X, l.Y, l.Sigma = append(l.X, math.Log(pages)), append(l.Y, math.Log(ns)), append(l.Sigma, sigma)
	}
	l.widenAtControlSteps([]float64{1, 1, 4, 4}, apartError)
	risen := math.Hypot(sigma, apartError*(4-1)/math.Ln2/ns)
	for i, want := range []float64{sigma, risen, risen, sigma} {
		if math.Abs(l.Sigma[i]-want) > 1e-9 {
			t.Errorf("error %d is %.4f, want %.4f", i, l.Sigma[i], want)
		}
	}
}
