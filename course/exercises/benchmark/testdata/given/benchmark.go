// Package benchmark is an exercise: see README.md in the folder above.
package benchmark

import (
	"sync"
	"sync/atomic"
	"time"
)

// Result is what Compare found.
type Result struct {
	PackedNS, PaddedNS       float64 // one increment of one worker, in nanoseconds
	PackedTotal, PaddedTotal uint64  // what was counted: workers times n
}

// Compare lets some workers count to n each, on counters of their own: first
// side by side, then with a line to each. The difference is to be what the
// layout costs, and nothing else.
//
// TODO: it is not. Find what else differs between the two, and what else is timed.
func Compare(workers, n int) (Result, error) {
	var r Result
	packed := make([]uint64, workers)
	r.PackedNS = timed(n, func() {
		var running sync.WaitGroup
		for w := range workers {
			running.Go(func() {
				for range n {
					atomic.AddUint64(&packed[w], 1)
				}
			})
		}
		running.Wait()
	})

	type padded struct {
		count *uint64
		_     [56]byte
	}
	apart := make([]padded, workers)
	for w := range apart {
		apart[w].count = new(uint64)
	}
	r.PaddedNS = timed(n, func() {
		var running sync.WaitGroup
		for w := range workers {
			running.Go(func() {
				var count uint64
				for range n {
					count++
				}
				*apart[w].count = count
			})
		}
		running.Wait()
	})

	for w := range workers {
		r.PackedTotal += packed[w]
		r.PaddedTotal += *apart[w].count
	}
	return r, nil
}

// timed is the time of f for each of n increments, in nanoseconds.
func timed(n int, f func()) float64 {
	begin := time.Now()
	f()
	return float64(time.Since(begin).Nanoseconds()) / float64(n)
}
