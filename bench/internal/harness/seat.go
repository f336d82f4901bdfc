package harness

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"cachelab/internal/crew"
)

// crews keeps the crews of earlier cases: starting and pinning threads takes
// longer than a short sample.
var crews = map[string]*Seat{}

// Seat is a crew in its place, with the link between its first two workers
// where it has two.
type Seat struct {
	Crew *crew.Crew
	Link *crew.Link // nil for one worker, or two on one CPU
	own  bool       // each worker is pinned to a CPU that no other one has
}

// CrewAt returns the crew of a place, or skips the benchmark with the reason
// why there can be none.
func CrewAt(b *testing.B, p Place) *Seat {
	b.Helper()
	if procs := runtime.GOMAXPROCS(0); len(p.CPUs) > procs {
		Skipf(b, "%d workers need as many Ps, and GOMAXPROCS is %d", len(p.CPUs), procs)
	}
	key := fmt.Sprint(p.CPUs)
	if s, ok := crews[key]; ok {
		return s
	}
	workers, err := crew.New(p.CPUs...)
	if err != nil {
		Skip(b, err)
	}
	s := &Seat{Crew: workers}
	pinned := !slices.Contains(p.CPUs, crew.Anywhere)
	s.own = pinned && (len(p.CPUs) == 1 || p.CPUs[0] != p.CPUs[1])
	if s.own && len(p.CPUs) > 1 { // one CPU has no link
		if s.Link, err = crew.NewLink(workers); err != nil {
			b.Fatal(err)
		}
	}
	crews[key] = s
	b.ResetTimer() // or the first case of a crew takes its start for one long op
	return s
}

// DismissCrews ends the crews of all earlier cases.
func DismissCrews() {
	for _, s := range crews {
		if s.Link != nil {
			s.Link.Close()
		}
		s.Crew.Close()
	}
	clear(crews)
}

// LinkNow measures the link of the seat's pair, in nanoseconds: 0 where it has none, or
// where other programs let none be measured. Every worker must call it, inside a run.
func (s *Seat) LinkNow(w *crew.Worker) float64 {
	if s.Link == nil {
		return 0
	}
	return s.Link.Distance(w)
}

// ReportOffCPU marks a sample that other programs spoiled: one during which a worker was off its CPU for more than a tenth
// of the time. Of two workers the other one then had the line to itself, so that packed
// looks cheap, and the crew waited, so that padded looks dear. One worker's time contains
// the work of others, which took its caches as well.
//
// Cores of two kinds and unfair contention make workers' times differ as well, without
// anything wrong: hence not by how much they overlap.
//
// A sample of two workers that took less than leastJudged is too short: the skew of the
// start is most of it. Package testing takes one of a single operation where something
// delayed the preparation or the link. It is asked for more operations, or, where their
// number is given, the sample is marked.
func (s *Seat) ReportOffCPU(b *testing.B, span crew.Span) {
	_, timed := benchtime()
	switch {
	case s.own && span.Wall >= leastJudged && span.OffCPU > mostOffCPU:
		b.ReportMetric(span.OffCPU, "off-cpu")
		spoil()
	case s.Link != nil && span.Wall < leastJudged && timed:
		b.ResetTimer() // as if it had taken no time
	case s.Link != nil && span.Wall < leastJudged:
		b.ReportMetric(1, "too-short")
	}
}

const (
	mostOffCPU = 0.1
	// leastJudged is how long a sample must be for its CPU time to say anything: the
	// two readings of the clock take a microsecond, and belong to no sample.
	leastJudged = 100 * time.Microsecond
)

// ReportLink gives a sample its placement: the mean of the link just before and
// just after, and a mark where it changed class in between, or where one of them is not
// known.
func (s *Seat) ReportLink(b *testing.B, before, after float64) {
	if s.Link == nil {
		return
	}
	mean := (before + after) / 2
	unknown := before == 0 || after == 0
	if unknown {
		mean = before + after // of the other one
	}
	b.ReportMetric(mean, "link-ns")
	if unknown || crew.LinkChanged(before, after) {
		b.ReportMetric(1, "link-changed")
		spoil()
	}
}
