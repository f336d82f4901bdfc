// Plain knows nothing of a tracer.
package main

import "sync"

func main() {
	var running sync.WaitGroup
	sums := make([]int, 3)
	for i := range sums {
		running.Go(func() {
			for n := range 2_000_000 {
				sums[i] += n
			}
		})
	}
	running.Wait()
}
