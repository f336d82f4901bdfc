package harness

import (
	"testing"
	"time"

	"cachelab/internal/crew"
)

// A sample is marked where a worker with a CPU of its own lost it for more than a tenth
// of the time, of one worker and of two.
func TestReportOffCPU(t *testing.T) {
	check := func(name string, own bool, span crew.Span, want float64) {
		t.Helper()
		s := &Seat{own: own, Link: &crew.Link{}}
		r := benchmarkOf(t, func(b *testing.B) { s.ReportOffCPU(b, span) })
		if got := r.Extra["off-cpu"]; got != want {
			t.Errorf("%s: off-cpu %v, want %v", name, got, want)
		}
		if got, want := r.Extra["too-short"] != 0, span.Wall < 100*time.Microsecond; got != want {
			t.Errorf("%s: too short %v, want %v", name, got, want)
		}
	}
	check("disturbed", true, crew.Span{Wall: time.Millisecond, OffCPU: 0.5}, 0.5)
	check("quiet", true, crew.Span{Wall: time.Millisecond, OffCPU: 0.05}, 0)
	check("interrupts and the readings of two clocks", true, crew.Span{Wall: time.Millisecond, OffCPU: 0.08}, 0)
	check("a slice of the scheduler", true, crew.Span{Wall: time.Millisecond, OffCPU: 0.125}, 0.125)
	check("too short to tell", true, crew.Span{Wall: time.Microsecond, OffCPU: 0.5}, 0)
	check("workers that share a CPU", false, crew.Span{Wall: time.Millisecond, OffCPU: 0.5}, 0)
}

// Where the preparation alone takes as long as the benchmark shall, package testing must
// go on until the work is long enough for a sample.
func TestAShortSampleIsNotTheLast(t *testing.T) {
	s := &Seat{own: true, Link: &crew.Link{}}
	var work time.Duration
	r := benchmarkFor(t, "1ms", func(b *testing.B) {
		time.Sleep(2 * time.Millisecond)
		work = time.Duration(b.N) * time.Microsecond
		s.ReportOffCPU(b, crew.Span{Wall: work})
	})
	if work < leastJudged || r.Extra["too-short"] != 0 {
		t.Errorf("the last of %d operations took %v, want %v or more; %v", r.N, work, leastJudged, r.Extra)
	}
}

// A crew that cannot be is a benchmark without a result, and the reason is told.
func TestCrewAtAPlaceThatIsNot(t *testing.T) {
	for _, p := range []Place{{"none", []int{1 << 20}}, {"many", make([]int, 1<<12)}} {
		r := benchmarkOf(t, func(b *testing.B) {
			CrewAt(b, p)
			t.Errorf("%s: a crew on a CPU that is not there", p.Name)
		})
		if r.N > 1 || len(skips) == 0 || skips[0].reason == "" {
			t.Errorf("%s: %v, skipped %v", p.Name, r, skips)
		}
	}
}
