package crew

import (
	"math"
	"testing"
	"time"
)

// The first part is short, and parts of half a millisecond follow whatever an operation
// takes; all operations are done, and no small rest is left.
func TestPartsOfAWork(t *testing.T) {
	for _, perOp := range []float64{0.3, 25, 240, 10_000} { // ns
		const all = 10 * time.Millisecond
		n := int(float64(all) / perOp)
		var parts []part
		for left := n; left > 0; {
			ops := nextOps(parts, left)
			wall := time.Duration(300 + perOp*float64(ops)) // the start's skew
			parts = append(parts, part{ops, Span{Wall: wall}})
			left -= ops
		}
		sum, long := 0, 0
		for _, p := range parts {
			sum += p.ops
			if p.ops > 1 && p.span.Wall > time.Millisecond {
				long++
			}
		}
		if sum != n || long > 0 || len(parts) > 30 || perOp < 1000 && len(parts) < 15 {
			t.Errorf("%v ns an operation: %d of %d are done, in %d parts, %d of them over a millisecond", perOp, sum, n, len(parts), long)
		}
	}
	if got := nextOps(nil, 0); got != 0 {
		t.Errorf("of no operations %d come first", got)
	}
}

// A part that was disturbed does not say how long an operation takes.
func TestNextPartAfterADisturbedOne(t *testing.T) {
	clean := part{1000, Span{Wall: partTime}}
	disturbed := part{1000, Span{Wall: 8 * partTime, OffCPU: 0.9}}
	if got := nextOps([]part{clean, disturbed}, 100_000); got != 1000 {
		t.Errorf("%d operations come next, want 1000", got)
	}
}

func TestWholeSpan(t *testing.T) {
	clean := part{100, Span{Wall: 100, Overlap: 0.9, OffCPU: 0.05}}
	disturbed := part{100, Span{Wall: 1900, Overlap: 0.1, OffCPU: 0.95}}
	check := func(wall time.Duration, overlap, off float64, parts ...part) {
		t.Helper()
		got := wholeSpan(parts)
		if got.Wall != wall || math.Abs(got.Overlap-overlap) > 1e-9 || math.Abs(got.OffCPU-off) > 1e-9 {
			t.Errorf("%+v, want %v with an overlap of %v, off for %v", got, wall, overlap, off)
		}
	}
	check(200, 0.9, 0.05, clean, clean)
	check(300, 0.9, 0.05, clean, disturbed, clean) // the clean ones stand for all
	check(200, 0.9, 0.05, clean, disturbed)        // half of the operations are enough
	check(3900, 0.12051282051282051, 0.9269230769230769, clean, disturbed, disturbed)
	check(1900, 0.1, 0.95, disturbed)
	check(200, 0.9, 0.05, clean, part{100, Span{Wall: 200, Overlap: 0.9, OffCPU: 0.15}})
	check(0, 0, 0)
}

// Interrupts take a few percent of a part of half a millisecond, and such a part counts. An
// eighth of it is longer than any of them, and the partner worked alone for so long: such
// a part does not. The others stand for all where they have most of the operations.
func TestDisturbedPartsAtTheirBounds(t *testing.T) {
	clean := part{100, Span{Wall: 100}}
	check := func(what string, wall time.Duration, parts ...part) {
		t.Helper()
		if got := wholeSpan(parts); got.Wall != wall {
			t.Errorf("%s: %d ns, want %d", what, got.Wall, wall)
		}
	}
	check("an interrupt", 250, clean, part{100, Span{Wall: 150, OffCPU: 0.08}})
	check("off the CPU", 200, clean, part{100, Span{Wall: 150, OffCPU: 0.125}})
	off := part{100, Span{Wall: 300, OffCPU: 0.5}}
	check("two parts of five are clean", 1100, clean, clean, off, off, off)
	check("three parts of five are clean", 500, clean, clean, clean, off, off)
}

// All workers do all operations, and get one answer.
func TestTimeOps(t *testing.T) {
	c := newCrew(t, twoPlaces(t)...)
	for _, n := range []int{0, 1, 100, 300_000} {
		var done [2]int
		var got [2]Span
		c.Run(func(w *Worker) {
			got[w.Index] = w.TimeOps(n, func(n int) {
				w.Sum += multiplyChains(n)
				done[w.Index] += n
			})
		})
		if done != [2]int{n, n} || got[0] != got[1] || n > 0 && got[0].Wall <= 0 {
			t.Errorf("%d operations: %v are done, in %+v", n, done, got)
		}
	}
}

// A worker that loses its CPU once does not spoil the time of the operations.
func TestTimeOpsWithoutASleep(t *testing.T) {
	c := newCrew(t, twoPlaces(t)...)
	const n = 1_000_000
	best := time.Duration(math.MaxInt64) // of some tries, because others take the CPUs as well
	var whole time.Duration
	for range 5 {
		c.Run(func(w *Worker) {
			slept := false
			span := w.TimeOps(n, func(n int) {
				if w.Index == 0 && !slept && n > firstOps {
					slept = true
					time.Sleep(100 * time.Millisecond)
				}
				w.Sum += multiplyChains(n)
			})
			if w.Index == 0 {
				best, whole = min(best, span.Wall), span.Wall
			}
		})
	}
	if best > 50*time.Millisecond {
		t.Errorf("%v, the last %v, with a sleep of 100 ms", best, whole)
	}
}
