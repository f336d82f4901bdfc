package card

import (
	"cmp"
	"fmt"
	"time"

	"cachelab/cachelines/bandwidth"
	"cachelab/cachelines/instrument"
	"cachelab/cachelines/levels"
	"cachelab/cachelines/line"
	"cachelab/cachelines/links"
	"cachelab/cachelines/reported"
	"cachelab/cachelines/sets"
	"cachelab/cachelines/tlb"
	"cachelab/internal/format"
)

// PlanStep is a part of a machine card and what it will take.
type PlanStep struct {
	What string
	Time time.Duration
	Why  string // how the time comes about, or why there is nothing to do
}

const (
	// linkStart is what a pair costs before its samples: two threads are made, pinned
	// and verified, an arena is mapped. Measured on the reference guests: 0.4 ms.
	linkStart = 500 * time.Microsecond
	// linkSample is one sample of a link.
	linkSample = time.Millisecond
	// touchRate is how fast fresh memory is touched, in bytes a second, on a guest whose
	// host has to find it: 128 MiB take 50 to 270 ms.
	touchRate = 1 << 30
)

// Plan says what [Measure] will do on a machine that reports these values, and how long
// it will take there. Only the links depend on the number of CPUs: up to
// links.MostPairs are measured. It measures nothing, so it can be asked for a machine
// that is not here (topology.Synthetic).
func Plan(v *reported.Values, o Options) []PlanStep {
	fetch := PlanStep{What: "fetch line", Time: cmp.Or(o.Line.Budget, line.DefaultBudget)}
	fetch.Why = fmt.Sprintf("its budget, and %d times as long again where it is in doubt", line.SecondLook)
	interference := PlanStep{What: "interference line", Time: fetch.Time, Why: fetch.Why}
	if len(v.Topology.Usable()) < 2 {
		interference.Time, interference.Why = 0, "two writers need two CPUs"
	}
	steps := []PlanStep{fetch, interference, planLevels(v, o.Levels), planTranslation(o.Translation)}
	if l2, ok := planL2(v, o); ok {
		steps = append(steps, l2)
	}
	steps = append(steps, PlanStep{What: "bandwidth", Time: bandwidth.Budget, Why: "its budget"})
	return append(steps, planLinks(v, o.Links))
}

func planLevels(v *reported.Values, o instrument.Options) PlanStep {
	sizes := levels.Sizes(hints(v))
	top := sizes[len(sizes)-1]
	return PlanStep{
		What: "levels", Time: o.WithBudget(levels.Budget).Budget + touching(2*top),
		Why: fmt.Sprintf("its budget, up to %v where the first level is in doubt, for three curves of up to %d sizes; before that two times %s are touched", levels.LongestBudget, len(sizes), format.Bytes(top)),
	}
}

func planTranslation(o instrument.Options) PlanStep {
	return PlanStep{
		What: "translation", Time: o.WithBudget(tlb.Budget).Budget + 2*tlb.TouchTime,
		Why: fmt.Sprintf("its budget; before that two arenas are touched, %v each at most", tlb.TouchTime),
	}
}

// planL2 is the second level's part; ok is false where no private one is reported.
func planL2(v *reported.Values, o Options) (step PlanStep, ok bool) {
	size, known := v.SizeBytes(2)
	if last, _ := v.LLCBytesOrDefault(); !known || size >= last {
		return PlanStep{}, false
	}
	pool := sets.PoolTimes * size
	return PlanStep{
		What: "second level", Time: o.Sets.WithBudget(sets.Budget).Budget + touching(pool),
		Why: fmt.Sprintf("its budget at the most, twice where the size is not as reported, and %v where nothing is found; before each %s are touched", o.Scatter.WithBudget(sets.ScatterBudget).Budget, format.Bytes(pool)),
	}, true
}

func planLinks(v *reported.Values, o links.Options) PlanStep {
	cpus, pairs := len(v.Topology.Usable()), len(links.Pairs(v.Topology))
	step := PlanStep{What: "links", Time: linksTime(pairs, cmp.Or(o.Budget, links.DefaultBudget))}
	switch {
	case cpus < 2:
		step.Why = "one usable CPU has none"
	case pairs < cpus*(cpus-1)/2:
		step.Why = fmt.Sprintf("%d of the %d pairs of %d CPUs: one for each relation, and those of the first CPUs", pairs, cpus*(cpus-1)/2, cpus)
	default:
		step.Why = fmt.Sprintf("every pair of %d CPUs: %d", cpus, pairs)
	}
	return step
}

// touching is how long fresh memory takes to be touched.
func touching(bytes int) time.Duration {
	return time.Duration(float64(bytes) / touchRate * float64(time.Second))
}

// linksTime is what so many pairs take: their budget together, or what the least number
// of samples of each takes where that is more.
func linksTime(pairs int, budget time.Duration) time.Duration {
	if pairs == 0 {
		return 0
	}
	each := max(budget/time.Duration(pairs), links.LeastSamples*linkSample) + linkStart
	return time.Duration(pairs) * each
}

// PlanTime is what all steps take together.
func PlanTime(steps []PlanStep) time.Duration {
	var sum time.Duration
	for _, s := range steps {
		sum += s.Time
	}
	return sum
}
