// It starts a goroutine for each job, and does all of them after an error.
package shutdown

import (
	"context"
	"sync"
	"sync/atomic"
)

func Process(ctx context.Context, jobs []int, workers int, work func(context.Context, int) error) (done int, err error) {
	var finished atomic.Int64
	var first atomic.Pointer[error]
	var running sync.WaitGroup
	places := make(chan bool, workers)
	for _, job := range jobs {
		running.Go(func() {
			places <- true
			defer func() { <-places }()
			if err := work(ctx, job); err != nil {
				first.CompareAndSwap(nil, &err)
				return
			}
			finished.Add(1)
		})
	}
	running.Wait()
	if err := first.Load(); err != nil {
		return int(finished.Load()), *err
	}
	return int(finished.Load()), nil
}
