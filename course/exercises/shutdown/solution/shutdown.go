// Package shutdown is an exercise: see README.md in the folder above.
package shutdown

import (
	"context"
	"sync"
	"sync/atomic"
)

// Process lets some workers do jobs, at most one job each at a time. It stops at the
// first error and when ctx is cancelled, and returns how many jobs were done without
// an error, and the first error or the context's. After the first error the context that
// work gets is cancelled.
//
// When Process returns, every goroutine that it started has ended.
func Process(ctx context.Context, jobs []int, workers int, work func(context.Context, int) error) (done int, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	queue := make(chan int)
	var finished atomic.Int64
	var running sync.WaitGroup
	for range workers {
		running.Go(func() {
			for job := range queue {
				if err := work(ctx, job); err != nil {
					cancel(err) // the first cause stays
					continue
				}
				finished.Add(1)
			}
		})
	}
	feed(ctx, queue, jobs)
	running.Wait()
	return int(finished.Load()), context.Cause(ctx)
}

// feed sends the jobs until ctx is done, and closes the queue: the workers' loops then
// end.
func feed(ctx context.Context, queue chan<- int, jobs []int) {
	defer close(queue)
	for _, job := range jobs {
		select {
		case queue <- job:
		case <-ctx.Done():
			return
		}
	}
}
