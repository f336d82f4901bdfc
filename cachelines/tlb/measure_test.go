package tlb

import (
	"context"
	"errors"
	"testing"
	"time"

	"cachelab/cachelines/instrument"
	"cachelab/cachelines/internal/ladder"
	"cachelab/internal/crew"
	"cachelab/internal/stats"
)

// hints are right for most machines and good enough for all.
var hints = instrument.Hints{LineBytes: 64, FirstBytes: 32 << 10}

func TestPageCounts(t *testing.T) {
	counts := pageCounts(mostPages)
	if counts[0] != fewestPages || counts[len(counts)-1] > mostPages {
		t.Errorf("from %d to %d", counts[0], counts[len(counts)-1])
	}
	for i, n := range counts[1:] {
		// Below 16 whole pages are farther apart.
		if last := counts[i]; n <= last || last >= 16 && float64(n) > 1.125*float64(last) {
			t.Errorf("%d follows %d", n, last)
		}
	}
}

// A page takes a page's translation: many pages cost more than few, with as
// many lines. The direction holds on any machine with base pages.
func TestMeasureClimbs(t *testing.T) {
	if crew.RaceDetector {
		t.Skip("the race detector would be measured")
	}
	c, err := Measure(context.Background(), hints, instrument.Options{Budget: 30 * time.Millisecond, Seed: 1})
	if err != nil {
		t.Skip("no memory to measure:", err)
	}
	x := c.Small.Spread.X
	if len(x) < ladder.MinPoints || len(c.Huge.Spread.X) < ladder.MinPoints || c.Small.StepBytes == 0 {
		t.Fatalf("%d and %d points", len(x), len(c.Huge.Spread.X))
	}
	last := len(x) - 1
	near, far, packed := stats.Median(c.Small.Spread.At(2)), stats.Median(c.Small.Spread.At(last)), stats.Median(c.Small.Packed.At(last))
	if !(far-packed > near/4) {
		t.Errorf("on %d pages %.2f ns a load, %.2f side by side", x[last], far, packed)
	}
}

func TestMeasureStops(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	_, err := Measure(ctx, hints, instrument.Options{Budget: 10 * time.Second})
	deadline, _ := ctx.Deadline()
	if late := time.Since(deadline); !errors.Is(err, context.DeadlineExceeded) || late > 300*time.Millisecond {
		t.Errorf("error %v, returned %v late", err, late)
	}
}
