package chase

import (
	"fmt"
	"math"
	"math/rand/v2"
	"unsafe"

	"cachelab/internal/arena"
	"cachelab/internal/stream"
)

// Segment is one way round a working set of which a part is to be timed: a chain
// over that part, and the rest, which is only touched. A walk of a whole cycle
// over a large set takes a tenth of a second and more; but what a load costs
// is decided by what was touched since its line was touched last, not by how long
// the touching waited. So the rest may go by in independent loads, ten at a
// time, between two visits of the part.
type Segment struct {
	Chain *Chain

	base   unsafe.Pointer // of the set
	stride int            // bytes from line to line
	lines  int            // of a unit
	units  int            // of the set
	unit   int            // bytes
	first  int            // unit of the part's beginning
	step   int            // from unit to unit
	part   int            // units of the part
}

// SegmentSpec says what a segment goes round.
type SegmentSpec struct {
	OffsetBytes int // of the set in the arena, a multiple of a pointer's size
	SetBytes    int
	StrideBytes int // from node to node, one line is the usual choice
	BlockBytes  int // 0: random over all; else random inside a block, blocks in any order
	Nodes       int // of the timed part, rounded up to whole blocks; the whole set where it has no more
	Seed        uint64
}

// SegmentWriter writes segments into an arena, one in place of the other, and keeps the
// memory that it needs for that.
type SegmentWriter struct {
	arena *arena.Arena
	order []int32
}

// NewSegmentWriter returns a writer of segments into the arena.
func NewSegmentWriter(a *arena.Arena) *SegmentWriter { return &SegmentWriter{arena: a} }

// Write writes the chain of a lap. It fails where the set does not lie in the
// arena or holds no node.
//
// The units (lines, or blocks of lines) are gone through in steps of the golden section of
// their number or nearly that, from a random one on: no two neighbours follow each other,
// every beginning of the order is spread evenly over the set, and it needs no
// table, which would be in the way in the cache. The timed part is the
// beginning of the order, in random order.
func (l *SegmentWriter) Write(s SegmentSpec) (*Segment, error) {
	unit := max(s.BlockBytes, s.StrideBytes)
	switch {
	case s.StrideBytes < wordBytes || s.StrideBytes%wordBytes != 0:
		return nil, fmt.Errorf("chase: lap stride %d: want a multiple of %d bytes", s.StrideBytes, wordBytes)
	case unit%s.StrideBytes != 0:
		return nil, fmt.Errorf("chase: lap block %d is no multiple of the stride %d", s.BlockBytes, s.StrideBytes)
	case s.SetBytes < unit || s.OffsetBytes < 0 || s.OffsetBytes%wordBytes != 0 || s.OffsetBytes+s.SetBytes > l.arena.Size():
		return nil, fmt.Errorf("chase: lap over bytes %d to %d in blocks of %d, in an arena of %d", s.OffsetBytes, s.OffsetBytes+s.SetBytes, unit, l.arena.Size())
	case s.Nodes < 1:
		return nil, fmt.Errorf("chase: lap that times %d nodes", s.Nodes)
	}
	rng := random(s.Seed)
	lap := &Segment{base: l.arena.At(s.OffsetBytes), stride: s.StrideBytes, unit: unit, lines: unit / s.StrideBytes, units: s.SetBytes / unit}
	lap.part = min((s.Nodes+lap.lines-1)/lap.lines, lap.units)
	lap.first = rng.IntN(lap.units)
	lap.step = goldenStep(lap.units, rng.Float64())
	l.order = l.order[:0]
	for i, at := 0, lap.first; i < lap.part; i++ {
		for line := range lap.lines {
			l.order = append(l.order, int32(at*lap.lines+line))
		}
		if at += lap.step; at >= lap.units {
			at -= lap.units
		}
	}
	l.shuffle(rng, lap.lines)
	lap.Chain = cycle(len(l.order), func(i int) unsafe.Pointer { return lap.line(l.order[i]) })
	return lap, nil
}

func (l *Segment) line(i int32) unsafe.Pointer { return unsafe.Add(l.base, int(i)*l.stride) }

// shuffle puts the part into random order: lines over all, or blocks and then
// the lines of each.
func (l *SegmentWriter) shuffle(rng *rand.Rand, lines int) {
	swap := func(part []int32) { rng.Shuffle(len(part), func(i, j int) { part[i], part[j] = part[j], part[i] }) }
	if lines == 1 {
		swap(l.order)
		return
	}
	// Whole blocks stay in golden order, which no prefetcher knows either.
	for from := 0; from < len(l.order); from += lines {
		swap(l.order[from : from+lines])
	}
}

// goldenStep is a number near n's golden section that has no common divisor with
// n, so that steps of it visit all of 0..n-1. Where exactly, vary from 0 to 1
// decides, within a fiftieth: one step for ever would visit the sets of a cache in
// one order for ever, and for some n that is a special one.
func goldenStep(n int, vary float64) int {
	golden := (math.Sqrt(5) - 1) / 2 * (1 + (vary-0.5)/50)
	step := max(1, int(float64(n)*golden))
	for ; step > 1; step-- {
		a, b := n, step
		for b != 0 {
			a, b = b, a%b
		}
		if a == 1 {
			return step
		}
	}
	return 1
}

// Whole reports whether the timed part is all of the set.
func (l *Segment) CoversSet() bool { return l.part == l.units }

// Rest is the number of lines that are touched only.
func (l *Segment) UntimedLines() int { return (l.units - l.part) * l.lines }

// TouchUntimed reads a word of count lines (rounded up to whole units) of the
// rest, from line number from of it on, each read waiting for none. Only
// multiples of a block's lines are good for from. It returns the sum, which
// keeps the reads alive.
func (l *Segment) TouchUntimed(from, count int) uint64 {
	skip := (l.part + from/l.lines) % l.units
	at := int((int64(l.first) + int64(skip)*int64(l.step)) % int64(l.units))
	units := (count + l.lines - 1) / l.lines
	return touchUnits(l.base, at, l.step, l.units, units, l.unit, l.lines, l.stride)
}

// touchUnits reads a word of each line of n units, from unit at of units on by
// step. The inner loop must have no load that waits for another one.
//
//go:noinline
func touchUnits(base unsafe.Pointer, at, step, units, n, unitBytes, lines, stride int) uint64 {
	var sum uint64
	if lines == 1 {
		for ; n > 0; n-- {
			sum += *(*uint64)(unsafe.Add(base, at*unitBytes))
			if at += step; at >= units {
				at -= units
			}
		}
		return sum
	}
	for ; n > 0; n-- {
		sum += stream.Sum(unsafe.Add(base, at*unitBytes), lines, stride)
		if at += step; at >= units {
			at -= units
		}
	}
	return sum
}
