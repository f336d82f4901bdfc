package results

import (
	"fmt"
	"math"
	"strings"

	"cachelab/internal/format"
	"cachelab/internal/stats"
)

// The ratio's axis is cut into zones that do not overlap:
//
//	      1/(1+band)   1   1+band        threshold
//	contradicted |  no effect  |   weaker    |   holds         Differs
//	contradicted |    holds    | contradicted                  Equal
//
// A verdict is decided when the whole interval lies in one zone; an interval
// across an edge is undecided, also across the threshold, where the direction
// is clear and the size is not. So each decided verdict is a statement about
// the true ratio that is wrong only where the interval misses it, 1 time in 20
// at most, and more passes, which shrink the interval, cannot move a verdict
// from one zone to another without one of the two intervals having missed.
// "Weaker as soon as it is significant" would: at a true ratio of 1.21 and a
// threshold of 1.2 a short run says weaker and a long one holds.
//
// "No effect" says that the interval lies in the band, which is two one-sided
// tests (TOST) at 2.5% each, stricter than the usual 5%. It needs no
// significance: a difference of 1% that is significant is inside the band all
// the same. The other verdicts say that there is a difference, and need it to
// be significant after correction over all claims of the run.

// zone is one stretch of the axis, as logarithms of the ratio.
type zone struct {
	outcome Outcome
	lo, hi  float64
	differs bool // the verdict says that there is a difference
}

// logEpsilon is how far beyond an edge an interval may lie and still touch it:
// exact ratios such as 128/64 come out of logarithms a few bits off.
const logEpsilon = 1e-9

// DefaultBand is the equivalence band of a claim that sets none: a ratio of
// 0.952 to 1.05. Below 5% nobody changes a data layout, and luck with the layout
// of memory, which is drawn once a process, already makes 2%.
const DefaultBand = 0.05

// share is the band of the claim as a share of the ratio.
func (c Claim) share() float64 {
	if c.Band == 0 {
		return DefaultBand
	}
	return c.Band
}

// band is the range of the ratio that counts as no effect.
func (c Claim) band() *Range { return &Range{1 / (1 + c.share()), 1 + c.share()} }

// zones are the claim's, ascending and without gaps.
func (c Claim) zones() []zone {
	edge := math.Log1p(c.share())
	inf := math.Inf(1)
	against := Contradicted
	if c.Measurement {
		against = OtherWay
	}
	if c.Kind == Equal {
		return []zone{
			{against, -inf, -edge, true},
			{Holds, -edge, edge, false},
			{against, edge, inf, true},
		}
	}
	threshold := math.Log(c.Threshold)
	zones := []zone{
		{against, -inf, -edge, true},
		{NoEffect, -edge, edge, false},
		{Weaker, edge, threshold, true},
		{Holds, threshold, inf, true},
	}
	if threshold-edge <= logEpsilon {
		zones = append(zones[:2], zone{Holds, edge, inf, true})
	}
	return zones
}

// contains reports whether the interval lies in the zone.
func (z zone) contains(lo, hi float64) bool {
	return lo >= z.lo-logEpsilon && hi <= z.hi+logEpsilon
}

// runsDiffer is by what share the ratios of two runs of one machine differ easily. Of two
// runs on one kind of guest 9 of 88 intervals did not overlap, where the passes of one
// run alone would give 0.3%.
const runsDiffer = 0.05

// close reports whether an interval in the zone ends so near to another zone that
// another run may decide otherwise: within runsDiffer of an edge, and in a band, which
// is no wider than that on either side, within half of what it has.
func (z zone) close(lo, hi float64) bool {
	margin := math.Log1p(runsDiffer)
	if width := z.hi - z.lo; width <= 2*margin+logEpsilon {
		margin = width / 4
	}
	return lo-z.lo < margin || z.hi-hi < margin
}

// closeText says so in a reason.
const closeText = "the margin is under 5%: another run may decide otherwise"

// zoneOf is the zone that the interval lies in, and whether there is one. On
// an edge the zone beyond it counts: "by the threshold at least".
func zoneOf(zones []zone, lo, hi float64) (zone, bool) {
	found, ok := zone{}, false
	for _, z := range zones {
		if z.contains(lo, hi) {
			// A point on an edge is in two zones.
			if !ok || z.outcome == Holds || z.outcome == NoEffect {
				found, ok = z, true
			}
		}
	}
	return found, ok
}

// evidence is what a verdict rests on, ratios as logarithms.
type evidence struct {
	n              int
	median, lo, hi float64
	// The interval as if the machine had not changed, for the estimate: a change that is
	// a false alarm is none with more passes.
	plainLo, plainHi float64
	p, corrected     float64
	weight           float64 // what the correction of the next look would multiply p by
	changed          []int   // after how many of the n the machine changed
	exact            bool    // the unit is exact: no test, and half of the passes are enough
	either           int     // passes in which one arm was run at the least
	passes           int     // in which both arms ran: n of them entered the interval
	tested           int     // and so many the test
	look             look
}

// ruling is a verdict with its reason and, where undecided, the estimate.
type ruling struct {
	outcome    Outcome
	reason     string
	morePasses int
	close      bool
}

// decide gives the verdict. It is pure.
func decide(c Claim, e evidence) ruling {
	zones := c.zones()
	if least := stats.LeastForInterval(e.look.coverage()); e.n < least && !e.exact {
		return ruling{
			outcome:    Undecided,
			reason:     fmt.Sprintf("%s, and a %s takes at least %d", format.Count(e.n, "pass", "passes"), e.look.intervalText(), least),
			morePasses: e.estimate(zones),
		}
	}
	// An exact answer that a detector gave once in twelve passes is luck.
	if e.exact && 2*e.n < e.either {
		return ruling{outcome: Undecided, reason: fmt.Sprintf("only %d of %s had an answer, and at least half must have one", e.n, format.Count(e.either, "pass", "passes"))}
	}
	z, inside := zoneOf(zones, e.lo, e.hi)
	switch {
	case inside && (!z.differs || e.exact || e.corrected <= e.look.alpha):
		if !e.exact && z.close(e.lo, e.hi) {
			return ruling{outcome: z.outcome, reason: closeText, close: true}
		}
		return ruling{outcome: z.outcome}
	case inside:
		return e.undecided(zones, fmt.Sprintf("the interval alone would say %q, but P is %.2g after correction over the claims of the run", z.outcome, e.corrected))
	}
	return e.undecided(zones, "the interval includes "+crossed(zones, e.lo, e.hi))
}

// crossed names the edges inside the interval: "0.952, 1.05 (band) and 1.2
// (threshold)".
func crossed(zones []zone, lo, hi float64) string {
	var band, threshold []string
	for _, z := range zones[1:] {
		if !(lo < z.lo && z.lo < hi) {
			continue
		}
		edge := fmt.Sprintf("%.3g", math.Exp(z.lo))
		if z.outcome == Holds && z.differs {
			threshold = append(threshold, edge+" (threshold)")
		} else {
			band = append(band, edge)
		}
	}
	if len(band) > 0 {
		band = []string{strings.Join(band, ", ") + " (band)"}
	}
	return strings.Join(append(band, threshold...), " and ")
}

// undecided adds to a reason what would decide.
func (e evidence) undecided(zones []zone, reason string) ruling {
	more := e.estimate(zones)
	if e.exact {
		return ruling{outcome: Undecided, reason: reason}
	}
	if more == 0 {
		return ruling{outcome: Undecided, reason: reason + fmt.Sprintf("; %d more passes would probably not decide", maxMorePasses)}
	}
	return ruling{outcome: Undecided, reason: reason + fmt.Sprintf("; about %s would decide", format.Count(more, "more pass", "more passes")), morePasses: more}
}
