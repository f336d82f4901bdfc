package line

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"unsafe"

	"cachelab/cachelines/instrument"
	"cachelab/cachelines/internal/machine"
	"cachelab/cachelines/internal/sweep"
	"cachelab/internal/arena"
)

const (
	// rangesOfWriters is over how many places, each on a page of its own, the
	// two-worker sweeps go round: the home of one line must not decide.
	rangesOfWriters = 8
	// rangeBytes is such a place: it begins on a page; words are from a quarter of it
	// to maxDistance after the odd line, with room on both sides.
	rangeBytes = 8192
	// writesPerSample is 10 µs of private atomic adds, a hundred times the skew of a
	// start, and five times as much of shared ones.
	writesPerSample = 4000
	// countsPerSample is 2 µs of private plain increments, and four times as much of
	// shared ones.
	countsPerSample = 8000
	// unitBytes is the line size of which both phases of a pair are measured.
	unitBytes = 64
)

// InterferenceCurves is what an interference measurement saw. X is the distance
// between two writers' words in bytes, the first of which is on an even (Even) or odd
// (Odd) 64-byte line of a 128-byte pair; for Beside, whose words are neighbours, it is
// the offset of the second word in its block.
type InterferenceCurves struct{ Even, Odd, Beside instrument.Curve }

// MeasureInterference measures what must be kept apart, with two methods that share
// no kernel (two writers by distance; a counter next to a writer, by position), and
// infers the answer with [InferInterference].
//
// It needs a system that pins threads and the two CPUs of o.Writers. Where threads
// cannot be pinned the answer has no bytes, and Skipped says why; that is no error.
func MeasureInterference(ctx context.Context, o Options) (Size, InterferenceCurves, error) {
	return measureInterference(ctx, machine.Host{}, o)
}

func measureInterference(ctx context.Context, m machine.Machine, o Options) (Size, InterferenceCurves, error) {
	var curves InterferenceCurves
	size, err := untilSure(o.withDefaults(), func(o Options) (_ Size, err error) {
		curves, err = sweepInterference(ctx, m, o)
		return InferInterference(curves), err
	})
	if errors.Is(err, machine.ErrUnpinned) {
		return Size{Candidates: []int{}, Skipped: err.Error()}, curves, nil
	}
	return size, curves, err
}

// sweepInterference lets two pinned workers share, or not, at each distance.
func sweepInterference(ctx context.Context, m machine.Machine, o Options) (InterferenceCurves, error) {
	distances := Distances()
	curves := InterferenceCurves{Even: instrument.Curve{X: distances}, Odd: instrument.Curve{X: distances}, Beside: instrument.Curve{X: distances}}
	pair, err := m.Pair(o.Writers[0], o.Writers[1])
	if err != nil {
		return curves, fmt.Errorf("interference line: %w", err)
	}
	defer pair.Close()
	memory, err := arena.New(rangesOfWriters*rangeBytes, arena.Small)
	if err != nil {
		return curves, err
	}
	defer memory.Close()
	pair.Touch(memory)
	random := sweep.Random(o.Seed, "interference line")
	begin := m.Now()
	late := func() bool { return m.Now()-begin >= o.Budget }
	for round := 0; !late(); round++ {
		if err := ctx.Err(); err != nil {
			return curves, err
		}
		steps, places := planRound(memory, distances, round, random)
		taken := curves // an unfinished round is thrown away with its copy of the rows
		stopped := pair.Interfere(steps, func(step int, ns float64) {
			p := places[step]
			taken.curve(p.method).Put(round, p.distance, ns)
		}, late)
		if stopped && round > 0 {
			break // an unfinished round is not a round, unless there is no other
		}
		curves = taken
	}
	return curves, nil
}

// place is what a step of a round measures: a method at a distance's index.
type place struct{ method, distance int }

// planRound is every method at every distance, in random order.
func planRound(memory *arena.Arena, distances []int, round int, random *rand.Rand) ([]machine.Step, []place) {
	const methods = 3
	var steps []machine.Step
	var places []place
	for at, k := range random.Perm(methods * len(distances)) {
		p := place{method: k % methods, distance: k / methods}
		d := distances[p.distance]
		base := (at+round)%rangesOfWriters*rangeBytes + rangeBytes/4
		s := machine.Step{N: writesPerSample}
		if p.method == 2 { // neighbours, with d at their seam
			s = machine.Step{N: countsPerSample, Beside: true, Words: [2]unsafe.Pointer{memory.At(base + d - WordBytes), memory.At(base + d)}}
		} else { // the first word on an even, then on an odd line of a pair
			first := base + unitBytes*p.method
			s.Words = [2]unsafe.Pointer{memory.At(first), memory.At(first + d)}
		}
		steps, places = append(steps, s), append(places, p)
	}
	return steps, places
}

// curve is that of a method.
func (c *InterferenceCurves) curve(method int) *instrument.Curve {
	return []*instrument.Curve{&c.Even, &c.Odd, &c.Beside}[method]
}
