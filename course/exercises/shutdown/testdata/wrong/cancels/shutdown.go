// It tells the workers to stop, and does not wait until they have.
package shutdown

import (
	"context"
	"sync/atomic"
)

func Process(ctx context.Context, jobs []int, workers int, work func(context.Context, int) error) (done int, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	queue := make(chan int)
	finished := make(chan error, len(jobs))
	var n atomic.Int64
	for range workers {
		go func() {
			for job := range queue {
				err := work(ctx, job)
				if err == nil {
					n.Add(1)
				}
				finished <- err
			}
		}()
	}
	go func() {
		defer close(queue)
		for _, job := range jobs {
			select {
			case queue <- job:
			case <-ctx.Done():
				return
			}
		}
	}()
	for range jobs {
		select {
		case err := <-finished:
			if err != nil {
				cancel(err)
				return int(n.Load()), err
			}
		case <-ctx.Done():
			return int(n.Load()), context.Cause(ctx)
		}
	}
	return int(n.Load()), nil
}
