// Package check judges the exercise stack: go run ./course/check stack.
package check

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"

	"cachelab/course/internal/judge"
	"cachelab/internal/crew"
)

// The values fit a first-level cache (16 KiB of 32 or more), so that the count
// and not the reading of values is what takes the time. A sample counts them a
// few times, for some 20 µs and more.
const (
	valueCount = 2048
	repeats    = 16
)

// countOdd is called through a variable, so that it is compiled once and not
// into the check's loop, as the reference arms are.
var countOdd = CountOdd

// Check asks for the right count, made where nobody else looks.
func Check(r *judge.Report) error {
	values := make([]int64, valueCount)
	random := rand.New(rand.NewPCG(3, 4)) // the seed does not matter; it is fixed so that runs compare
	for i := range values {
		values[i] = random.Int64() - random.Int64()
	}
	if !counts(r, values) {
		return nil
	}
	if !onTheStack(r, values) {
		return nil
	}
	r.Why("An increment in memory waits for the one before it to come back from the store buffer: 4 to 5 cycles on many cores, and nothing on those that rename memory. That was measured\non Zen 2, 4 and 5, and reported absent on Zen 3; Intel does it from Golden Cove on. One worker alone shows no difference there.")
	return show(r, values)
}

// counts reports whether the function adds the number of odd values, also for two
// workers at once.
func counts(r *judge.Report, values []int64) bool {
	for _, n := range []int{0, 1, len(values)} {
		want := int64(5)
		for _, v := range values[:n] {
			want += v & 1
		}
		got := int64(5)
		if countOdd(values[:n], &got); got != want {
			r.Missing("it counts wrong: of %d values, added to 5, it makes %d; right is %d", n, got, want)
			return false
		}
	}
	if totals := together(); totals != [2]int64{togetherCalls * watchedValues, togetherCalls * watchedValues} {
		r.Missing("two workers at the same time count wrong: %d and %d, right is %d each. Does each worker count in a variable of its own?", totals[0], totals[1], togetherCalls*watchedValues)
		return false
	}
	r.Done("it counts right: an empty slice, one value, %d, and two workers at the same time", len(values))
	return true
}

// togetherCalls are enough for two workers that share a variable to get into each
// other's way, on one CPU as well: a call takes milliseconds.
const togetherCalls = 8

// together lets two workers count odd values at the same time.
func together() (results [2]int64) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(max(2, runtime.GOMAXPROCS(0))))
	values := make([]int64, watchedValues)
	for i := range values {
		values[i] = 1
	}
	var running sync.WaitGroup
	for i := range results {
		running.Go(func() {
			for range togetherCalls {
				countOdd(values, &results[i])
			}
		})
	}
	running.Wait()
	return results
}

// onTheStack reports whether the count is kept on the stack, or in a register, as far
// as can be seen: no call allocates, and nobody sees the result change during a call.
func onTheStack(r *judge.Report, values []int64) bool {
	result := new(int64)
	if n := testing.AllocsPerRun(100, func() { countOdd(values, result) }); n >= 1 {
		r.Missing("each call allocates %.0f objects on the heap, so what it counts in may be there too. go build -gcflags=-m says what escapes", n)
		return false
	}
	if fresh := allocsAfterGC(values, result); fresh >= 1 {
		r.Missing("a call after a garbage collection allocates %d objects: what it counts in is on the heap, and kept there from call to call", fresh)
		return false
	}
	w := watch(countOdd)
	switch {
	case w.between > 0:
		r.Missing("*result is written while it counts: another goroutine saw it at %d of %d. Count in a local variable, and write once", w.example, watchedValues)
		return false
	case !w.enough():
		r.Again("the check could look at *result only %d times in %d calls while it was counting; it takes %d times in %d calls. Run it again on a quiet machine", w.looks, w.calls, leastLooks, leastCalls)
		return false
	}
	r.Done("it counts where nobody else looks: no call allocates, and *result was never seen between its first value and its last (%d looks in %d calls)", w.looks, w.calls)
	return true
}

// allocsAfterGC is how many objects a call allocates when the collector has emptied every
// sync.Pool, which takes two collections. The least of some calls is taken, because the
// runtime allocates too now and then.
func allocsAfterGC(values []int64, result *int64) uint64 {
	least := ^uint64(0)
	for range 5 {
		runtime.GC()
		runtime.GC()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		countOdd(values, result)
		runtime.ReadMemStats(&after)
		least = min(least, after.Mallocs-before.Mallocs)
	}
	return least
}

// show measures what it gains: the register's share with one worker, and both shares
// with two.
func show(r *judge.Report, values []int64) error {
	alone := func(count func([]int64, *int64)) func() (int, func()) {
		result := new(int64)
		return func() (int, func()) {
			return valueCount * repeats, func() {
				for range repeats {
					count(values, result)
				}
			}
		}
	}
	arms, stop, err := judge.Alone(alone(inMemory), alone(local))
	if err != nil {
		return err
	}
	defer stop()
	arms[0].Name, arms[1].Name = "memory", "local"
	verdicts, err := judge.Measure(arms, judge.Comparison{ID: "one", Slow: "memory", Fast: "local", AtLeast: 1.2})
	if err != nil {
		return err
	}
	r.Note("one worker: counting in memory takes %s times as long as in a register. That is the register's share, not false sharing", judge.Ratio(verdicts["one"]))
	pair, why, err := judge.NewPair()
	if err != nil {
		return err
	}
	if pair == nil {
		return onOneCPU(r, why)
	}
	defer pair.Close()
	gain, err := judge.MeasureGain(twoWorkers(pair, values, inMemory), twoWorkers(pair, values, local), twoWorkers(pair, values, countOdd))
	if err != nil {
		return err
	}
	r.Show(gain)
	held, err := judge.MeasurePairs(twoWorkers(pair, values, inMemory), oneWorker(pair, values, inMemory),
		twoWorkers(pair, values, countOdd), oneWorker(pair, values, countOdd))
	if err != nil {
		return err
	}
	if held.Outcome() == judge.Passes {
		r.Missing("two workers slow each other down: at the same time each takes %.2g times as long as alone (counting in memory: %.2g). What do both of them write to, apart from the results?", held.Yours.Median, held.Model.Median)
		return nil
	}
	r.Why("%s", pair.Place())
	r.Why("Two workers: the register's share and false sharing together. These are plain increments, of which the store buffer hides a part, and on some machines all.\ngo test -run='^$' -bench=Counters/op=plain ./bench takes the two apart.")
	return nil
}

// twoWorkers is an arm in which two workers count the same values, which nobody
// writes to, into results next to each other.
func twoWorkers(pair *judge.Pair, values []int64, count func([]int64, *int64)) judge.Arm {
	return workers(2, pair, values, count)
}

// oneWorker is the same with nobody at the other result.
func oneWorker(pair *judge.Pair, values []int64, count func([]int64, *int64)) judge.Arm {
	return workers(1, pair, values, count)
}

func workers(n int, pair *judge.Pair, values []int64, count func([]int64, *int64)) judge.Arm {
	return judge.Arm{Sample: func() float64 {
		var ns float64
		pair.Crew.Run(func(w *crew.Worker) {
			result := (*int64)(pair.Arena.At(w.Index * 8))
			span := w.Time(func() {
				for range repeats {
					if w.Index >= n {
						break
					}
					count(values, result)
				}
			})
			if w.Index == 0 {
				ns = judge.PerOp(span, valueCount*repeats)
			}
		})
		return ns
	}}
}

// inMemory is the slow arm: the result in memory for each value.
//
//go:noinline
func inMemory(values []int64, result *int64) {
	for _, v := range values {
		*result += v & 1
	}
}

// local is the fast arm: the count in a register, one store.
//
//go:noinline
func local(values []int64, result *int64) {
	var count int64
	for _, v := range values {
		count += v & 1
	}
	*result += count
}
