// Package check judges the exercise findline: go run ./course/check findline.
package check

import (
	"sync"

	given "cachelab/course/exercises/findline/testdata/given"

	solution "cachelab/course/exercises/findline/solution"

	"cachelab/course/internal/judge"
	"cachelab/internal/crew"
)

const (
	keys = 800
	// adds to each pair of shards, seven to a sample: some 0.2 to 1 ms.
	adds = 1500
)

// table is a Map of any of the three packages.
type table interface {
	Add(key int, n uint64)
	Get(key int) uint64
	Adds() uint64
}

// Check asks a Map to count right, and two workers in two shards not to hold each other
// up.
func Check(r *judge.Report) error {
	if missing := counts(newMap(keys)); missing != "" {
		r.Missing("%s", missing)
		return nil
	}
	r.Done("it counts right, and its number of calls as well")
	pair, why, err := judge.NewPair()
	if err != nil {
		return err
	}
	if pair == nil {
		r.NotHere("whether a line is shared cannot be measured: %s", why)
		return nil
	}
	defer pair.Close()
	gain, err := judge.MeasureGain(arm(pair, given.New(keys)), arm(pair, solution.New(keys)), arm(pair, newMap(keys)))
	if err != nil {
		return err
	}
	r.Weigh(gain, "two workers in two shards do not slow each other down",
		"two workers in two shards still slow each other down. What do both of them write to? Take one part of Add away after the other, and see when it becomes fast")
	r.WhySharing(pair)
	return nil
}

// counts says what a Map gets wrong, with two goroutines in different shards and with
// two in the same.
func counts(m table) (missing string) {
	const rounds = 1000
	var running sync.WaitGroup
	for worker := range 4 {
		running.Go(func() {
			for i := range rounds {
				m.Add(worker%3, uint64(i%2))
			}
		})
	}
	running.Wait()
	for key, want := range []uint64{rounds, rounds / 2, rounds / 2, 0} {
		if m.Get(key) != want {
			return "Get does not return what was added"
		}
	}
	if m.Adds() != 4*rounds {
		return "Adds does not return how often Add was called"
	}
	return ""
}

// arm lets two workers add to keys of two shards, for shards at each distance, and takes
// the distance that is slowest: a line may be shared by two shards that are no neighbours.
func arm(pair *judge.Pair, m table) judge.Arm {
	return judge.Arm{Sample: func() (slowest float64) {
		for distance := 1; distance < solution.Shards; distance++ {
			slowest = max(slowest, addNS(pair, m, distance))
		}
		return slowest
	}}
}

// addNS is the time of one Add, in nanoseconds, of two workers whose keys are in shards
// at a distance.
func addNS(pair *judge.Pair, m table, distance int) (ns float64) {
	pair.Crew.Run(func(w *crew.Worker) {
		shard := w.Index * distance
		span := w.Time(func() {
			for i := range adds {
				m.Add(shard+solution.Shards*(i%64), 1)
			}
		})
		if w.Index == 0 {
			ns = judge.PerOp(span, adds)
		}
	})
	return ns
}
