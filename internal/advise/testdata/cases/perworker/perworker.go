// Package perworker counts odd numbers in parallel, each worker in its element
// of one slice.
package perworker

import "sync"

func Odds(numbers []int, workers int) (sum int64) {
	counts := make([]int64, workers)
	var wg sync.WaitGroup
	part := len(numbers) / workers
	for w := range workers {
		wg.Go(func() {
			for _, n := range numbers[w*part : (w+1)*part] {
				counts[w] += int64(n & 1)
			}
		})
	}
	wg.Wait()
	for _, n := range counts {
		sum += n
	}
	return sum
}
