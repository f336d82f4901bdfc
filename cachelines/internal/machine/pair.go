package machine

import (
	"sync/atomic"

	"cachelab/cachelines"
	"cachelab/internal/arena"
	"cachelab/internal/crew"
	"cachelab/internal/host"
)

const (
	// leastOverlap is the share of a step in which both workers must have been
	// at work: below it one of them was off its CPU, and the step says nothing
	// about sharing.
	leastOverlap = 0.8
	// stepsPerAsk is how many steps are taken between two questions whether to
	// stop: a question costs another meeting of the workers.
	stepsPerAsk = 16
)

// pair is a crew of two.
type pair struct {
	crew *crew.Crew
	done struct {
		// Whole pairs of lines keep the flag, which both workers poll, away from
		// what else the pair holds, also where the prefetcher fetches pairs.
		_, _ cachelines.Pad
		flag atomic.Bool
		_, _ cachelines.Pad
	}
}

func newPair(a, b int) (*pair, error) {
	c, err := crew.New(a, b)
	if err != nil {
		return nil, err
	}
	return &pair{crew: c}, nil
}

// Touch is Arena.Touch on the first worker.
func (p *pair) Touch(a *arena.Arena) {
	p.crew.Run(func(w *crew.Worker) {
		if w.Index == 0 {
			a.Touch()
		}
	})
}

// Interfere runs the steps on the crew.
func (p *pair) Interfere(steps []Step, put func(step int, ns float64), stop func() bool) (stopped bool) {
	p.crew.Run(func(w *crew.Worker) {
		for i, s := range steps {
			ns, ok := p.step(w, s)
			if w.Index == 0 && ok {
				put(i, ns)
			}
			if i%stepsPerAsk == 0 && w.Decide(stop) {
				if w.Index == 0 {
					stopped = true
				}
				return
			}
		}
	})
	return stopped
}

// step takes one worker through one step; ok is false where the workers did not
// work at the same time.
func (p *pair) step(w *crew.Worker, s Step) (ns float64, ok bool) {
	if s.Beside {
		took := w.CountBeside(s.Words[0], s.Words[1], s.N, &p.done.flag)
		return host.PerOp(took, s.N), true
	}
	return writeNS(w.WriteBoth(s.Words, s.N), s.N)
}

// writeNS is the time of one of n writes of both workers; ok is false where they did not
// work at the same time.
func writeNS(span crew.Span, n int) (ns float64, ok bool) {
	return host.PerOp(span.Wall, n), span.Overlap >= leastOverlap
}

// SampleLink probes the link.
func (p *pair) SampleLink(done func(samples int) bool) ([]LinkSample, error) {
	link, err := crew.NewLink(p.crew)
	if err != nil {
		return nil, err
	}
	defer link.Close()
	var samples []LinkSample
	p.crew.Run(func(w *crew.Worker) {
		for {
			s := link.Sample(w)
			if w.Index == 0 {
				samples = append(samples, LinkSample(s))
			}
			if w.Decide(func() bool { return done(len(samples)) }) {
				return
			}
		}
	})
	return samples, nil
}

// Close ends the crew.
func (p *pair) Close() { p.crew.Close() }
