// No queue: the workers take the next index.
package shutdown

import (
	"context"
	"sync"
	"sync/atomic"
)

func Process(ctx context.Context, jobs []int, workers int, work func(context.Context, int) error) (done int, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next, finished atomic.Int64
	var running sync.WaitGroup
	for range workers {
		running.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(jobs) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				if err := work(ctx, jobs[i]); err != nil {
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
