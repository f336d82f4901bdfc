package levels

import (
	"context"
	"errors"
	"testing"
	"time"

	"cachelab/cachelines/instrument"
	"cachelab/internal/crew"
	"cachelab/internal/stats"
)

// hints are right for most machines and good enough for all.
var hints = instrument.Hints{LineBytes: 64, FirstBytes: 32 << 10, LLCBytes: 32 << 20}

// TestMeasureStops: a context that ends is noticed within a tenth of a
// second, wherever the measurement is. The bound has slack for a busy machine.
func TestMeasureStops(t *testing.T) {
	if testing.Short() {
		t.Skip("touches two arenas")
	}
	for _, after := range []time.Duration{0, 30 * time.Millisecond, 300 * time.Millisecond} {
		ctx, cancel := context.WithTimeout(context.Background(), after)
		_, _, err := Measure(ctx, hints, instrument.Options{Budget: 10 * time.Second})
		deadline, _ := ctx.Deadline()
		late := time.Since(deadline)
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("after %v: error %v", after, err)
		}
		if late > 300*time.Millisecond {
			t.Errorf("after %v: returned %v late", after, late)
		}
	}
}

// TestMeasureClimbs: the far end of the ladder is slower than the near
// one, on any machine with a cache, and the clock is one.
func TestMeasureClimbs(t *testing.T) {
	if crew.RaceDetector {
		t.Skip("the race detector would be measured")
	}
	if testing.Short() {
		t.Skip("touches two arenas")
	}
	_, curves, err := Measure(context.Background(), hints, instrument.Options{Budget: 200 * time.Millisecond, Seed: 1})
	if err != nil {
		t.Skip("no memory to measure:", err)
	}
	for _, l := range []Ladder{curves.Huge, curves.Small, curves.InPage} {
		last := len(l.Curve.X) - 1
		for len(l.Curve.At(last)) == 0 { // the largest sets are not in every round
			last--
		}
		near, far := stats.Median(l.Curve.At(2)), stats.Median(l.Curve.At(last))
		if !(far > 3*near) {
			t.Errorf("%s, %s: %.2f ns near and %.2f ns far", l.Pages, l.Order, near, far)
		}
	}
	if hz := curves.ClockHz.Or(0); hz < 2e8 || hz > 2e10 {
		t.Errorf("clock of %.3g Hz", hz)
	}
}
