// Package check judges the exercise shards: go run ./course/check shards.
package check

import (
	"fmt"
	"math/rand/v2"
	"unsafe"

	"cachelab/course/internal/judge"
	"cachelab/internal/arena"
	"cachelab/internal/crew"
)

const (
	// shardBytes fits a private second-level cache (256 KiB and up), and half of
	// what it would hold: a shard that does not fit is fetched anew in each
	// round whoever owns it.
	shardBytes = 128 << 10
	// lineStride is the distance of the words that are updated: one to a line
	// of the largest interference (128 bytes), so that pairs of lines do not
	// come for the price of one.
	lineStride = 128
	words      = shardBytes / lineStride
	rounds     = 8 // of a sample, some 20 us each
)

// The check asks for more workers and more rounds than it measures. An answer for two
// workers, or for the first rounds, is no answer.
const (
	mostWorkers = 9
	manyWorkers = 100
	askedRounds = 1000
)

// askedWorkers are how many workers the shards are dealt to.
var askedWorkers = []int{1, 2, 3, 4, 5, 6, 7, 8, mostWorkers, manyWorkers}

// lateRounds are asked as well: a program that runs for a day gets there.
var lateRounds = []int{1 << 12, 1 << 16, 1<<20 + 1, 1 << 30}

// explain says what the measurement depends on.
const explain = "A shard that another core wrote last comes line by line out of that core's cache. Each line costs about one transfer over the link, divided by the transfers that the\ncore keeps going at once. Two siblings of one core share their caches, so a shard that changes hands costs nothing there. Between sockets it costs most."

// Check asks that a shard stays with its worker, for any number of workers.
func Check(r *judge.Report) error {
	r.Why(explain)
	for _, workers := range askedWorkers {
		if missing := deals(workers); missing != "" {
			r.Missing("%s", missing)
			return nil
		}
	}
	r.Done("every shard is updated once in each round, and a shard stays with its worker (1 to %d workers, and %d; rounds up to %d)", mostWorkers, manyWorkers, lateRounds[len(lateRounds)-1])
	return show(r)
}

// deals says what is missing from how shards are dealt to some workers.
func deals(workers int) (missing string) {
	owned := make([]int, workers)
	for worker := range workers {
		owned[worker] = Shard(worker, workers, 0)
	}
	// Not in the order of time: what a function remembers of it would not help.
	for _, round := range append(rand.New(rand.NewPCG(5, 6)).Perm(askedRounds), lateRounds...) {
		taken := make([]bool, workers)
		for worker := range workers {
			s := Shard(worker, workers, round)
			if s < 0 || s >= workers || taken[s] {
				return fmt.Sprintf("in round %d worker %d of %d gets shard %d: each round needs every shard from 0 to %d once", round, worker, workers, s, workers-1)
			}
			taken[s] = true
			if s != owned[worker] {
				return fmt.Sprintf("the shards still change hands: worker %d of %d gets shard %d in round 0 and shard %d in round %d. Give a worker the same shard in every round", worker, workers, owned[worker], s, round)
			}
		}
	}
	return ""
}

// show measures what it gains that a shard stays.
func show(r *judge.Report) error {
	pair, why, err := judge.NewPair()
	if err != nil {
		return err
	}
	if pair == nil {
		r.Note("what it gains cannot be measured here: %s", why)
		r.Why("It takes two CPUs.")
		return nil
	}
	defer pair.Close()
	memory, err := arena.New(2*shardBytes, arena.Huge) // huge pages, so that the TLB has no part in it
	if err != nil {
		return err
	}
	defer memory.Close()
	pair.Crew.Run(func(w *crew.Worker) { update(memory.At(w.Index * shardBytes)) })
	gain, err := judge.MeasureGain(arm(pair, memory, passed), arm(pair, memory, kept), arm(pair, memory, Shard))
	if err != nil {
		return err
	}
	r.Show(gain)
	r.Why("%s", pair.Place())
	return nil
}

func passed(worker, workers, round int) int { return (worker + round) % workers }
func kept(worker, _, _ int) int             { return worker }

// arm lets both workers update their shards for some rounds, and is the time
// for one word.
func arm(pair *judge.Pair, memory *arena.Arena, shard func(worker, workers, round int) int) judge.Arm {
	return judge.Arm{Sample: func() float64 {
		var ns float64
		pair.Crew.Run(func(w *crew.Worker) {
			// An untimed round brings the shards to where this arm has them.
			update(memory.At(shard(w.Index, 2, 0) * shardBytes))
			span := w.Time(func() {
				for round := 1; round <= rounds; round++ {
					update(memory.At(shard(w.Index, 2, round) * shardBytes))
					w.Barrier() // nobody begins on a shard that another still updates
				}
			})
			if w.Index == 0 {
				ns = judge.PerOp(span, rounds*words)
			}
		})
		return ns
	}}
}

// update adds one to a word in each line of a shard.
//
//go:noinline
func update(shard unsafe.Pointer) {
	for i := range words {
		*(*uint64)(unsafe.Add(shard, i*lineStride))++
	}
}
