// It returns the last error, which after a cancellation is the context's.
package shutdown

import (
	"context"
	"sync"
)

func Process(ctx context.Context, jobs []int, workers int, work func(context.Context, int) error) (done int, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	queue := make(chan int)
	var mu sync.Mutex
	var running sync.WaitGroup
	for range workers {
		running.Go(func() {
			for job := range queue {
				e := work(ctx, job)
				mu.Lock()
				if e != nil {
					err = e
					cancel()
				} else {
					done++
				}
				mu.Unlock()
			}
		})
	}
feed:
	for _, job := range jobs {
		select {
		case queue <- job:
		case <-ctx.Done():
			break feed
		}
	}
	close(queue)
	running.Wait()
	if err == nil {
		err = ctx.Err()
	}
	return done, err
}
