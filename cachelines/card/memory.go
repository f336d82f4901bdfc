package card

import (
	"fmt"

	"cachelab/affinity/opt"
	"cachelab/cachelines/levels"
	"cachelab/internal/format"
	"cachelab/internal/stats"
)

// memory is memory's latency, as it was measured for itself; or else, on the pages of
// the ladder, its last plateau.
func (m *measurement) memory(found levels.Answer) *Memory {
	out := &Memory{LatencyNS: found.MemoryNS, PageBytes: m.curves.Best().PageBytes}
	for _, far := range m.curves.Memory {
		ns, lo, hi := stats.MedianInterval(far.NS)
		if !(ns > 0) {
			continue
		}
		if far.PageBytes == out.PageBytes {
			out.LatencyNS, out.LoNS, out.HiNS, out.Samples = opt.Some(ns), opt.Some(lo), opt.Some(hi), len(far.NS)
			out.Definition = fmt.Sprintf("dependent loads of lines in random order over %s, on pages of %s", format.Bytes(far.SetBytes), format.Bytes(far.PageBytes.Or(0)))
		}
		if far.PageBytes == m.curves.Small.PageBytes {
			out.SmallLatencyNS, out.SmallLoNS, out.SmallHiNS = opt.Some(ns), opt.Some(lo), opt.Some(hi)
		}
	}
	out.Cycles = cycles(out.LatencyNS, m.ClockHz)
	return out
}
