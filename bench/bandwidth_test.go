package bench

import (
	"fmt"
	"maps"
	"testing"
	"time"
	"unsafe"

	"cachelab/affinity/topology"
	"cachelab/bench/claims"
	"cachelab/bench/internal/harness"
	"cachelab/internal/arena"
	"cachelab/internal/crew"
	"cachelab/internal/stream"
)

// Lesson: bandwidth. Every worker streams through memory of its own, a word a
// line, in order. One op is one line of one worker, so ns/op stays the same
// where n workers get n times the bandwidth of one, and B/s is what all of them
// moved together.
//
//	op   read, write, copy (from one half of the set to the other; a copied
//	     line counts once, though it is read and written)
//	set  what the workers of one last-level cache go over together; so each
//	     has a part of it
//
// A line that is written is read first and written back later: the bus carries
// it twice, B/s counts it once.

var bandwidthOps = []string{"read", "write", "copy"}

func bandwidthCases(m *harness.Machine) []harness.Case {
	var cases []harness.Case
	for _, n := range bandwidthWorkers(m) {
		for _, p := range m.Places(n) {
			part := m.Beyond() / leastSharing(m, p)
			for _, op := range bandwidthOps {
				cases = append(cases, harness.Case{
					Name:  harness.Name("op", op, "set", claims.SizeName(m.Beyond()), "place", p.Name, "workers", n),
					Extra: time.Duration(n*part/m.LineBytes) * 15 * time.Nanosecond, // touched by each worker at once, where it is not at hand
					Run:   func(b *testing.B) { runBandwidth(b, m, op, p, part) },
				})
			}
		}
	}
	return cases
}

// bandwidthWorkers are the ends of the curve and its beginning: one, two, all.
func bandwidthWorkers(m *harness.Machine) []int {
	counts := []int{1}
	if len(m.CPUs) > 1 {
		counts = append(counts, 2)
	}
	if len(m.CPUs) > 2 {
		counts = append(counts, len(m.CPUs))
	}
	return counts
}

// leastSharing is the least number of a place's workers that are over one
// last-level cache, as reported, or on one core: a set divided among so many does not
// fit into any cache by the division. Where nothing is reported, each is taken to be
// alone. It looks at each cache and each core once, as a machine may have thousands.
func leastSharing(m *harness.Machine, p harness.Place) int {
	workers := map[int]int{} // of each CPU
	for _, id := range p.CPUs {
		workers[id]++
	}
	most := maps.Clone(workers) // of one cache or core that the CPU is under
	group := func(ids []int) {
		n := 0
		for _, id := range ids {
			n += workers[id]
		}
		for _, id := range ids {
			if workers[id] > 0 {
				most[id] = max(most[id], n)
			}
		}
	}
	cores := map[int][]int{}
	for _, c := range m.Topology.CPUs {
		if core, ok := c.Core.Get(); ok && workers[c.ID] > 0 {
			cores[core] = append(cores[core], c.ID)
		}
	}
	for _, ids := range cores {
		group(ids)
	}
	for _, c := range m.Topology.Caches {
		if c.Type != topology.Instruction {
			group(c.CPUs)
		}
	}
	least := len(p.CPUs)
	for _, id := range p.CPUs {
		least = min(least, most[id])
	}
	return max(least, 1)
}

func BenchmarkBandwidth(b *testing.B) { runLesson(b, "Bandwidth") }

// lastStreams is kept for the next round, and for the next case of the same crew.
var lastStreams struct {
	key    string
	each   []*arena.Arena
	filled string // full name of the case that its marks are fresh for
}

// streamsFor gives each worker of a crew an arena of bytes that it touched itself.
func streamsFor(b *testing.B, s *harness.Seat, p harness.Place, bytes int) []*arena.Arena {
	b.Helper()
	key := fmt.Sprint(p.CPUs, bytes)
	if lastStreams.key == key {
		return lastStreams.each
	}
	dropStreams()
	each := make([]*arena.Arena, len(p.CPUs))
	failed := make([]error, len(p.CPUs))
	s.Crew.Run(func(w *crew.Worker) {
		a, err := arena.New(bytes, arena.Huge)
		if err == nil {
			a.Touch()
		}
		each[w.Index], failed[w.Index] = a, err
	})
	lastStreams.key, lastStreams.each, lastStreams.filled = key, each, ""
	for _, err := range failed {
		if err != nil {
			dropStreams()
			harness.Skip(b, err)
		}
	}
	return each
}

func init() { harness.OnExit(dropStreams) }

func dropStreams() {
	for _, a := range lastStreams.each {
		a.Close()
	}
	lastStreams.key, lastStreams.each = "", nil
}

// mark is the word that a stream is filled with, of which the sum can be told.
const mark = 3

func runBandwidth(b *testing.B, m *harness.Machine, op string, p harness.Place, bytes int) {
	s := harness.CrewAt(b, p)
	arenas := streamsFor(b, s, p, bytes)
	line := m.LineBytes
	if lastStreams.filled != b.Name() {
		// What the last case left is not what this one is checked by.
		s.Crew.Run(func(w *crew.Worker) { stream.Fill(arenas[w.Index].At(0), bytes/line, line, mark) })
		lastStreams.filled = b.Name()
	}
	sums := make([]uint64, 16*len(arenas)) // a worker's sum on lines of its own
	var span crew.Span
	var before, after float64
	b.ResetTimer()
	s.Crew.Run(func(w *crew.Worker) {
		from := arenas[w.Index].At(0)
		lines := bytes / line
		if op == "copy" {
			lines /= 2
		}
		to := unsafe.Add(from, lines*line)
		link := s.LinkNow(w)
		took := w.Time(func() {
			var sum uint64
			for n := b.N; n > 0; n -= lines {
				switch count := min(n, lines); op {
				case "read":
					sum += stream.Sum(from, count, line)
				case "write":
					stream.Fill(from, count, line, uint64(b.N))
				case "copy":
					stream.Copy(to, from, count, line)
				}
			}
			sums[16*w.Index] = sum
		})
		linkAfter := s.LinkNow(w)
		last := (min(b.N, lines) - 1) * line
		switch op {
		case "write":
			sums[16*w.Index] = *(*uint64)(unsafe.Add(from, last))
		case "copy":
			sums[16*w.Index] = *(*uint64)(unsafe.Add(to, last))
		}
		if w.Index == 0 {
			before, span, after = link, took, linkAfter
		}
	})
	b.StopTimer()
	want := map[string]uint64{"read": uint64(mark * b.N), "write": uint64(b.N), "copy": mark}[op]
	for i := range arenas {
		if sums[16*i] != want {
			b.Fatalf("worker %d: %s of %d lines gave %d, want %d", i, op, b.N, sums[16*i], want)
		}
	}
	harness.ReportOps(b, span.Wall, b.N)
	harness.ReportMetric(b, float64(len(arenas)*b.N*line)/span.Wall.Seconds(), "B/s")
	s.ReportLink(b, before, after)
	s.ReportOffCPU(b, span)
}
