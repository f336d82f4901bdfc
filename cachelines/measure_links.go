package cachelines

import (
	"context"
	"fmt"
	"time"

	"cachelab/affinity"
	"cachelab/internal/rig"
)

// LinkOptions bounds a measurement of links. The zero value is the default.
type LinkOptions struct {
	// Budget is how long all pairs together may take; 0: 120 ms, some 200
	// samples of one pair.
	Budget time.Duration
	// HitNS is what a hit in the L3 takes, in nanoseconds: see [InferLink]; 0: unknown.
	HitNS float64
}

// mostCPUs is up to how many CPUs every pair is measured: 64 CPUs have 2,016
// pairs. Beyond, a representative of each relation stands for its kind.
const mostCPUs = 64

const (
	// leastSamples of a pair, however short the budget: below that there is no
	// interval.
	leastSamples = 9
	// patience ends them all the same. Beside a load on both CPUs two workers may run in turns for long,
	// and a sample then takes most of a second.
	patience = 2 * time.Second
)

// MeasureLinks measures what a line's transfer between two CPUs costs, one way,
// for every pair of usable CPUs (representatives of each relation beyond 64
// CPUs), as a distribution in time order with the classes found in it: see [InferLink].
// The warnings say where a class contradicts the topology.
//
// The error is affinity.ErrUnsupported where threads cannot be pinned, or
// ctx's own. One usable CPU has no links, which is no error.
func MeasureLinks(ctx context.Context, t *affinity.Topology, o LinkOptions) (links []Link, warnings []string, err error) {
	o = o.withDefaults()
	pairs := linkPairs(t)
	if len(pairs) == 0 {
		return nil, nil, nil
	}
	if can := affinity.Support(); !can.Pin {
		return nil, nil, fmt.Errorf("%w: %s", affinity.ErrUnsupported, can.Reason)
	}
	for _, p := range pairs {
		samples, err := sampleLink(ctx, p, o.Budget/time.Duration(len(pairs)))
		if err != nil {
			return links, warnings, err
		}
		link, warning := InferLink(p, samples, o.HitNS)
		if link.Samples == 0 {
			warning = fmt.Sprintf("the link of CPUs %d and %d was not measured: the two workers ran in turns, something else is on their CPUs; measure again when they are free", p.A, p.B)
		} else {
			links = append(links, link)
		}
		if warning != "" {
			warnings = append(warnings, warning)
		}
	}
	return links, warnings, nil
}

func (o LinkOptions) withDefaults() LinkOptions {
	if o.Budget == 0 {
		o.Budget = 120 * time.Millisecond
	}
	return o
}

// linkPairs lists the pairs to measure, near to far and by id.
func linkPairs(t *affinity.Topology) []affinity.Pair {
	var cpus []int
	for _, c := range t.CPUs {
		if c.Online && c.Allowed {
			cpus = append(cpus, c.ID)
		}
	}
	if len(cpus) > mostCPUs {
		return t.Pairs()
	}
	var pairs []affinity.Pair
	for i, a := range cpus {
		for _, b := range cpus[i+1:] {
			pairs = append(pairs, affinity.Pair{A: a, B: b, Relation: t.Relation(a, b)})
		}
	}
	return pairs
}

// sampleLink takes samples of one pair, in time order, until the budget is
// spent.
func sampleLink(ctx context.Context, p affinity.Pair, budget time.Duration) ([]LinkSample, error) {
	crew, err := rig.NewCrew(p.A, p.B)
	if err != nil {
		return nil, err
	}
	defer crew.Close()
	link, err := rig.NewLink(crew)
	if err != nil {
		return nil, err
	}
	defer link.Close()
	var samples []LinkSample
	begin := time.Now()
	crew.Run(func(w *rig.Worker) {
		for {
			s := link.Sample(w)
			if w.Index == 0 {
				samples = append(samples, LinkSample(s))
			}
			if w.Agree(func() bool {
				spent := time.Since(begin)
				return ctx.Err() != nil || spent > patience || spent > budget && len(samples) >= leastSamples
			}) {
				return
			}
		}
	})
	return samples, ctx.Err()
}
