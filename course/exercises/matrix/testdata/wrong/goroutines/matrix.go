// It lets goroutines walk the columns: the task is one CPU.
package matrix

import "sync"

func Sum(values []int64, rows, cols, pitch int) (sum int64) {
	var running sync.WaitGroup
	var mu sync.Mutex
	for half := range 2 {
		running.Go(func() {
			var part int64
			for col := half; col < cols; col += 2 {
				for row := range rows {
					part += values[row*pitch+col]
				}
			}
			mu.Lock()
			defer mu.Unlock()
			sum += part
		})
	}
	running.Wait()
	return sum
}
