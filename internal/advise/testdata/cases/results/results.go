// Package results collects one result of each goroutine in a slice, as errgroup
// examples do: each element is written once.
package results

import "sync"

func Squares(numbers []int) []int {
	squares := make([]int, len(numbers))
	var wg sync.WaitGroup
	for i, n := range numbers {
		wg.Go(func() {
			x := 0
			for range 20000 {
				x += n * n
			}
			squares[i] = x
		})
	}
	wg.Wait()
	return squares
}
