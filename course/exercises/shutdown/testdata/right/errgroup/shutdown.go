// A group with a limit, and a goroutine for each job.
package shutdown

import (
	"context"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

func Process(parent context.Context, jobs []int, workers int, work func(context.Context, int) error) (done int, err error) {
	group, ctx := errgroup.WithContext(parent)
	group.SetLimit(workers)
	var finished atomic.Int64
	for _, job := range jobs {
		if ctx.Err() != nil {
			break
		}
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := work(ctx, job); err != nil {
				return err
			}
			finished.Add(1)
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return int(finished.Load()), err
	}
	return int(finished.Load()), parent.Err()
}
