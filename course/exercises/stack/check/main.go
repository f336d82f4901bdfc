// Check judges the exercise stack: go run ./course/check stack.
package main

import (
	"math/rand/v2"

	"cachelab/course/internal/judge"
	"cachelab/internal/crew"
	"cachelab/results"
)

func main() { judge.Main(check) }

// The values fit a first-level cache (16 KiB of 32 or more), so that the count
// and not the reading of values is what takes the time. A sample counts them a
// few times, for some 20 us and more.
const (
	valueCount = 2048
	repeats    = 16
)

// countOdd is called through a variable, so that it is compiled once and not
// into the check's loop, as the reference arms are.
var countOdd = CountOdd

func check(r *judge.Report) error {
	values := make([]int64, valueCount)
	random := rand.New(rand.NewPCG(3, 4)) // the seed does not matter; it is fixed so that runs compare
	odd := int64(0)
	for i := range values {
		values[i] = random.Int64() - random.Int64()
		odd += values[i] & 1
	}
	for _, n := range []int{0, 1, valueCount} {
		want := int64(5)
		for _, v := range values[:n] {
			want += v & 1
		}
		got := int64(5)
		if countOdd(values[:n], &got); got != want {
			r.Missing("it counts wrong: of %d values, added to 5, it makes %d; right is %d", n, got, want)
			return nil
		}
	}
	r.Done("it counts right: %d odd ones of %d", odd, len(values))
	file, err := judge.Source(answers, "stack.go")
	if err != nil {
		return err
	}
	structure := !dereferencesInLoop(file)
	alone, err := oneWorker(values)
	if err != nil {
		return err
	}
	r.Note("one worker: counting in memory takes %s times as long as in a register. That is the register's share, not false sharing", judge.Ratio(alone))
	r.Why("An increment in memory waits for the one before it to come back from the store buffer: 4 to 5 cycles on many cores, nothing on those that rename memory (AMD from Zen 2 on,\nIntel from Golden Cove on), where one worker alone shows no difference at all.")
	const notGot = "*result is still written for every value. Count in a local variable, and write once"
	pair, why, err := judge.NewPair()
	if err != nil {
		return err
	}
	if pair == nil {
		r.Structural(structure, "a local count leaves the neighbour's line alone", notGot, why)
		return nil
	}
	defer pair.Close()
	verdicts, err := judge.Measure(
		[]judge.Arm{twoWorkers(pair, "memory", values, inMemory), twoWorkers(pair, "local", values, local), twoWorkers(pair, "yours", values, countOdd)},
		judge.Comparison{ID: "control", Slow: "memory", Fast: "local", AtLeast: 1.3},
		judge.Comparison{ID: "yours", Slow: "memory", Fast: "yours", AtLeast: 1.2})
	if err != nil {
		return err
	}
	yours := judge.Ratio(verdicts["yours"])
	r.Weigh(verdicts["control"], verdicts["yours"], structure,
		"two workers with results side by side: counting in memory takes "+yours+" times as long as your way",
		"two workers with results side by side: counting in memory takes "+yours+" times as long as your way: "+notGot)
	r.Why("%s", pair.Place())
	r.Why("Two workers: the register's share and false sharing together. These are plain increments, of which the store buffer hides a part, and on some machines all.\ngo test -run='^$' -bench=Counters/op=plain ./bench takes the two apart.")
	return nil
}

// oneWorker is what the reference arms make of one worker.
func oneWorker(values []int64) (results.Verdict, error) {
	arm := func(count func([]int64, *int64)) func() int {
		result := new(int64)
		return func() int {
			for range repeats {
				count(values, result)
			}
			return valueCount * repeats
		}
	}
	arms, stop, err := judge.Alone(map[string]func() int{"memory": arm(inMemory), "local": arm(local)})
	if err != nil {
		return results.Verdict{}, err
	}
	defer stop()
	verdicts, err := judge.Measure(arms, judge.Comparison{ID: "one", Slow: "memory", Fast: "local", AtLeast: 1.2})
	return verdicts["one"], err
}

// twoWorkers is an arm in which two workers count the same values, which nobody
// writes to, into results side by side.
func twoWorkers(pair *judge.Pair, name string, values []int64, count func([]int64, *int64)) judge.Arm {
	return judge.Arm{Name: name, Sample: func() float64 {
		var ns float64
		pair.Crew.Run(func(w *crew.Worker) {
			result := (*int64)(pair.Arena.At(w.Index * 8))
			span := w.Time(func() {
				for range repeats {
					count(values, result)
				}
			})
			if w.Index == 0 {
				ns = float64(span.Wall.Nanoseconds()) / (valueCount * repeats)
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
