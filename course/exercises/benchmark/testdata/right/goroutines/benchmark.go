// Goroutines of its own, on locked threads, that meet before the clock starts.
package benchmark

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"cachelab/affinity"
)

type Result struct {
	PackedNS, PaddedNS       float64
	PackedTotal, PaddedTotal uint64
}

const apart = 32 // words: four lines of the usual size

func Compare(workers, n int) (r Result, err error) {
	cpus, err := affinity.Allowed()
	if err != nil || len(cpus) < workers {
		return r, errors.New("too few CPUs")
	}
	words := make([]uint64, (workers+2)*apart)
	r.PackedNS, r.PackedTotal = timed(cpus[:workers], words[apart:], 1, n)
	clear(words)
	r.PaddedNS, r.PaddedTotal = timed(cpus[:workers], words[apart:], apart, n)
	return r, nil
}

func timed(cpus []int, words []uint64, distance, n int) (ns float64, total uint64) {
	var ready atomic.Int32
	var running sync.WaitGroup
	for w, cpu := range cpus {
		running.Go(func() {
			affinity.Do(cpu, func() {
				word := &words[w*distance]
				ready.Add(1)
				for ready.Load() < int32(len(cpus)) {
				}
				begin := time.Now()
				for range n {
					atomic.AddUint64(word, 1)
				}
				if w == 0 {
					ns = float64(time.Since(begin).Nanoseconds()) / float64(n)
				}
			})
		})
	}
	running.Wait()
	for w := range cpus {
		total += words[w*distance]
	}
	return ns, total
}
