package sets

import (
	"math"
	"math/rand/v2"
	"testing"
)

// A search counts in full up to a deviation of three, of which one in 370 is beyond by
// chance, and no more however far it is off: a search that lost its way says nothing
// about the level.
func TestOneSearchCountsUpToThreeDeviations(t *testing.T) {
	const batches, p = 10000, 0.1
	deviation := math.Sqrt(batches * p * (1 - p))
	loss := func(deviations float64) float64 {
		hits := int(batches*p + deviations*deviation)
		return searchesLoss([]Search{{Own: Tally{batches, hits}}}, p, p, 0, inferBy.StrayLoss)
	}
	if a, b := loss(2.6), loss(2.9); b < a+0.5 {
		t.Errorf("%.2f at 2.6 deviations and %.2f at 2.9: want the second to weigh more", a, b)
	}
	if a, b := loss(3.1), loss(8); a != b {
		t.Errorf("%.2f at 3.1 deviations and %.2f at 8: want the same", a, b)
	}
}

// A search begins where three lines miss, each of which takes 1.6 loads longer, as on the
// machine that LeastOverflow is from. What hundreds of lines that all stay take longer than
// the few that a hit is measured by, a third over the least, is no overflow.
func TestASearchBeginsAtAClearOverflow(t *testing.T) {
	begins := func(loads float64) bool {
		e, _ := timer(nil)
		e.random = rand.New(rand.NewPCG(72, 1))
		e.lines = make([]int, fewestLines)
		walk := e.time
		e.time = func(lines []int, quick bool) float64 {
			ns := walk(lines, quick)
			if len(lines) > len(e.resident)+len(e.pads) {
				ns += loads
			}
			return ns
		}
		_, ok := e.overflowing(func() bool { return true })
		return ok
	}
	if loads := 1.33 * searchBy.LeastOverflow; begins(loads) {
		t.Errorf("a search begins where a walk takes %.1f loads longer", loads)
	}
	if loads := 3 * 1.6; !begins(loads) {
		t.Errorf("no search begins where a walk takes %.1f loads longer", loads)
	}
}
