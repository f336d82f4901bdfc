package lab

import (
	"testing"
	"time"
)

// The time that is left follows the plan, whose first pass may be far longer than the
// others, at the speed that was seen.
func TestTimeLeft(t *testing.T) {
	planned := []float64{30, 8, 8, 8, 26, 8}
	for _, c := range []struct {
		finished int
		spent    time.Duration
		want     time.Duration
	}{
		{0, 0, 88 * time.Second},
		{1, 30 * time.Second, 58 * time.Second},
		{1, 45 * time.Second, 87 * time.Second},
		{4, 54 * time.Second, 34 * time.Second},
		{6, 88 * time.Second, 0},
	} {
		if got := timeLeft(planned, c.finished, c.spent); got != c.want {
			t.Errorf("after %d passes in %v: %v, want %v", c.finished, c.spent, got, c.want)
		}
	}
}
