// Package sweep is what the measuring halves of the instruments share: the loop
// of rounds over the points of a curve, the random orders, the clock of the core
// and the choice of a quiet CPU.
package sweep

import (
	"context"
	"hash/fnv"
	"math/rand/v2"
	"time"

	"cachelab/cachelines/internal/machine"
)

// Loop goes over the points of a sweep in rounds until its budget is spent. Every
// round visits every point once, in a random order of its own, so that drift is
// common to a round and no point is always measured after the same other.
type Loop struct {
	Machine machine.Machine
	Random  *rand.Rand
	Budget  time.Duration

	// WholeRounds lets a round finish after the budget is spent. It is for short
	// rounds. Else what is left of a round has no samples, but for the first round,
	// without which there would be no curve.
	WholeRounds bool
	// Begin is called before each round; nil: nothing to do.
	Begin func()
	// Extend is asked once, when the budget is spent, for how long the rounds may
	// take in all; nil: not longer.
	Extend func() time.Duration
}

// Run visits n points a round. The error is that of visit, or ctx's.
func (l Loop) Run(ctx context.Context, n int, visit func(round, point int) error) error {
	began := l.Machine.Now()
	deadline := began + l.Budget
	late := func() bool { return l.Machine.Now() >= deadline }
	for round := 0; ; round++ {
		if round > 0 && late() {
			if l.Extend == nil {
				return nil
			}
			deadline = max(deadline, began+l.Extend())
			if l.Extend = nil; late() {
				return nil
			}
		}
		if l.Begin != nil {
			l.Begin()
		}
		for _, point := range l.Random.Perm(n) {
			if err := ctx.Err(); err != nil {
				return err
			}
			if round > 0 && !l.WholeRounds && late() {
				break
			}
			if err := visit(round, point); err != nil {
				return err
			}
		}
	}
}

// Random is a stream of random numbers for one purpose of one measurement. Two
// purposes must not share a stream: their orders would be alike.
func Random(seed uint64, purpose string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(purpose)) // a hash never fails
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

// SparePart is the part of the memory to spare that one arena may take.
const SparePart = 8
