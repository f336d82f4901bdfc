// Package bandwidth measures the read bandwidth of one core by working set: how many
// bytes a second a plain Go loop sums up that has eight loads under way, none of which
// waits for another. Latency says what one miss costs; bandwidth says how far misses
// overlap and prefetchers help.
//
// A Go loop loads eight bytes at a time, so the first level shows the core's loads a
// cycle and not the width of its vector loads.
package bandwidth

import (
	"context"
	"time"

	"cachelab/affinity/opt"
	"cachelab/cachelines/instrument"
	"cachelab/cachelines/internal/machine"
	"cachelab/cachelines/internal/sweep"
	"cachelab/internal/arena"
	"cachelab/internal/host"
)

const (
	// Budget is the default: a round or two, of which memory takes most.
	Budget = 20 * time.Millisecond
	// wordBytes is what one load reads.
	wordBytes = 8
	// leastWords is the least that is summed up in a sample, 20 µs from the first
	// level: the clock's step is a quarter of a percent of it.
	leastWords = 1 << 16
	// farTimes is how many times the last level the largest set is, so that memory is
	// read, and mostSet bounds it: touching more takes long.
	farTimes, mostSet = 2, 64 << 20
)

// Curves is what a measurement saw.
type Curves struct {
	CPU   opt.Value[int]   // where; unknown: not pinned
	Curve instrument.Curve // X is bytes of a working set; times are ns for each word of eight bytes
}

// Measure sums working sets up, in order and warm: half of each reported cache, and
// twice the last level, on huge pages. It takes 20 ms by default.
//
// The error is for a machine where nothing could be measured (no memory), or ctx's own.
func Measure(ctx context.Context, h instrument.Hints, o instrument.Options) (Curves, error) {
	return measure(ctx, machine.Host{}, h, o)
}

func measure(ctx context.Context, m machine.Machine, h instrument.Hints, o instrument.Options) (Curves, error) {
	o = o.WithBudget(Budget)
	curves := Curves{Curve: instrument.Curve{X: sizes(m, h)}}
	var err error
	curves.CPU = sweep.OnCPU(m, h, o.CPU, func() { err = fill(ctx, m, &curves.Curve, o) })
	return curves, err
}

// sizes are the working sets, ascending.
func sizes(m machine.Machine, h instrument.Hints) []int {
	far := min(farTimes*h.LLCBytes, mostSet)
	if spare, ok := m.SpareBytes(); ok {
		far = min(far, spare/sweep.SparePart)
	}
	var out []int
	for _, cache := range append(h.CacheBytes, 2*far) {
		half := cache / 2 / h.LineBytes * h.LineBytes
		if half > 0 && half <= far && (len(out) == 0 || half > out[len(out)-1]) {
			out = append(out, half)
		}
	}
	return out
}

// fill takes the samples.
func fill(ctx context.Context, m machine.Machine, curve *instrument.Curve, o instrument.Options) error {
	if len(curve.X) == 0 {
		return nil
	}
	memory, err := arena.New(curve.X[len(curve.X)-1], arena.Huge)
	if err != nil {
		return err
	}
	defer memory.Close()
	if err := sweep.Touch(ctx, memory); err != nil {
		return err
	}
	loop := sweep.Loop{Machine: m, Random: sweep.Random(o.Seed, "bandwidth"), Budget: o.Budget}
	return loop.Run(ctx, len(curve.X), func(round, i int) error {
		words := curve.X[i] / wordBytes
		m.Sum(memory.At(0), words) // brings it here
		times := (leastWords + words - 1) / words
		var took time.Duration
		for range times {
			took += m.Sum(memory.At(0), words)
		}
		curve.Put(round, i, host.PerOp(took, times*words))
		return nil
	})
}
