// The two layouts have changed places.
package benchmark

import (
	"fmt"

	"cachelab/affinity"
	"cachelab/internal/arena"
	"cachelab/internal/crew"
)

// Result is what Compare found.
type Result struct {
	PackedNS, PaddedNS       float64 // one increment of one worker, in nanoseconds
	PackedTotal, PaddedTotal uint64  // what was counted: workers times n
}

const (
	word  = 8
	apart = 256 // two of the largest lines: nothing of a neighbour comes near
)

// Compare lets some workers count to n each, on counters of their own: first
// side by side, then with lines to each. The difference is what the layout
// costs, and nothing else: both run one kernel, on pinned threads that have
// started and touched their memory before the clock does.
func Compare(workers, n int) (Result, error) {
	places, err := places(workers)
	if err != nil {
		return Result{}, err
	}
	pinned, err := crew.New(places...)
	if err != nil {
		return Result{}, err
	}
	defer pinned.Close()
	memory, err := arena.New(workers*apart, arena.Small)
	if err != nil {
		return Result{}, err
	}
	defer memory.Close()
	var r Result
	r.PackedNS, r.PackedTotal = count(pinned, memory, apart, n)
	r.PaddedNS, r.PaddedTotal = count(pinned, memory, word, n)
	return r, nil
}

// count lets each worker count to n on a counter, at a distance from the next.
func count(pinned *crew.Crew, memory *arena.Arena, distance, n int) (ns float64, total uint64) {
	pinned.Run(func(w *crew.Worker) {
		counter := memory.At(w.Index * distance)
		*(*uint64)(counter) = 0 // the first touch is not timed
		span := w.Time(func() { crew.AddAtomic(counter, n) })
		if w.Index == 0 {
			ns = float64(span.Wall.Nanoseconds()) / float64(n)
		}
	})
	for w := range pinned.Size() {
		total += *(*uint64)(memory.At(w * distance))
	}
	return ns, total
}

// places are the CPUs of the workers; anywhere, where the system does not pin.
func places(workers int) ([]int, error) {
	if !affinity.Support().Pin {
		list := make([]int, workers)
		for i := range list {
			list[i] = crew.Anywhere
		}
		return list, nil
	}
	cpus, err := affinity.Allowed()
	if err != nil {
		return nil, err
	}
	if len(cpus) < workers {
		return nil, fmt.Errorf("%d workers, and this process may use %d CPUs", workers, len(cpus))
	}
	return cpus[:workers], nil
}
