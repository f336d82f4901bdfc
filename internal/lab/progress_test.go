package lab

import (
	"bytes"
	"math"
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

// The time that is left is right within a fifth from the second pass on. These are the
// seconds that passes took in four runs of a quiet machine with two CPUs, and in one next to
// a program that walks through memory; the plan was that of the first run.
func TestTimeLeftOfRecordedRuns(t *testing.T) {
	planned := []float64{23.2, 7, 7, 7, 7, 7, 23.2, 7, 7, 7, 7, 7}
	for name, took := range map[string][]float64{
		"quiet 1": {25.7, 7.0, 7.7, 8.1, 8.5, 8.7, 27.7, 7.9, 8.6, 8.6, 8.6, 9.7},
		"quiet 2": {25.9, 8.5, 8.2, 8.6, 8.8, 8.7, 28.9, 8.3, 7.6, 6.9, 7.1, 7.0},
		"quiet 3": {23.7, 7.9, 8.4, 8.3, 8.6, 7.5, 27.8, 8.1, 8.7, 8.8, 9.1, 8.9},
		"quiet 4": {28.7, 10.3, 8.7, 9.2, 7.9, 7.2, 29.9, 8.3, 9.1, 8.7, 8.5, 8.4},
		"loaded":  {43.4, 13.2, 13.2, 16.8, 14.2, 13.8, 45.5, 13.3, 12.1, 12.3, 12.8, 14.1},
	} {
		var all, spent float64
		for _, s := range took {
			all += s
		}
		for i, s := range took {
			spent += s
			if i == 0 || i == len(took)-1 {
				continue
			}
			said := timeLeft(planned, i+1, time.Duration(spent*float64(time.Second))).Seconds()
			if ratio := said / (all - spent); math.Abs(math.Log(ratio)) > math.Log(1.2) {
				t.Errorf("%s, after pass %d: %.0f s left, and it took %.0f", name, i+1, said, all-spent)
			}
		}
	}
}

// A wait for other programs is not a part of what passes take.
func TestPaused(t *testing.T) {
	var out bytes.Buffer
	p := progress{w: &out, planned: []float64{10, 10}, began: time.Now().Add(-40 * time.Second)}
	p.paused(20 * time.Second)
	p.passed(1)
	if got := out.String(); got != "pass 1 of 2, 20s left\n" {
		t.Errorf("%q", got)
	}
}

// Further passes are announced at the pace of the earlier ones, and end in time.
func TestMorePassesAreAnnounced(t *testing.T) {
	var out bytes.Buffer
	p := progress{w: &out, planned: []float64{10, 10}, began: time.Now().Add(-40 * time.Second)}
	p.passed(2)
	out.Reset()
	p.beginMore([]float64{3, 3}, time.Now().Add(time.Hour))
	p.beginMore(make([]float64, 100), time.Now())
	p.beginMore([]float64{30, 30}, time.Now().Add(50*time.Second))
	p.began = time.Now().Add(-time.Minute)
	p.passed(1)
	const want = `measuring up to 2 more passes for undecided claims, about 12s
measuring up to 100 more passes for undecided claims, about 0s
measuring up to 2 more passes for undecided claims, about 50s
pass 1 of 2, 50s left
`
	if got := out.String(); got != want {
		t.Errorf("%s", got)
	}
}
