// Package links measures what a cache line's transfer between two CPUs costs, one
// way, by compare-and-swap and by load and store, for every pair of CPUs: the
// core-to-core latency. It keeps the distribution and not a mean, because the CPUs of
// a guest move over the host's cores, and finds the classes in it.
package links

import (
	"cmp"
	"context"
	"slices"
	"time"

	"cachelab/affinity/topology"
	"cachelab/cachelines/internal/machine"
)

// Sample is one look at a link, about a millisecond long. What was not measured is
// NaN or 0.
type Sample struct {
	At            time.Duration // since the first
	CASNS         float64       // one way, compare-and-swap ping-pong
	CASFirstNS    float64       // the same, at the beginning of the sample
	CASLastNS     float64       // and at its end
	LoadStoreNS   float64       // one way, load and store ping-pong over one line
	MultiplyRatio float64       // throughput of both workers' multiplies over one's
}

// Options bounds a measurement of links. The zero value is the default.
type Options struct {
	// Budget is how long all pairs together may take; 0: 120 ms, some 200 samples of
	// one pair.
	Budget time.Duration
	// HitNS is what a hit in the L3 takes, in nanoseconds: see [Infer]; 0: unknown.
	HitNS float64
	// Progress is called between two pairs with the number of those done; nil: nobody
	// wants to know.
	Progress func(done, of int)
}

const (
	// MostPairs is how many pairs a card measures: a pair takes 9.5 ms at least, so
	// these are two seconds. All pairs of 21 CPUs are measured.
	MostPairs = 210
	// DefaultBudget is some 200 samples of one pair.
	DefaultBudget = 120 * time.Millisecond
	// LeastSamples of a pair, however short the budget: below that there is no
	// interval.
	LeastSamples = 9
	// laterSamples are of a later round: 10 ms of two cores of one L3, 35 of two L3s.
	laterSamples = 20
	// patience ends them all the same. Next to a load on both CPUs two workers may run
	// in turns for long, and a sample then takes most of a second.
	patience = 2 * time.Second
)

// Sampler samples links more than once: the CPUs of a guest move, and what they are
// at one moment is not what they are in all of a run.
type Sampler struct {
	m       machine.Machine
	o       Options
	pairs   []topology.Pair
	samples [][]Sample // of each pair
	rounds  []int      // of each pair
	next    int        // pair that is sampled next
}

// NewSampler is for the [Pairs] of a topology.
func NewSampler(t *topology.Topology, o Options) *Sampler { return newSampler(machine.Host{}, t, o) }

func newSampler(m machine.Machine, t *topology.Topology, o Options) *Sampler {
	if o.Budget == 0 {
		o.Budget = DefaultBudget
	}
	pairs := Pairs(t)
	return &Sampler{m: m, o: o, pairs: pairs, samples: make([][]Sample, len(pairs)), rounds: make([]int, len(pairs))}
}

// First samples all pairs. One usable CPU has no links, which is no error.
//
// The error wraps affinity.ErrUnsupported where threads cannot be pinned, or is
// ctx's own.
func (s *Sampler) First(ctx context.Context) error {
	for i := range s.pairs {
		if s.o.Progress != nil {
			s.o.Progress(i, len(s.pairs))
		}
		if err := s.sample(ctx, LeastSamples, s.o.Budget/time.Duration(len(s.pairs))); err != nil {
			return err
		}
	}
	return nil
}

// Next samples the next pair. Each round is thinned to the same number of samples,
// because a near pair yields four times as many per millisecond as a far one and
// would dominate the shares.
func (s *Sampler) Next(ctx context.Context) error {
	if len(s.pairs) == 0 {
		return nil
	}
	s.samples[s.next] = thin(s.samples[s.next], laterSamples*max(1, s.rounds[s.next]))
	return s.sample(ctx, laterSamples, 0)
}

// thin takes so many of the samples, evenly spread.
func thin(samples []Sample, most int) []Sample {
	if len(samples) <= most {
		return samples
	}
	out := make([]Sample, most)
	for i := range out {
		out[i] = samples[i*len(samples)/most]
	}
	return out
}

// sample takes samples of the next pair, in time order, until the budget is spent,
// and at least so many.
func (s *Sampler) sample(ctx context.Context, least int, budget time.Duration) error {
	p := s.pairs[s.next]
	pair, err := s.m.Pair(p.A, p.B)
	if err != nil {
		return err
	}
	defer pair.Close()
	begin := s.m.Now()
	samples, err := pair.SampleLink(func(n int) bool {
		spent := s.m.Now() - begin
		return ctx.Err() != nil || spent > patience || spent > budget && n >= least
	})
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	for _, one := range samples {
		s.samples[s.next] = append(s.samples[s.next], Sample(one))
	}
	s.rounds[s.next]++
	s.next = (s.next + 1) % len(s.pairs)
	return nil
}

// Links is what all samples so far show. A pair that was not sampled has no link.
func (s *Sampler) Links() []Link {
	var out []Link
	for i, p := range s.pairs {
		if len(s.samples[i]) > 0 {
			out = append(out, Infer(p, s.samples[i], s.o.HitNS))
		}
	}
	return out
}

// pairsOf lists the pairs of each of the first CPUs with those after it.
func pairsOf(t *topology.Topology, cpus []topology.CPU, first int) []topology.Pair {
	relation := t.Relations()
	pairs := make([]topology.Pair, 0, first*len(cpus))
	for i, a := range cpus[:first] {
		for _, b := range cpus[i+1:] {
			pairs = append(pairs, topology.Pair{A: a.ID, B: b.ID, Relation: relation(a.ID, b.ID)})
		}
	}
	return pairs
}

// Pairs lists the pairs that a card measures: every pair, as long as there are no
// more than MostPairs. Beyond these are one pair for each relation, and then those
// of the first CPUs with all others, evenly thinned. So the time grows smoothly
// with the number of CPUs up to about two seconds, and no further.
func Pairs(t *topology.Topology) []topology.Pair {
	cpus := t.Usable()
	if n := len(cpus); n*(n-1)/2 <= MostPairs {
		return pairsOf(t, cpus, n)
	}
	pairs := t.PairPerRelation()
	seen := map[[2]int]bool{}
	for _, p := range pairs {
		seen[[2]int{min(p.A, p.B), max(p.A, p.B)}] = true
	}
	left := MostPairs - len(pairs)
	first, inRows := 0, 0
	for inRows < left { // ends: all pairs are more than MostPairs
		first++
		inRows += len(cpus) - first
	}
	rows := pairsOf(t, cpus, first)
	for i := range min(left, len(rows)) {
		p := rows[i*len(rows)/min(left, len(rows))]
		if !seen[[2]int{p.A, p.B}] {
			pairs = append(pairs, p)
		}
	}
	slices.SortStableFunc(pairs, func(a, b topology.Pair) int {
		return cmp.Or(cmp.Compare(min(a.A, a.B), min(b.A, b.B)), cmp.Compare(max(a.A, a.B), max(b.A, b.B)))
	})
	return pairs
}

// Matrix measures every pair of usable CPUs and hands over each link when it is
// measured, so that what is known is there when the measurement is interrupted.
// An error of each ends it.
func Matrix(ctx context.Context, t *topology.Topology, o Options, each func(done, of int, l Link) error) error {
	return matrix(ctx, machine.Host{}, t, o, each)
}

// matrix makes no list of the pairs: 65,536 CPUs have two billion.
func matrix(ctx context.Context, m machine.Machine, t *topology.Topology, o Options, each func(done, of int, l Link) error) error {
	cpus, relation := t.Usable(), t.Relations()
	done, of := 0, len(cpus)*(len(cpus)-1)/2
	for i, a := range cpus {
		for _, b := range cpus[i+1:] {
			p := topology.Pair{A: a.ID, B: b.ID, Relation: relation(a.ID, b.ID)}
			s := &Sampler{m: m, o: o, pairs: []topology.Pair{p}, samples: make([][]Sample, 1), rounds: make([]int, 1)}
			if err := s.sample(ctx, LeastSamples, 0); err != nil {
				return err
			}
			done++
			if err := each(done, of, Infer(p, s.samples[0], o.HitNS)); err != nil {
				return err
			}
		}
	}
	return nil
}
