// Package line measures the two line sizes of a machine, which need not be equal:
// the fetch line, what comes into a cache together, and the interference line, what
// two writers must be kept apart by. Apple's hardware team gives 64 and 128 bytes for
// them.
//
// Each is measured by two methods that look at different things, at every distance
// from 8 to 512 bytes and not only at powers of two: times at powers of two are
// special (128 was as fast as 64 on Ice Lake, 96 and 127 were not).
package line

import (
	"context"
	"time"

	"cachelab/cachelines/instrument"
	"cachelab/cachelines/internal/machine"
	"cachelab/cachelines/internal/sweep"
	"cachelab/internal/arena"
	"cachelab/internal/chase"
	"cachelab/internal/host"
)

// The geometry of the sweeps.
const (
	// WordBytes is what is read and written, and so the step of a sweep.
	WordBytes = 8
	// maxDistance is the largest distance swept: twice the largest line of a
	// mainstream CPU (256 bytes: s390x).
	maxDistance = 512
	// BlockBytes is the size of a visited block: the second word of a pair is at
	// most maxDistance after the first, and must stay inside.
	BlockBytes = 2 * maxDistance
	// VisitedBlocks is how many blocks a chain visits. They begin BlockBytes apart,
	// so their first lines meet in few sets of the first-level cache: a sixteenth of
	// it with 64-byte lines, which holds 128 lines in the largest there are (128 KiB,
	// 8 ways) and 32 in most. 192 never stay, in whatever order they are replaced; yet
	// all of them fit the second level, which is private to the core and quiet. From
	// memory the same sweep is worthless on a guest: prefetchers hide all but a tenth
	// of a second miss, and the last level's share changes while one looks.
	VisitedBlocks = 192
	// walksPerSample is how often a sample walks its chain: some 5 µs, a hundred
	// times the clock's step.
	walksPerSample = 4
	// DefaultBudget is that of each of the two sizes: on free CPUs it is ninety
	// rounds.
	DefaultBudget = 120 * time.Millisecond
	// stopEarly is the confidence that needs no second measurement.
	stopEarly = 0.95
	// SecondLook is how many times as long the second measurement takes: what
	// disturbed the first one may be there for a second.
	SecondLook = 3
)

// Distances lists the distances of the sweeps in bytes: every word from 8 to 512.
func Distances() []int {
	var d []int
	for b := WordBytes; b <= maxDistance; b += WordBytes {
		d = append(d, b)
	}
	return d
}

// Options bounds a measurement. The zero value is the default.
type Options struct {
	// Budget is how long it takes; 0: 120 ms. Where the answer is not sure, it is
	// measured anew for three times as long.
	Budget time.Duration
	// Writers are the two CPUs of the interference sweep. They should not share a
	// core: siblings share their first-level cache and show little interference.
	Writers [2]int
	// Seed decides the orders; 0 takes one from the clock.
	Seed uint64
}

func (o Options) withDefaults() Options {
	with := instrument.Options{Budget: o.Budget, Seed: o.Seed}.WithBudget(DefaultBudget)
	o.Budget, o.Seed = with.Budget, with.Seed
	return o
}

// FetchCurves is what a fetch measurement saw. X is the distance between two words
// in bytes for Touch; for Cross, whose words are neighbours, it is the offset of the
// second word in its block, that is where a seam between two lines would have to be.
type FetchCurves struct{ Touch, Cross instrument.Curve }

// MeasureFetch measures what comes into a cache together, with two methods (how far
// a line reaches, and where its seams are), and infers the answer with [InferFetch].
// One CPU is enough.
//
// The error is for a machine where nothing could be measured (no memory), or ctx's
// own; doubt is in the answer.
func MeasureFetch(ctx context.Context, o Options) (Size, FetchCurves, error) {
	return measureFetch(ctx, machine.Host{}, o)
}

func measureFetch(ctx context.Context, m machine.Machine, o Options) (Size, FetchCurves, error) {
	var curves FetchCurves
	size, err := untilSure(o.withDefaults(), func(o Options) (_ Size, err error) {
		curves, err = sweepFetch(ctx, m, o)
		return InferFetch(curves), err
	})
	return size, curves, err
}

// untilSure measures once more where the first answer is in doubt, and believes the
// second one whatever it says: to choose between two would be to choose the one that
// pleases.
func untilSure(o Options, measure func(Options) (Size, error)) (Size, error) {
	size, err := measure(o)
	if err == nil && size.Confidence < stopEarly {
		o.Budget *= SecondLook
		o.Seed++
		size, err = measure(o)
	}
	if err != nil {
		return Size{}, err
	}
	return size, nil
}

// sweepFetch walks a pair chain for each distance and method. The chain is written
// anew for each sample over the same blocks; a first walk brings them to where they
// will be, the following ones are timed.
func sweepFetch(ctx context.Context, m machine.Machine, o Options) (FetchCurves, error) {
	distances := Distances()
	curves := FetchCurves{Touch: instrument.Curve{X: distances}, Cross: instrument.Curve{X: distances}}
	memory, err := arena.New(VisitedBlocks*BlockBytes, arena.Huge)
	if err != nil {
		return curves, err
	}
	defer memory.Close()
	memory.Touch()
	random := sweep.Random(o.Seed, "fetch line")
	loop := sweep.Loop{Machine: m, Random: random, Budget: o.Budget, WholeRounds: true}
	err = loop.Run(ctx, 2*len(distances), func(round, k int) error {
		i, d := k/2, distances[k/2]
		curve, first := &curves.Touch, 0 // the second word is d after the first
		if k%2 == 1 {
			curve, first = &curves.Cross, d-WordBytes // neighbours, with d at their seam
		}
		chain, err := chase.NewPairChain(memory, chase.PairSpec{Blocks: VisitedBlocks, BlockBytes: BlockBytes, First: first, Second: d, Seed: random.Uint64()})
		if err != nil {
			return err
		}
		m.Walk(chain.Start(), chain.Len())
		_, took := m.Walk(chain.Start(), walksPerSample*chain.Len())
		curve.Put(round, i, host.PerOp(took, walksPerSample*VisitedBlocks))
		return nil
	})
	return curves, err
}
