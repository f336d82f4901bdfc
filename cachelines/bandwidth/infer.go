package bandwidth

import (
	"cachelab/cachelines/instrument"
	"cachelab/internal/stats"
)

// Level is the read bandwidth of one working set.
type Level struct {
	SizeBytes      int     // of the working set
	BytesPerSecond float64 // median of the rounds
	Lo, Hi         float64 // quartiles, bytes a second
	Samples        int
}

// Infer turns times of a word into bandwidths, by size. A size without a valid sample
// is left out.
func Infer(c instrument.Curve) []Level {
	var out []Level
	for i, size := range c.X {
		ns := c.At(i)
		if len(ns) == 0 {
			continue
		}
		q := stats.Quantiles(ns, 0.25, 0.5, 0.75)
		perSecond := func(ns float64) float64 { return wordBytes * 1e9 / ns }
		out = append(out, Level{SizeBytes: size, BytesPerSecond: perSecond(q[1]), Lo: perSecond(q[2]), Hi: perSecond(q[0]), Samples: len(ns)})
	}
	return out
}
