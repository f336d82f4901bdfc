package cachelines

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"sync/atomic"
	"time"
	"unsafe"

	"cachelab/affinity"
	"cachelab/affinity/topology"
	"cachelab/affinity/topology/detect"
	"cachelab/internal/arena"
	"cachelab/internal/chase"
	"cachelab/internal/crew"
	"cachelab/internal/host"
)

// The geometry of the sweeps.
const (
	// wordBytes is what is read and written, and so the step of a sweep.
	wordBytes = 8
	// maxDistance is the largest distance swept: twice the largest line of a
	// mainstream CPU (256 bytes: s390x).
	maxDistance = 512
	// blockBytes is the size of a visited block: the second word of a pair
	// lies at most maxDistance behind the first, and must stay inside.
	blockBytes = 2 * maxDistance
	// visitedBlocks is how many blocks a chain visits. They begin blockBytes
	// apart, so their first lines meet in few sets of the first-level cache: a
	// sixteenth of it with 64-byte lines, which holds 128 lines in the largest
	// there are (128 KiB, 8 ways) and 32 in most. 192 never stay, in whatever
	// order they are replaced; yet all of them fit the second level, which is
	// private to the core and quiet. From memory the same sweep is worthless
	// here: prefetchers hide all but a tenth of a second miss, and the last
	// level's share changes while one looks.
	visitedBlocks = 192
	// lapsPerSample is how often a sample walks its chain: some 5 us, a hundred
	// times the clock's step.
	lapsPerSample = 4
	// rangesOfWriters is over how many places, each on a page of its own, the
	// two-worker sweeps go round: the home of one line must not decide (H13).
	rangesOfWriters = 8
	// writesPerSample is 10 us of private atomic adds, a hundred times the
	// skew of a start, and five times as much of shared ones.
	writesPerSample = 4000
	// countsPerSample is 2 us of private plain increments, and four times as much of shared ones.
	countsPerSample = 8000
	// leastOverlap is the share of a sample in which both workers must have
	// been at work: below it one of them was off its CPU, and the sample says
	// nothing about sharing.
	leastOverlap = 0.8
)

// Distances lists the distances of the sweeps in bytes: every word from 8 to
// 512 and not only powers of two, because times at powers of two are special
// (trap H7).
func Distances() []int {
	var d []int
	for b := wordBytes; b <= maxDistance; b += wordBytes {
		d = append(d, b)
	}
	return d
}

// LineOptions bounds a line measurement. The zero value is the default.
type LineOptions struct {
	// Budget is how long each of the two sizes takes; 0: 120 ms, which on free CPUs is
	// ninety rounds. Where the answer is not sure, it is measured anew for three times as long.
	Budget time.Duration
	// Writers are the two CPUs of the interference sweep; nil picks the
	// nearest pair that does not share a core, because siblings share their
	// first-level cache and show little.
	Writers *topology.Pair
	// Seed decides the orders; 0 takes one from the clock.
	Seed uint64
}

// LineCurves is everything that a line measurement saw, for a figure or a
// second opinion.
type LineCurves struct {
	Touch, Cross                    Curve
	WritersEven, WritersOdd, Beside Curve
}

// MeasureLine measures the two line sizes of this machine, one after the other:
// see [MeasureFetch] and [MeasureInterference].
func MeasureLine(ctx context.Context, o LineOptions) (fetch, interference LineSize, curves LineCurves, err error) {
	if fetch, curves, err = MeasureFetch(ctx, o); err != nil {
		return fetch, interference, curves, err
	}
	interference, sharing, err := MeasureInterference(ctx, o)
	curves.WritersEven, curves.WritersOdd, curves.Beside = sharing.WritersEven, sharing.WritersOdd, sharing.Beside
	return fetch, interference, curves, err
}

// MeasureFetch measures what comes into a cache together, with two methods that
// look at different things (how far a line reaches, and where its seams are),
// and infers the answer with [InferFetch]. One CPU is enough.
//
// The error is for a machine where nothing could be measured (no memory), or
// ctx's own; doubt is in the answer.
func MeasureFetch(ctx context.Context, o LineOptions) (LineSize, LineCurves, error) {
	var curves LineCurves
	size, err := untilSure(o.withDefaults(), func(o LineOptions) (_ LineSize, err error) {
		curves.Touch, curves.Cross, err = sweepFetch(ctx, o)
		return InferFetch(curves.Touch, curves.Cross), err
	})
	return size, curves, err
}

// MeasureInterference measures what must be kept apart, with two methods that
// share no kernel (two writers by distance; a counter beside a writer, by
// position), and infers the answer with [InferInterference].
//
// It needs two CPUs in the mask and a system that pins. Where these are missing
// the answer has no bytes and a Reason that begins with "not here: "; that is no
// error.
func MeasureInterference(ctx context.Context, o LineOptions) (LineSize, LineCurves, error) {
	var curves LineCurves
	o = o.withDefaults()
	places, reason := writerPlaces(o)
	if reason != "" {
		return LineSize{Candidates: []int{}, Reason: "not here: " + reason}, curves, nil
	}
	size, err := untilSure(o, func(o LineOptions) (_ LineSize, err error) {
		curves.WritersEven, curves.WritersOdd, curves.Beside, err = sweepInterference(ctx, o, places)
		return InferInterference(curves.WritersEven, curves.WritersOdd, curves.Beside), err
	})
	return size, curves, err
}

const (
	// enough confidence needs no second look.
	enough = 0.95
	// secondLook is how many times as long the second look takes: what disturbed the
	// first one may be there for a second.
	secondLook = 3
)

// untilSure measures once more where the first answer is in doubt, and
// believes the second one whatever it says: to choose between two would
// be to choose the one that pleases.
func untilSure(o LineOptions, measure func(LineOptions) (LineSize, error)) (LineSize, error) {
	size, err := measure(o)
	if err == nil && size.Confidence < enough {
		o.Budget *= secondLook
		o.Seed++
		size, err = measure(o)
	}
	if err != nil {
		return LineSize{}, err
	}
	return size, nil
}

func (o LineOptions) withDefaults() LineOptions {
	if o.Budget == 0 {
		o.Budget = 120 * time.Millisecond
	}
	if o.Seed == 0 {
		o.Seed = uint64(time.Now().UnixNano())
	}
	return o
}

// sweepFetch walks a pair chain for each distance and method, in a new random
// order each round. The chain is written anew for each sample over the same
// blocks; a first lap brings them to where they will be, the following ones are
// timed.
func sweepFetch(ctx context.Context, o LineOptions) (touch, cross Curve, err error) {
	distances := Distances()
	touch, cross = newCurve("touch", distances), newCurve("cross", distances)
	mem, err := arena.New(VisitArenaBytes, arena.Huge)
	if err != nil {
		return touch, cross, err
	}
	defer mem.Close()
	mem.Touch()
	rng := rand.New(rand.NewPCG(o.Seed, 1))
	for deadline := time.Now().Add(o.Budget); time.Now().Before(deadline); {
		if err := ctx.Err(); err != nil {
			return touch, cross, err
		}
		rows := [2][]float64{unmeasured(distances), unmeasured(distances)}
		for _, k := range rng.Perm(2 * len(distances)) {
			i, method := k/2, k%2
			chain, err := VisitChain(mem, method == 1, distances[i], rng.Uint64())
			if err != nil {
				return touch, cross, err
			}
			chase.Walk(chain.Start(), chain.Len())
			begin := host.Now()
			chase.Walk(chain.Start(), lapsPerSample*chain.Len())
			rows[method][i] = float64((host.Now() - begin).Nanoseconds()) / (lapsPerSample * visitedBlocks)
		}
		touch.Rounds, cross.Rounds = append(touch.Rounds, rows[0]), append(cross.Rounds, rows[1])
	}
	return touch, cross, nil
}

// VisitChain is the chain of the fetch sweep at one distance, for those who want to
// see the curve themselves: over cold lines of the first-level cache that the
// second level holds. The arena must have VisitArenaBytes.
func VisitChain(a *arena.Arena, cross bool, d int, seed uint64) (*chase.Chain, error) {
	first := 0 // touch: the second word lies d behind the first
	if cross {
		first = d - wordBytes // neighbours, with d at their seam
	}
	return chase.NewPairChain(a, chase.PairSpec{
		Blocks: visitedBlocks, BlockBytes: blockBytes, First: first, Second: d, Seed: seed,
	})
}

// VisitArenaBytes is the memory of a VisitChain.
const VisitArenaBytes = visitedBlocks * blockBytes

// unmeasured is a row with a NaN for every distance.
func unmeasured(distances []int) []float64 {
	row := make([]float64, len(distances))
	for i := range row {
		row[i] = math.NaN()
	}
	return row
}

// writerPlaces picks the two CPUs, or says why there are none.
func writerPlaces(o LineOptions) (places [2]int, reason string) {
	if o.Writers != nil {
		return [2]int{o.Writers.A, o.Writers.B}, ""
	}
	if can := affinity.Support(); !can.Pin {
		return places, can.Reason
	}
	topo, err := detect.Host()
	if err != nil {
		return places, err.Error()
	}
	if p, ok := topo.NearestCores(); ok {
		return [2]int{p.A, p.B}, ""
	}
	return places, "two writers need two CPUs, and this process may use one"
}

// sweepInterference lets two pinned workers share, or not, at each distance.
func sweepInterference(ctx context.Context, o LineOptions, places [2]int) (even, odd, beside Curve, err error) {
	distances := Distances()
	even, odd, beside = newCurve("writers.even", distances), newCurve("writers.odd", distances), newCurve("beside", distances)
	workers, err := crew.New(places[:]...)
	if err != nil {
		return even, odd, beside, fmt.Errorf("interference line: %w", err)
	}
	defer workers.Close()
	// A range begins on a page; words lie from its first line to maxDistance
	// behind the odd line, with room on both sides.
	const rangeBytes = 8192
	mem, err := arena.New(rangesOfWriters*rangeBytes, arena.Small)
	if err != nil {
		return even, odd, beside, err
	}
	defer mem.Close()
	var done struct {
		_    Pad
		_    Pad
		flag atomic.Bool
		_    Pad
		_    Pad
	}
	rng := rand.New(rand.NewPCG(o.Seed, 2))
	const methods = 3
	round := 0
	measure := func(order []int, rows [methods][]float64, deadline time.Time) (stopped bool) {
		workers.Run(func(w *crew.Worker) {
			if w.Index == 0 && round == 0 {
				mem.Touch()
			}
			for step, k := range order {
				i, method := k/methods, k%methods
				d := distances[i]
				base := (step+round)%rangesOfWriters*rangeBytes + rangeBytes/4
				switch method {
				case 0, 1: // the first word on an even, then on an odd 64-byte line of a 128-byte pair
					first := base + 64*method
					span := w.WriteBoth([2]unsafe.Pointer{mem.At(first), mem.At(first + d)}, writesPerSample)
					if w.Index == 0 && span.Overlap >= leastOverlap {
						rows[method][i] = float64(span.Wall.Nanoseconds()) / writesPerSample
					}
				case 2: // neighbours, with d at their seam
					took := w.CountBeside(mem.At(base+d-wordBytes), mem.At(base+d), countsPerSample, &done.flag)
					if w.Index == 0 {
						rows[method][i] = float64(took.Nanoseconds()) / countsPerSample
					}
				}
				// Looking at the clock at every step would cost another meeting.
				if step%16 == 0 && w.Decide(func() bool { return time.Now().After(deadline) }) {
					if w.Index == 0 {
						stopped = true
					}
					return
				}
			}
		})
		return stopped
	}
	for deadline := time.Now().Add(o.Budget); time.Now().Before(deadline); round++ {
		if err := ctx.Err(); err != nil {
			return even, odd, beside, err
		}
		rows := [methods][]float64{unmeasured(distances), unmeasured(distances), unmeasured(distances)}
		stopped := measure(rng.Perm(methods*len(distances)), rows, deadline)
		if stopped && round > 0 {
			break // an unfinished round is not a round, unless there is no other
		}
		even.Rounds, odd.Rounds, beside.Rounds = append(even.Rounds, rows[0]), append(odd.Rounds, rows[1]), append(beside.Rounds, rows[2])
	}
	return even, odd, beside, nil
}
