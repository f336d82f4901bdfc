package cachelines

import (
	"math"
	"slices"

	"cachelab/affinity/opt"
)

// TranslationLevel is one level of TLB as a sweep over pages shows it.
type TranslationLevel struct {
	// Entries is the number of pages from which on loads begin to miss the
	// level; the true one lies in Lo to Hi with 95% by the fit. It counts what the level
	// holds of this memory: where a TLB merges neighbouring pages into an entry
	// (AMD since Zen, ARM's contiguous bit) there are more pages than entries.
	Entries, Lo, Hi int

	// CostNS is what a load that misses the level costs more than one that hits
	// it, in nanoseconds: of the last level, a walk of the page tables, whose cost
	// grows with the number of pages, at one and a half times the entries. Unknown: the
	// sweep ends before.
	CostNS opt.Value[float64]

	Confidence float64 // 0 to 1, that the level exists and its entries are within a tenth
}

// Translations is what a sweep shows.
type Translations struct {
	Levels []TranslationLevel // near to far

	// FreeTo is the number of pages up to which translation costs nothing: the
	// end of the sweep, where no level ends in it. Unknown: Levels is not empty, or in doubt.
	FreeTo opt.Value[int]
	Reason string // what is in doubt, or empty
}

const (
	// controlShare to controlAll is by what share of a level's step the control
	// may rise around its end, where the step begins to be doubtful and is none any more. Lines
	// that leave a cache there leave it in both layouts, yet not quite in the same way: spread
	// ones meet by physical page one by one, packed ones by the page of 64.
	controlShare, controlAll = 0.5, 1.5
	// around is how far, as a ratio of pages, an end is looked at for that.
	around = 1.7

	// apartError is by how much the number of lines at which a cache gives out may
	// differ between the layouts: measured here, 0.02 to 0.03 of a first level of 768.
	apartError = 0.03

	// steady to unsteady is the ratio by which rounds may differ in where they
	// cross a step: by one number of pages (1.09) for noise, by a third where part of the entries is
	// taken in part of the rounds.
	steady, unsteady = 1.12, 1.4

	// narrow to wide is the ratio of the interval's ends at which a number
	// begins to be doubtful, and is none: then two ends explain the sweep. Of 60 sweeps beside a load
	// on all CPUs 41 are unsure of the second level with this, and one is wrong; three are without.
	narrow, wide = 1.8, 2.5

	// leak is the share of loads that may miss a level before its end: entries
	// are used by others, such as the kernel and the page tables themselves, and a hashed index does
	// not fill the sets evenly. Seen here: half a percent on 3,756 pages of 4,096, two on all.
	leak = 0.01

	// leastCost and fullCost are parts of a hit in the first-level cache: what
	// a miss costs less is noise of the difference. The cheapest in the field
	// costs more: 5 to 8 cycles of a second level on a hit of 3 to 5.
	leastCost, fullCost = 0.4, 0.8

	// freeUpTo is what a sweep may rise by and be level all the same, in hits.
	freeUpTo = 0.25

	// costFrom and costTo are where the cost of the last level is read, in its entries.
	costFrom, costTo = 1.35, 1.65
)

// InferTranslation finds the levels of translation in a sweep over numbers of pages.
//
// The control is taken off: what is left, on top of a hit in the first-level
// cache, is a ladder over numbers of pages. It is cut into plateaus, and the end of each fitted,
// as a latency ladder is (see [InferLevels]): from the gentle end of random
// replacement to the cliff that LRU makes of a cycle. A step where the control rises
// as well is a cache's end as likely as a TLB's, and is doubted; and so is one that is not at the
// same place in all rounds, as where another thread of the core takes entries.
func InferTranslation(c TranslationCurve) Translations {
	points, control, hit := c.lessControl()
	l := newLadder(fasterOfTwo(points))
	l.rounds = newLadder(points).rounds
	if len(l.x) < leastLadder {
		return Translations{Reason: "too few numbers of pages with valid samples"}
	}
	l.doubtControl(control)
	var out Translations
	flats := l.plateaus()
	for k, flat := range flats {
		next, ok := l.after(flats, k)
		if !ok {
			break
		}
		e, begin, low, _ := l.leaking(math.Exp(next.level)-math.Exp(flat.level)).steadyEdge(flat, next)
		moves := l.moves(begin, next.to, (low+next.level)/2)
		level := TranslationLevel{
			Entries: int(math.Round(math.Exp(e.at))),
			Lo:      int(math.Round(math.Exp(e.lo - moves/2))),
			Hi:      int(math.Round(math.Exp(e.hi + moves/2))),
		}
		step := math.Exp(next.level) - math.Exp(flat.level)
		if k+1 < len(flats) {
			level.CostNS = opt.Some(step)
		} else if far := within(points, costFrom*math.Exp(e.at), costTo*math.Exp(e.at)); far > math.Exp(flat.level) {
			level.CostNS = opt.Some(far - math.Exp(flat.level))
		}
		control := rises(points, control, math.Exp(e.at))
		level.Confidence = e.within * (1 - ramp(e.misfit, goodFit, badFit)) * l.replicated(flat, next) * (1 - modelDoubt) *
			ramp(step/hit, leastCost, fullCost) *
			ramp(math.Exp(l.x[flat.to]-l.x[flat.from]), leastExtent, fullExtent) *
			(1 - ramp(control/step, controlShare, controlAll)) *
			(1 - ramp(math.Exp(moves), steady, unsteady)) *
			(1 - ramp(math.Exp(e.hi-e.lo), narrow, wide))
		out.Levels = append(out.Levels, level)
	}
	last := c.Points[len(c.Points)-1].Pages
	if top := within(points, float64(last)/2, math.Inf(1)); len(out.Levels) == 0 && top < (1+freeUpTo)*hit {
		out.FreeTo = opt.Some(last)
	} else if len(out.Levels) == 0 {
		out.Reason = "the sweep rises without a plateau to rise from"
	}
	return out
}

// moves is by how much the place where rounds cross a height, on their way up,
// differs between them, as a logarithm: the range of the middle three fifths.
func (l ladder) moves(begin, end int, height float64) float64 {
	var at []float64
	for _, row := range l.rounds {
		before := begin
		for i := begin; i < end; i++ {
			if math.IsNaN(row[i]) {
				continue
			}
			if row[i] <= height {
				before = i
				continue
			}
			// One sample alone may be off.
			next := i + 1
			for next < end && math.IsNaN(row[next]) {
				next++
			}
			if row[next] > height {
				at = append(at, (l.x[before]+l.x[i])/2)
				break
			}
		}
	}
	if len(at) == 0 {
		return math.Log(unsteady) // no round says anything
	}
	slices.Sort(at)
	return quantile(at, 0.8) - quantile(at, 0.2)
}

// leaking adds to the errors what a few misses before the end cost, where a miss
// costs step.
func (l ladder) leaking(step float64) ladder {
	l.sigma = slices.Clone(l.sigma)
	for i := range l.sigma {
		l.sigma[i] = math.Hypot(l.sigma[i], leak*step/math.Exp(l.y[i]))
	}
	return l
}

// fasterOfTwo gives each round the faster of two samples, its own and the next
// one's. What disturbs a TLB only ever takes from it: an interrupt that empties it, and a stranger's thread
// on the core, which takes entries for milliseconds.
func fasterOfTwo(points []LadderPoint) []LadderPoint {
	out := make([]LadderPoint, len(points))
	for i, p := range points {
		ns := finite(p.NS)
		out[i].SizeBytes = p.SizeBytes
		for r, y := range ns {
			out[i].NS = append(out[i].NS, min(y, ns[(r+1)%len(ns)]))
		}
	}
	return out
}

// doubtControl adds to the errors what the control cannot take off where it is
// steep: the layouts need not leave a cache at quite the same number of lines.
func (l ladder) doubtControl(control []float64) {
	for i := range l.y {
		steepest := 0.0
		for k := max(i-1, 0); k <= i && k+1 < len(l.y); k++ {
			steepest = max(steepest, math.Abs(control[k+1]-control[k])/(l.x[k+1]-l.x[k]))
		}
		l.sigma[i] = math.Hypot(l.sigma[i], apartError*steepest/math.Exp(l.y[i]))
	}
}

// lessControl takes the control off the sweep. It gives the rest as a ladder over
// pages (its sizes are pages, not bytes), the control by pages, and the hit in the
// first-level cache that the rest lies on, in ns.
//
// Drift is common to a round and is taken out first, of both at once: it is a part of either,
// and would be a larger part of their difference.
func (c TranslationCurve) lessControl() (points []LadderPoint, control []float64, hit float64) {
	rounds := 0
	for _, p := range c.Points {
		rounds = max(rounds, len(p.SpreadNS))
	}
	n := len(c.Points)
	logs := make([][]float64, rounds)
	for r := range logs {
		logs[r] = make([]float64, 2*n)
		for i, p := range c.Points {
			logs[r][i], logs[r][n+i] = logAt(p.SpreadNS, r), logAt(p.PackedNS, r)
		}
	}
	columns, drift := polish(logs, 2*n)
	var hits []float64
	for i, p := range c.Points {
		if p.Pages < 4*fewestPages { // in the first level wherever there is one
			hits = append(hits, math.Exp(columns[n+i]))
		}
	}
	hit = median(hits)
	for i, p := range c.Points {
		packed := math.Exp(columns[n+i])
		if math.IsNaN(packed) || math.IsNaN(columns[i]) {
			continue
		}
		point := LadderPoint{SizeBytes: p.Pages}
		for r := range rounds {
			// A difference is not a latency, and may be less than nothing by chance.
			point.NS = append(point.NS, max(math.Exp(logs[r][i]-drift[r])-packed+hit, hit/2))
		}
		points, control = append(points, point), append(control, packed)
	}
	return points, control, hit
}

// logAt is the logarithm of sample r, or NaN.
func logAt(ns []float64, r int) float64 {
	if r >= len(ns) || !(ns[r] > 0) || math.IsInf(ns[r], 0) {
		return math.NaN()
	}
	return math.Log(ns[r])
}

// within is the median latency of the points from one size to another.
func within(points []LadderPoint, from, to float64) float64 {
	var ns []float64
	for _, p := range points {
		if s := float64(p.SizeBytes); s >= from && s <= to {
			ns = append(ns, median(p.NS))
		}
	}
	return median(ns)
}

// rises is by how much the control rises around a size.
func rises(points []LadderPoint, control []float64, at float64) float64 {
	var near []float64
	for i, p := range points {
		if s := float64(p.SizeBytes); s >= at/around && s <= at*around {
			near = append(near, control[i])
		}
	}
	if len(near) == 0 {
		return 0
	}
	return slices.Max(near) - slices.Min(near)
}
