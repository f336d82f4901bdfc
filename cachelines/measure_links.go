package cachelines

import (
	"context"
	"fmt"
	"time"

	"cachelab/affinity"
	"cachelab/affinity/topology"
	"cachelab/internal/crew"
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
	// lookSamples are of a later look: 10 ms of two cores of one L3, 35 of two L3s.
	lookSamples = 20
	// patience ends them all the same. Beside a load on both CPUs two workers may run in turns for long,
	// and a sample then takes most of a second.
	patience = 2 * time.Second
)

// MeasureLinks measures what a line's transfer between two CPUs costs, one way,
// for every pair of usable CPUs (representatives of each relation beyond 64
// CPUs), as a distribution with the classes found in it: see [InferLink].
// The warnings say where a class contradicts the topology, and which link could not be measured.
//
// The error is affinity.ErrUnsupported where threads cannot be pinned, or
// ctx's own. One usable CPU has no links, which is no error.
func MeasureLinks(ctx context.Context, t *topology.Topology, o LinkOptions) (links []Link, warnings []string, err error) {
	w := watchLinks(t, o)
	err = w.begin(ctx)
	links, warnings = w.infer()
	return links, warnings, err
}

// linkWatch looks at links more than once: the CPUs of a guest move, and what they are at one moment
// is not what they are in all of a run.
type linkWatch struct {
	o       LinkOptions
	pairs   []topology.Pair
	samples [][]LinkSample // of each pair
	looks   []int          // at each pair
	next    int            // pair that is looked at next
}

func watchLinks(t *topology.Topology, o LinkOptions) *linkWatch {
	pairs := linkPairs(t)
	return &linkWatch{o: o.withDefaults(), pairs: pairs, samples: make([][]LinkSample, len(pairs)), looks: make([]int, len(pairs))}
}

// begin is the first look, at all pairs.
func (w *linkWatch) begin(ctx context.Context) error {
	if len(w.pairs) == 0 {
		return nil
	}
	return w.look(ctx, len(w.pairs), leastSamples, w.o.Budget)
}

// again is another one, at the next pair. All looks then count alike, however many samples the first one took and
// however near the pair was: in the same time a pair that is near gives four times as many samples as one that is far.
func (w *linkWatch) again(ctx context.Context) error {
	if len(w.pairs) == 0 {
		return nil
	}
	at := w.next
	w.samples[at] = thin(w.samples[at], lookSamples*max(1, w.looks[at]))
	return w.look(ctx, 1, lookSamples, 0)
}

// thin takes so many of the samples, evenly spread.
func thin(samples []LinkSample, most int) []LinkSample {
	if len(samples) <= most {
		return samples
	}
	out := make([]LinkSample, most)
	for i := range out {
		out[i] = samples[i*len(samples)/most]
	}
	return out
}

// look takes samples of so many pairs, at least so many of each.
func (w *linkWatch) look(ctx context.Context, pairs, least int, budget time.Duration) error {
	if can := affinity.Support(); !can.Pin {
		return fmt.Errorf("%w: %s", affinity.ErrUnsupported, can.Reason)
	}
	for range pairs {
		samples, err := sampleLink(ctx, w.pairs[w.next], budget/time.Duration(pairs), least)
		if err != nil {
			return err
		}
		w.samples[w.next] = append(w.samples[w.next], samples...)
		w.looks[w.next]++
		w.next = (w.next + 1) % len(w.pairs)
	}
	return nil
}

// infer is what all looks tell. A pair that was not looked at has no link.
func (w *linkWatch) infer() (links []Link, warnings []string) {
	for i, p := range w.pairs {
		if len(w.samples[i]) == 0 {
			continue
		}
		link, warning := InferLink(p, w.samples[i], w.o.HitNS)
		if link.Samples == 0 {
			warning = fmt.Sprintf("the link of CPUs %d and %d was not measured: the two workers ran in turns, something else is on their CPUs; measure again when they are free", p.A, p.B)
		} else {
			links = append(links, link)
		}
		if warning != "" {
			warnings = append(warnings, warning)
		}
	}
	return links, warnings
}

func (o LinkOptions) withDefaults() LinkOptions {
	if o.Budget == 0 {
		o.Budget = 120 * time.Millisecond
	}
	return o
}

// linkPairs lists the pairs to measure, near to far and by id.
func linkPairs(t *topology.Topology) []topology.Pair {
	cpus := t.Usable()
	if len(cpus) > mostCPUs {
		return t.PairPerRelation()
	}
	relation := t.Relations()
	var pairs []topology.Pair
	for i, a := range cpus {
		for _, b := range cpus[i+1:] {
			pairs = append(pairs, topology.Pair{A: a.ID, B: b.ID, Relation: relation(a.ID, b.ID)})
		}
	}
	return pairs
}

// sampleLink takes samples of one pair, in time order, until the budget is
// spent, and so many at the least.
func sampleLink(ctx context.Context, p topology.Pair, budget time.Duration, least int) ([]LinkSample, error) {
	workers, err := crew.New(p.A, p.B)
	if err != nil {
		return nil, err
	}
	defer workers.Close()
	link, err := crew.NewLink(workers)
	if err != nil {
		return nil, err
	}
	defer link.Close()
	var samples []LinkSample
	begin := time.Now()
	workers.Run(func(w *crew.Worker) {
		for {
			s := link.Sample(w)
			if w.Index == 0 {
				samples = append(samples, LinkSample(s))
			}
			if w.Decide(func() bool {
				spent := time.Since(begin)
				return ctx.Err() != nil || spent > patience || spent > budget && len(samples) >= least
			}) {
				return
			}
		}
	})
	return samples, ctx.Err()
}
