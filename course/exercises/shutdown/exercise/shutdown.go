// Package shutdown is an exercise: see README.md in the folder above.
package shutdown

import "context"

// Process lets some workers do jobs, at most one job each at a time. It stops at the
// first error and when ctx is cancelled, and returns how many jobs were done without
// an error, and the first error or the context's. After the first error the context that
// work gets is cancelled.
//
// When Process returns, every goroutine that it started has ended.
func Process(ctx context.Context, jobs []int, workers int, work func(context.Context, int) error) (done int, err error) {
	// TODO: it leaves goroutines behind, always. Give each one an end, and wait for it.
	queue, results := make(chan int), make(chan error)
	for range workers {
		go func() {
			for job := range queue {
				results <- work(ctx, job)
			}
		}()
	}
	go func() {
		for _, job := range jobs {
			queue <- job
		}
	}()
	for range jobs {
		if err := <-results; err != nil {
			return done, err
		}
		done++
	}
	return done, nil
}
