package check

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// watchedValues are enough for a call of some 5 ms and more: longer than the slice
	// after which a kernel lets the watcher have a CPU, where there is only one.
	watchedValues = 4 << 20
	// leastLooks is how often the result must have been looked at during calls before
	// "nothing was seen" counts. A result that is written for each value is seen by the
	// first look that is not at the very beginning.
	leastLooks = 20
	// leastCalls are the calls that must have been looked at. In one call all looks may be
	// at one place: on a busy machine the counting thread may have no CPU for most of them.
	// A write in the middle of the values was seen in 4 of 5 calls at a load of 8 on two
	// CPUs, in 8 of them almost surely.
	leastCalls = 8
	mostCalls  = 200
	watchLimit = 3 * time.Second
)

// watched is what a second goroutine saw of the result while the function counted.
type watched struct {
	calls   int // that were looked at
	looks   int // during a call, at its result
	between int // of them, with a value that is neither the first nor the last
	example int64
}

// watch calls the function with odd values only and looks at *result meanwhile. A
// function that counts in a local variable and writes once is never seen in between.
func watch(count func([]int64, *int64)) watched {
	// Two Ps, so that the watcher can run beside the call. On one CPU the kernel
	// lets the two threads take turns.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(max(2, runtime.GOMAXPROCS(0))))
	values := make([]int64, watchedValues)
	for i := range values {
		values[i] = 1
	}
	var w watched
	begin := time.Now()
	for range mostCalls {
		w.add(watchOnce(count, values))
		if w.between > 0 || w.enough() || time.Since(begin) > watchLimit {
			break
		}
	}
	return w
}

// enough reports whether "nothing was seen" counts.
func (w watched) enough() bool { return w.looks >= leastLooks && w.calls >= leastCalls }

func (w *watched) add(o watched) {
	w.calls += min(1, o.looks)
	w.looks += o.looks
	w.between += o.between
	w.example = max(w.example, o.example)
}

// The call that is watched has not begun, is under way, or has returned. The watcher may
// get no CPU from before its beginning until after its end.
const (
	before int32 = iota
	during
	after
)

func watchOnce(count func([]int64, *int64), values []int64) (w watched) {
	var result int64
	var call atomic.Int32
	var watching, done sync.WaitGroup
	watching.Add(1)
	done.Go(func() {
		watching.Done()
		for call.Load() == before {
			runtime.Gosched()
		}
		for call.Load() == during {
			seen := atomic.LoadInt64(&result)
			if call.Load() != during {
				return // the look may have been after the call
			}
			w.looks++
			if seen != 0 && seen != watchedValues {
				w.between++
				w.example = seen
			}
			pause()
		}
	})
	watching.Wait()
	call.Store(during)
	count(values, &result)
	call.Store(after)
	done.Wait()
	return w
}

// pause keeps the looks apart, so that they are spread over a call: some 10 µs.
func pause() {
	for begin := time.Now(); time.Since(begin) < 10*time.Microsecond; {
	}
}
