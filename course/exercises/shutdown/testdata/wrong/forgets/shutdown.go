// It waits for the workers, and forgets the one that feeds them.
package shutdown

import (
	"context"
	"sync"
	"sync/atomic"
)

func Process(ctx context.Context, jobs []int, workers int, work func(context.Context, int) error) (done int, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	queue := make(chan int)
	go func() {
		defer close(queue)
		for _, job := range jobs {
			queue <- job
		}
	}()
	var finished atomic.Int64
	var running sync.WaitGroup
	for range workers {
		running.Go(func() {
			for ctx.Err() == nil {
				job, ok := <-queue
				if !ok {
					return
				}
				if err := work(ctx, job); err != nil {
					cancel(err)
					return
				}
				finished.Add(1)
			}
		})
	}
	running.Wait()
	return int(finished.Load()), context.Cause(ctx)
}
