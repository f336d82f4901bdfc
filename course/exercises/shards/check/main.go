// Check judges the exercise shards: go run ./course/check shards.
package main

import (
	"unsafe"

	"cachelab/course/internal/judge"
	"cachelab/internal/arena"
	"cachelab/internal/crew"
)

func main() { judge.Main(check) }

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

func check(r *judge.Report) error {
	for _, workers := range []int{1, 2, 3, 8} {
		for round := range 2 * workers {
			taken := make([]bool, workers)
			for worker := range workers {
				s := Shard(worker, workers, round)
				if s < 0 || s >= workers || taken[s] {
					r.Missing("in round %d worker %d of %d gets shard %d: each round needs every shard from 0 to %d once", round, worker, workers, s, workers-1)
					return nil
				}
				taken[s] = true
			}
		}
	}
	r.Done("every shard is updated once in each round")
	stays := true
	for round := range 16 {
		for worker := range 2 {
			stays = stays && Shard(worker, 2, round) == Shard(worker, 2, 0)
		}
	}
	const (
		got     = "a shard stays with its worker"
		notGot  = "the shards still change hands: give a worker the same shard in every round"
		explain = "A shard that another core wrote last comes line by line out of that core's cache: each line costs about one transfer over the link, divided by the transfers that the\ncore keeps going at once. Two siblings of one core share their caches, so that a shard that changes hands costs nothing there; between sockets it costs most."
	)
	pair, why, err := judge.NewPair()
	if err != nil {
		return err
	}
	if pair == nil {
		r.Structural(stays, got, notGot, why)
		r.Why("It takes two CPUs. %s", explain)
		return nil
	}
	defer pair.Close()
	mem, err := arena.New(2*shardBytes, arena.Huge) // huge pages, so that the TLB has no part in it
	if err != nil {
		return err
	}
	defer mem.Close()
	pair.Crew.Run(func(w *crew.Worker) { update(mem.At(w.Index * shardBytes)) })
	verdicts, err := judge.Measure(
		[]judge.Arm{arm(pair, mem, "passed", passed), arm(pair, mem, "kept", kept), arm(pair, mem, "yours", Shard)},
		judge.Comparison{ID: "control", Slow: "passed", Fast: "kept", AtLeast: 1.2},
		judge.Comparison{ID: "yours", Slow: "passed", Fast: "yours", AtLeast: 1.1})
	if err != nil {
		return err
	}
	measured := ": shards that are handed round take " + judge.Ratio(verdicts["yours"]) + " times as long as yours"
	r.Weigh(verdicts["control"], verdicts["yours"], stays, got+measured, notGot+" (measured"+measured+")")
	r.Why("%s", pair.Place())
	r.Why(explain)
	return nil
}

func passed(worker, workers, round int) int { return (worker + round) % workers }
func kept(worker, _, _ int) int             { return worker }

// arm lets both workers update their shards for some rounds, and is the time
// for one word.
func arm(pair *judge.Pair, mem *arena.Arena, name string, shard func(worker, workers, round int) int) judge.Arm {
	return judge.Arm{Name: name, Sample: func() float64 {
		var wall float64
		pair.Crew.Run(func(w *crew.Worker) {
			// An untimed round brings the shards to where this arm has them.
			update(mem.At(shard(w.Index, 2, 0) * shardBytes))
			span := w.Time(func() {
				for round := 1; round <= rounds; round++ {
					update(mem.At(shard(w.Index, 2, round) * shardBytes))
					w.Barrier() // nobody begins on a shard that another still updates
				}
			})
			if w.Index == 0 {
				wall = float64(span.Wall.Nanoseconds())
			}
		})
		return wall / (rounds * words)
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
