package levels

import (
	"math"
	"testing"

	"cachelab/cachelines/instrument"
)

// A level has the latency of a typical visit, and its cycles are of the clock in the
// same round; its size is still inferred by the fastest visits.
func TestReportTypical(t *testing.T) {
	var l Ladder
	l.Curve.X, l.Visits.X = []int{1 << 10, 8 << 10, 30 << 10, 64 << 10}, []int{1 << 10, 8 << 10, 30 << 10, 64 << 10}
	hz := []float64{4e9, 2e9, 4e9, 2e9} // a load takes four cycles in each round, 1 or 2 ns
	for round, clock := range hz {
		for point := range l.Curve.X {
			ns := 4e9 / clock
			for _, slower := range []float64{1, 0.95, 1.05} {
				l.put(round, point, ns*slower)
			}
		}
	}
	if n := len(l.Visits.At(0)); n != 12 || len(l.Curve.At(0)) != 4 {
		t.Fatalf("%d visits and %d rounds, want 12 and 4", n, len(l.Curve.At(0)))
	}
	levels := []Level{{SizeBytes: 32 << 10, SizeHi: 33 << 10, LatencyNS: 1.5 * 0.95}, {SizeBytes: 1 << 20, SizeHi: 1 << 20, LatencyNS: 9}}
	l.reportTypical(levels, hz)
	if got := levels[0].Cycles.Or(0); math.Abs(got-4) > 0.06 {
		t.Errorf("%v cycles, want 4: times and clocks belong together", got)
	}
	// Rounds of 1 and 2 ns: the medians of the fastest and of all are some 5% apart.
	if got := levels[0].LatencyNS / (1.5 * 0.95); got < 1.02 || got > 1.08 {
		t.Errorf("the typical visit is %v times the fastest, want about 1.05", got)
	}
	// One visit of 24 takes 8 ns instead of 2: the mean, 1.5, contains it.
	l.Visits.Rounds[smallVisits][0] = 8
	l.reportTypical(levels, hz)
	if got := levels[0].MeanNS.Or(0) / levels[0].LatencyNS; math.Abs(got-1.75/1.475) > 0.001 {
		t.Errorf("the mean is %v times the median, want 1.75/1.475", got)
	}
	before := []Level{{SizeBytes: 32 << 10, SizeHi: 33 << 10, LatencyNS: 1}}
	Ladder{Curve: instrument.Curve{X: []int{1 << 20}}}.reportTypical(before, nil)
	if before[0].LatencyNS != 1 || !before[0].Cycles.IsZero() {
		t.Errorf("without samples: %+v", before[0])
	}
}
