// It closes the queue, and leaves the workers at the error.
package shutdown

import (
	"context"
)

func Process(ctx context.Context, jobs []int, workers int, work func(context.Context, int) error) (done int, err error) {
	queue, results := make(chan int), make(chan error)
	for range workers {
		go func() {
			for job := range queue {
				results <- work(ctx, job)
			}
		}()
	}
	go func() {
		defer close(queue)
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
