// A goroutine for each job, and a place for each worker.
package shutdown

import (
	"context"
	"sync"
	"sync/atomic"
)

func Process(ctx context.Context, jobs []int, workers int, work func(context.Context, int) error) (done int, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var finished atomic.Int64
	var running sync.WaitGroup
	places := make(chan bool, workers)
	for _, job := range jobs {
		select {
		case places <- true:
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			break
		}
		running.Go(func() {
			defer func() { <-places }()
			if err := work(ctx, job); err != nil {
				cancel(err)
				return
			}
			finished.Add(1)
		})
	}
	running.Wait()
	return int(finished.Load()), context.Cause(ctx)
}
