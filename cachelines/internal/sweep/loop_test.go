package sweep

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"cachelab/affinity/opt"
	"cachelab/cachelines/instrument"
	"cachelab/cachelines/internal/machine"
)

// clocked is a machine of which only the clock and the pins are known.
type clocked struct {
	machine.Machine
	now   time.Duration
	pins  bool
	at    []int
	added time.Duration
}

func (c *clocked) Now() time.Duration { return c.now }
func (c *clocked) OnCPU(cpu int, f func()) bool {
	if c.pins {
		c.at = append(c.at, cpu)
		f()
	}
	return c.pins
}
func (c *clocked) Add(n int, _ uint64) time.Duration { return c.added }

// visited runs a loop of five points whose visits take 10 ms each.
func visited(t *testing.T, set func(*Loop)) (rounds [][]int, took time.Duration) {
	t.Helper()
	m := &clocked{now: time.Hour}
	l := Loop{Machine: m, Random: rand.New(rand.NewPCG(1, 2)), Budget: 120 * time.Millisecond}
	set(&l)
	err := l.Run(t.Context(), 5, func(round, point int) error {
		for len(rounds) <= round {
			rounds = append(rounds, nil)
		}
		rounds[round] = append(rounds[round], point)
		m.now += 10 * time.Millisecond
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rounds, m.now - time.Hour
}

// A budget of twelve visits is two rounds of five and two visits of a third, each round
// over every point, in orders of their own.
func TestLoopEndsWithItsBudget(t *testing.T) {
	begun := 0
	rounds, took := visited(t, func(l *Loop) { l.Begin = func() { begun++ } })
	if took != 120*time.Millisecond || len(rounds) != 3 || len(rounds[2]) != 2 || begun != 3 {
		t.Errorf("%v in %v, %d rounds begun", rounds, took, begun)
	}
	if slices.Equal(rounds[0], rounds[1]) {
		t.Errorf("two rounds in one order, %v", rounds[0])
	}
	for _, r := range rounds[:2] {
		if slices.Sort(r); !slices.Equal(r, []int{0, 1, 2, 3, 4}) {
			t.Errorf("a round over %v", r)
		}
	}
}

// Whole rounds end later, the first round is whole whatever the budget, and an extension
// is asked for once.
func TestLoopRounds(t *testing.T) {
	rounds, took := visited(t, func(l *Loop) { l.WholeRounds = true })
	if took != 150*time.Millisecond || len(rounds) != 3 || len(rounds[2]) != 5 {
		t.Errorf("whole rounds: %v in %v", rounds, took)
	}
	rounds, _ = visited(t, func(l *Loop) { l.Budget = time.Millisecond })
	if len(rounds) != 1 || len(rounds[0]) != 5 {
		t.Errorf("a budget of nothing: %v, want one whole round", rounds)
	}
	asked := 0
	_, took = visited(t, func(l *Loop) { l.Extend = func() time.Duration { asked++; return 300 * time.Millisecond } })
	if asked != 1 || took != 300*time.Millisecond {
		t.Errorf("extended to 300 ms: asked %d times, took %v", asked, took)
	}
	_, took = visited(t, func(l *Loop) { l.Extend = func() time.Duration { return 0 } })
	if took != 120*time.Millisecond {
		t.Errorf("not extended: took %v", took)
	}
}

func TestLoopStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	l := Loop{Machine: &clocked{}, Random: rand.New(rand.NewPCG(1, 2)), Budget: time.Hour}
	visits := 0
	err := l.Run(ctx, 5, func(int, int) error {
		if visits++; visits == 7 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || visits != 7 {
		t.Errorf("%d visits, %v", visits, err)
	}
	broken := errors.New("no memory")
	if err := l.Run(t.Context(), 5, func(int, int) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("error %v, want that of the visit", err)
	}
}

// Two purposes have two streams, one purpose has one.
func TestRandomStreams(t *testing.T) {
	a, again, b, other := Random(1, "a").Uint64(), Random(1, "a").Uint64(), Random(1, "b").Uint64(), Random(2, "a").Uint64()
	if a != again || a == b || a == other {
		t.Errorf("streams begin with %d, %d, %d and %d", a, again, b, other)
	}
}

// 40,000 additions of one cycle each in 10 µs are 4 GHz; the median counts.
func TestClock(t *testing.T) {
	m := &clocked{}
	var c Clock
	for _, took := range []time.Duration{10, 20, 10, 9, 90} {
		m.added = took * time.Microsecond
		c.Sample(m, 1)
	}
	if got := c.Hz().Or(0); math.Abs(got/4e9-1) > 1e-9 {
		t.Errorf("%v Hz, want 4e9", got)
	}
}

// The wanted CPU, or else the only candidate; where threads cannot be pinned the work is
// done all the same and the CPU is unknown.
func TestOnCPU(t *testing.T) {
	ran := 0
	m := &clocked{pins: true}
	if got := OnCPU(m, instrument.Hints{CPUs: []int{4, 5}}, opt.Some(7), func() { ran++ }); got != opt.Some(7) || !slices.Equal(m.at, []int{7}) {
		t.Errorf("wanted 7: on %v, pinned to %v", got, m.at)
	}
	m.at = nil
	if got := OnCPU(m, instrument.Hints{CPUs: []int{4}}, opt.Value[int]{}, func() { ran++ }); got != opt.Some(4) || !slices.Equal(m.at, []int{4}) {
		t.Errorf("one candidate: on %v, pinned to %v", got, m.at)
	}
	if got := OnCPU(m, instrument.Hints{}, opt.Value[int]{}, func() { ran++ }); !got.IsZero() {
		t.Errorf("no candidate: on %v", got)
	}
	m.pins = false
	if got := OnCPU(m, instrument.Hints{}, opt.Some(7), func() { ran++ }); !got.IsZero() {
		t.Errorf("no pinning: on %v", got)
	}
	if ran != 4 {
		t.Errorf("the work was done %d times, want 4", ran)
	}
}
