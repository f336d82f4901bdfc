package check

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// unhurried is how long the jobs after the failing one take, so that there is time to
// hear of the error before all of them have begun: 90 jobs of 3 workers take 60 ms.
const unhurried = 2 * time.Millisecond

// slowJob is longer than somebody would sleep who does not wait.
const slowJob = 700 * time.Millisecond

// jobs is what the check's work function sees of one call.
type jobs struct {
	call
	cancel func()
	done   atomic.Int64 // without an error
	active atomic.Int64
	most   atomic.Int64
	late   atomic.Bool // a job's context was not cancelled in time
	mu     sync.Mutex
	begun  map[int]int
}

func (j *jobs) work(ctx context.Context, job int) error {
	now := j.active.Add(1)
	defer j.active.Add(-1)
	for most := j.most.Load(); now > most && !j.most.CompareAndSwap(most, now); most = j.most.Load() {
	}
	j.mu.Lock()
	j.begun[job]++
	n := len(j.begun)
	j.mu.Unlock()
	if j.call.cancel && n == j.workers {
		j.cancel()
	}
	if job == j.failing {
		return errJob
	}
	if j.failing >= 0 && job > j.failing {
		time.Sleep(unhurried)
	}
	if j.slow && job == j.jobs-1 {
		time.Sleep(slowJob)
	}
	if j.blocks {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(patience / 2):
			j.late.Store(true)
		}
	}
	j.done.Add(1)
	return nil
}

// jobsMissing says what is wrong with which jobs were begun.
func (j *jobs) jobsMissing() string {
	if j.want == nil && len(j.begun) != j.jobs {
		return fmt.Sprintf("%d of %d jobs were begun", len(j.begun), j.jobs)
	}
	if j.want != nil && len(j.begun) == j.jobs {
		return "all jobs were begun all the same: no new job may begin after that"
	}
	for job, n := range j.begun {
		if n != 1 {
			return fmt.Sprintf("job %d was begun %d times", job, n)
		}
	}
	if most := j.most.Load(); most > int64(j.workers) {
		return fmt.Sprintf("%d jobs ran at a time, with %d workers", most, j.workers)
	}
	return ""
}
