package sets

import (
	"math"
	"testing"
)

// How often a batch has a line that falls on the set, by hand, of 64 columns and 2,048 sets.
func TestHitRates(t *testing.T) {
	const columns, sets = 64, 2048
	none := func(falls float64, lines int) float64 { return math.Pow(1-falls, float64(lines)) }
	for _, c := range []struct {
		what       string
		m          int
		own, other float64
	}{
		// Plain bits: a set's lines are all of one column, of which every 32nd falls on it.
		{"one column a set", 1, 1 - none(1.0/32, 8), 0},
		// One more column falls on the set; six of the other 63 are in a batch, 32 lines of each.
		{"two columns a set", 2, 1 - none(1.0/64, 8), 6.0 / 63 * (1 - none(1.0/64, 32))},
		// A hash of the whole address: all 192 lines of a batch may fall on it.
		{"all columns", columns, 1 - none(1.0/sets, 8), 1 - none(1.0/sets, 192)},
	} {
		own, other := hitRates(sets, c.m, columns)
		if math.Abs(own-c.own) > 1e-12 || math.Abs(other-c.other) > 1e-9 {
			t.Errorf("%s: %.6f of its own and %.6f of others, want %.6f and %.6f", c.what, own, other, c.own, c.other)
		}
	}
	// A batch has no more other columns than there are, and no line falls more often than always.
	if own, other := hitRates(1, 1, 4); own != 1 || other != 0 {
		t.Errorf("one set of plain bits: %v and %v", own, other)
	}
	if own, other := hitRates(1, 4, 4); own != 1 || math.Abs(other-1) > 1e-12 {
		t.Errorf("one set of all columns: %v and %v", own, other)
	}
}

// A share of wrong batches keeps a hit from being impossible, and no hit from being certain;
// the rate that was seen loses nothing, and no batch says nothing.
func TestTallyLoss(t *testing.T) {
	c := Tally{Batches: 100, Hits: 10}
	if got := c.loss(0.1, 0); math.Abs(got) > 1e-12 {
		t.Errorf("the rate that was seen loses %v", got)
	}
	if low, high := c.loss(0.05, 0), c.loss(0.2, 0); low <= 0 || high <= 0 {
		t.Errorf("half and twice of the rate lose %v and %v", low, high)
	}
	// -ln of (0.05/0.1)^10 (0.95/0.9)^90, by hand.
	if got, want := c.loss(0.05, 0), 10*math.Ln2-90*math.Log(0.95/0.9); math.Abs(got-want) > 1e-9 {
		t.Errorf("half of the rate loses %v, want %v", got, want)
	}
	if got := (Tally{Batches: 100, Hits: 1}).loss(0, 0.01); math.IsInf(got, 0) || got > 1 {
		t.Errorf("one wrong batch of a hundred loses %v where none is expected", got)
	}
	if got := (Tally{}).loss(0.5, 0); got != 0 {
		t.Errorf("no batches lose %v", got)
	}
}
