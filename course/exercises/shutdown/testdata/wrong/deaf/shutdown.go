// Its workers do not hear of the first error: their context is the caller's.
package shutdown

import (
	"context"
	"sync"
	"sync/atomic"
)

func Process(ctx context.Context, jobs []int, workers int, work func(context.Context, int) error) (done int, err error) {
	var next, finished atomic.Int64
	var first atomic.Pointer[error]
	var running sync.WaitGroup
	for range workers {
		running.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(jobs) && first.Load() == nil && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				if err := work(ctx, jobs[i]); err != nil {
					first.CompareAndSwap(nil, &err)
					continue
				}
				finished.Add(1)
			}
		})
	}
	running.Wait()
	if err := first.Load(); err != nil {
		return int(finished.Load()), *err
	}
	return int(finished.Load()), ctx.Err()
}
