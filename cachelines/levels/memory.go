package levels

import (
	"context"

	"cachelab/affinity/opt"
	"cachelab/internal/chase"
	"cachelab/internal/host"
)

// MemoryLatency is what a load takes that no cache holds: dependent loads of lines in
// random order over the whole of a set of four times the last level, or what memory
// there is, on one kind of page. The last level may hold up to a quarter of such a set
// in general; of the lines that are timed here it holds none, because all others were
// touched since.
type MemoryLatency struct {
	Pages     string         // asked for: huge or small
	PageBytes opt.Value[int] // got
	SetBytes  int
	NS        []float64 // samples, ns a load
}

// farSet is a set whose memory latency is to be measured.
type farSet struct {
	writer *chase.SegmentWriter
	MemoryLatency
}

// memorySamples is how many samples a memory latency has: enough for an interval that
// loses an outlier at each end. They cost one walk over the set together, and 0.2 ms
// each.
const memorySamples = 12

// measureMemory measures the latency of memory on each kind of page. It is measured for
// itself, because the ladder comes to its largest sets once or twice, and often does
// not reach a plateau there.
func (s *sweeper) measureMemory(ctx context.Context, bytes int) error {
	for _, f := range s.far {
		part, err := f.writer.Write(chase.SegmentSpec{
			SetBytes: bytes, StrideBytes: s.h.LineBytes, Nodes: memorySamples * partNodes, Seed: s.o.Seed,
		})
		if err != nil {
			return err
		}
		if part.CoversSet() {
			continue // a set of a few thousand lines: there is no memory to spare
		}
		for from := 0; from < part.UntimedLines(); from += touchedAtOnce {
			if err := ctx.Err(); err != nil {
				return err
			}
			s.m.TouchUntimed(part, from, min(touchedAtOnce, part.UntimedLines()-from))
		}
		f.SetBytes = bytes
		p := part.Chain.Start()
		for range memorySamples {
			next, took := s.m.Walk(p, partNodes)
			p, f.NS = next, append(f.NS, host.PerOp(took, partNodes))
		}
		s.curves.Memory = append(s.curves.Memory, f.MemoryLatency)
	}
	return nil
}
