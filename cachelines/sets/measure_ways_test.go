package sets

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
var hints = instrument.Hints{LineBytes: 64, FirstBytes: 32 << 10}

func TestPowerOfTwo(t *testing.T) {
	check := func(n, want int) {
		t.Helper()
		if got := powerOfTwo(n); got != want {
			t.Errorf("powerOfTwo(%d) = %d, want %d", n, got, want)
		}
	}
	check(0, 1)
	check(1, 1)
	check(48<<10, 64<<10)
	check(64<<10, 64<<10)
	check(64<<10+1, 128<<10)
}

// TestMeasureWaysSeesASet: 32 lines of one set do not fit into any first-level
// cache there is (at most 12 or 16 ways), so they take longer than two. The slack
// is for a busy machine: the ratio is 3 to 4.
func TestMeasureWaysSeesASet(t *testing.T) {
	if crew.RaceDetector {
		t.Skip("the race detector would be measured")
	}
	curve, err := MeasureWays(context.Background(), hints, instrument.Options{Seed: 1})
	if err != nil {
		t.Skip("no memory to measure:", err)
	}
	for i, lines := range curve.X {
		if lines != i+1 || len(curve.At(i)) == 0 {
			t.Fatalf("point %d: %d lines with %d samples", i, lines, len(curve.At(i)))
		}
	}
	if two, all := stats.Median(curve.At(1)), stats.Median(curve.At(mostWays-1)); !(all > 1.5*two) {
		t.Errorf("%d lines of one set take %.2f ns a load, two take %.2f", mostWays, all, two)
	}
}

func TestMeasureWaysStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := MeasureWays(ctx, hints, instrument.Options{Budget: time.Minute}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want the context's", err)
	}
}
