package cachelines

import (
	"context"
	"errors"
	"testing"
	"time"

	"cachelab/internal/crew"
)

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
	claims, err := Claimed()
	if err != nil {
		t.Skip(err)
	}
	points, err := MeasureWays(context.Background(), claims, 1, CoreOptions{Seed: 1})
	if err != nil {
		t.Skip("no memory to measure:", err)
	}
	for i, p := range points {
		if p.Lines != i+1 || len(finite(p.NS)) == 0 {
			t.Fatalf("point %d: %d lines with %d samples", i, p.Lines, len(finite(p.NS)))
		}
	}
	if two, all := median(points[1].NS), median(points[mostWays-1].NS); !(all > 1.5*two) {
		t.Errorf("%d lines of one set take %.2f ns a load, two take %.2f", mostWays, all, two)
	}
}

func TestMeasureWaysStops(t *testing.T) {
	claims, err := Claimed()
	if err != nil {
		t.Skip(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := MeasureWays(ctx, claims, 1, CoreOptions{Budget: time.Minute}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want the context's", err)
	}
}
