package harness

import (
	"testing"
	"time"
)

// A spoiled sample is taken again, and its mark is gone; where all are spoiled the tries
// end, and the mark stays.
func TestASpoiledSampleIsTakenAgain(t *testing.T) {
	var runs int
	sample := func(spoiledRuns int) testing.BenchmarkResult {
		runs = 0
		return benchmarkFor(t, "1ms", unspoiled(func(b *testing.B) {
			runs++
			time.Sleep(2 * time.Millisecond)
			if runs <= spoiledRuns {
				b.ReportMetric(0.5, "off-cpu")
				spoil()
			}
		}))
	}
	check := func(spoiledRuns, wantRuns int, wantMark bool) {
		t.Helper()
		r := sample(spoiledRuns)
		if mark := r.Extra["off-cpu"] != 0; runs != wantRuns || mark != wantMark {
			t.Errorf("%d spoiled: %d runs, marked %v; want %d and %v", spoiledRuns, runs, mark, wantRuns, wantMark)
		}
	}
	defer func() { tries = retries{} }()
	tries = retries{}
	check(0, 1, false)
	check(1, 2, false)
	check(2, 3, false)
	if tries.helped != 2 || tries.wasted != 1 {
		t.Errorf("%+v, want two that helped and one in vain", tries)
	}
	check(100, 3, true)
	check(100, 3, true)
	check(100, 2, true) // six of its tries may be in vain, two more than helped and mostWasted
	check(100, 1, true)

	// A benchmark that stops the timer at its end is not asked for more operations.
	tries = retries{}
	runs = 0
	r := benchmarkFor(t, "1ms", unspoiled(func(b *testing.B) {
		time.Sleep(2 * time.Millisecond)
		if runs++; runs == 1 {
			spoil()
		}
		b.StopTimer()
	}))
	if runs != 2 || r.N != 1 {
		t.Errorf("%d runs, the last of %d operations; want 2 and 1", runs, r.N)
	}

	tries = retries{}
	runs = 0
	benchmarkFor(t, "5x", unspoiled(func(*testing.B) { runs++; spoil() }))
	if runs != 2 { // of 1 operation, and of 5
		t.Errorf("%d runs of a given number of operations, want 2", runs)
	}
}
