package cachelines

import (
	"fmt"
	"time"
)

// PlanStep is a part of a machine card and what it will take.
type PlanStep struct {
	What string
	Time time.Duration
	Why  string // how the time comes about, or why there is nothing to do
}

const (
	// linkStart is what a pair costs before its samples: two threads are made, pinned
	// and verified, an arena is mapped. Measured, results/reference: 0.4 ms.
	linkStart = 500 * time.Microsecond
	// linkSample is one sample of a link, as crew.Link takes it.
	linkSample = time.Millisecond
	// touchRate is how fast fresh memory is touched, in bytes a second, on a guest
	// whose host has to find it: 128 MiB take 50 to 270 ms.
	touchRate = 1 << 30
)

// Plan says what [Measure] will do on the machine of these claims, and how long
// it will take there. Only the links depend on the number of CPUs: every pair of up
// to 64 CPUs, representatives of each relation beyond. It measures nothing, so
// it can be asked for a machine that is not here (topology.Synthetic).
func Plan(claims *Claims, o MeasureOptions) []PlanStep {
	line, links, levels := o.Line.withDefaults(), o.Links.withDefaults(), o.Levels.or(levelsBudget)
	cpus := len(claims.Topology.Usable())
	sizes := claims.ladderSizes(claims.stride())
	top := sizes[len(sizes)-1]
	again := fmt.Sprintf("its budget, and %d times as long again where it is in doubt", secondLook)
	steps := []PlanStep{
		{What: "fetch line", Time: line.Budget, Why: again},
		{What: "interference line", Time: line.Budget, Why: again},
		{
			What: "levels", Time: levels.Budget + time.Duration(float64(2*top)/touchRate*float64(time.Second)),
			Why: fmt.Sprintf("its budget, up to %v where the first level is in doubt, for three curves of up to %d sizes; before that two times %s are touched", longestLadder, len(sizes), binary(top)),
		},
	}
	steps = append(steps, planTranslation(o.Translation))
	if second, ok := planSecond(claims, o); ok {
		steps = append(steps, second)
	}
	pairs := len(linkPairs(claims.Topology))
	step := PlanStep{What: "links", Time: linksTime(pairs, links.Budget)}
	switch {
	case cpus < 2:
		step.Why = "one usable CPU has none"
		steps[1].Time, steps[1].Why = 0, "two writers need two CPUs"
	case cpus > mostCPUs:
		step.Why = fmt.Sprintf("%d CPUs have %d pairs: %d of them stand for their relation", cpus, cpus*(cpus-1)/2, pairs)
	default:
		step.Why = fmt.Sprintf("every pair of %d CPUs: %d", cpus, pairs)
	}
	return append(steps, step)
}

// linksTime is what so many pairs take: their budget together, or what the least
// number of samples of each takes where that is more.
func linksTime(pairs int, budget time.Duration) time.Duration {
	if pairs == 0 {
		return 0
	}
	each := max(budget/time.Duration(pairs), leastSamples*linkSample) + linkStart
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
