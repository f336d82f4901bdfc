// The pad is around a pointer: the pointers are apart, and the counters side by side.
package benchmark

import (
	"errors"
	"sync/atomic"

	"cachelab/affinity"
	"cachelab/internal/crew"
)

type Result struct {
	PackedNS, PaddedNS       float64
	PackedTotal, PaddedTotal uint64
}

type padded struct {
	n *uint64
	_ [56]byte
}

func Compare(workers, n int) (Result, error) {
	places, err := affinity.Allowed()
	if err != nil || len(places) < workers {
		return Result{}, errors.New("too few CPUs")
	}
	pinned, err := crew.New(places[:workers]...)
	if err != nil {
		return Result{}, err
	}
	defer pinned.Close()
	packed := make([]uint64, workers)
	counters := make([]uint64, workers)
	apart := make([]padded, workers)
	for w := range apart {
		apart[w].n = &counters[w]
	}
	var r Result
	r.PackedNS, r.PackedTotal = count(pinned, n, func(w int) *uint64 { return &packed[w] })
	r.PaddedNS, r.PaddedTotal = count(pinned, n, func(w int) *uint64 { return apart[w].n })
	return r, nil
}

func count(pinned *crew.Crew, n int, of func(w int) *uint64) (ns float64, total uint64) {
	pinned.Run(func(w *crew.Worker) {
		counter := of(w.Index)
		span := w.Time(func() {
			for range n {
				atomic.AddUint64(counter, 1)
			}
		})
		if w.Index == 0 {
			ns = float64(span.Wall.Nanoseconds()) / float64(n)
		}
	})
	for w := range pinned.Size() {
		total += *of(w)
	}
	return ns, total
}
