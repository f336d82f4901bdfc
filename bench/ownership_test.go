package bench

import (
	"math/rand/v2"
	"slices"
	"testing"

	"cachelab/bench/claims"
	"cachelab/bench/internal/harness"
	"cachelab/internal/crew"
)

// Lesson: ownership. There are as many shards as workers, and in each round
// every worker changes every line of one shard. Who takes which is all that
// differs: the same number of visits, and the same sum in the end. One op is one line
// visited by one worker, in random order.
//
//	move=none    worker i owns shard i
//	move=round   the shards are handed round
//	move=random  a random worker gets each

// ownershipSets: a small share of a first level, and half the second, whose
// round takes longer than the meeting at its end.
func ownershipSets(m *harness.Machine) []int { return []int{16 << 10, m.L2Bytes / 2} }

// ownershipRounds is how many rounds of random hands are drawn; then they
// repeat, long after any cache has forgotten.
const ownershipRounds = 64

func ownershipCases(m *harness.Machine) []harness.Case {
	var cases []harness.Case
	for _, n := range m.WorkerCounts() {
		if n < 2 {
			continue
		}
		for _, p := range m.Places(n) {
			for _, set := range ownershipSets(m) {
				for _, move := range []string{"none", "round", "random"} {
					cases = append(cases, harness.Case{
						Name: harness.Name("op", "write", "set", claims.SizeName(set), "move", move, "place", p.Name, "workers", n),
						Run:  func(b *testing.B) { runOwnership(b, p, set, m.LineBytes, hands(move, n)) },
					})
				}
			}
		}
	}
	return cases
}

// hands says who gets which shard in which round: [round][worker].
func hands(move string, n int) [][]int {
	rng := rand.New(rand.NewPCG(uint64(n), 0))
	rounds := make([][]int, ownershipRounds)
	for r := range rounds {
		switch move {
		case "random":
			rounds[r] = rng.Perm(n)
		default:
			rounds[r] = make([]int, n)
			for w := range n {
				rounds[r][w] = w
				if move == "round" {
					rounds[r][w] = (w + r) % n
				}
			}
		}
	}
	return rounds
}

// In every round every worker has one shard, and every shard one worker.
func TestHandsDealEachShardOnce(t *testing.T) {
	for _, move := range []string{"none", "round", "random"} {
		const workers = 5
		changes := 0
		for r, dealt := range hands(move, workers) {
			for w, shard := range slices.Sorted(slices.Values(dealt)) {
				if shard != w {
					t.Fatalf("%s, round %d deals %v", move, r, dealt)
				}
			}
			if dealt[0] != 0 {
				changes++
			}
		}
		if owned := changes == 0; owned != (move == "none") {
			t.Errorf("%s gives worker 0 another shard than its own in %d rounds", move, changes)
		}
	}
}

func BenchmarkOwnership(b *testing.B) { runLesson(b, "Ownership") }

func runOwnership(b *testing.B, p harness.Place, set, line int, hands [][]int) {
	s := harness.CrewAt(b, p)
	c := changedSetsFor(b, len(p.CPUs), set, line)
	lines := c.chains[0].Len()
	rounds := max(1, b.N/lines)
	const warm = 2 // rounds
	prepare := func(w *crew.Worker) {
		walkChanging(c.chains[w.Index].Start(), warm*lines)
	}
	t := s.Timed(prepare, func(w *crew.Worker) {
		for r := range rounds {
			walkChanging(c.chains[hands[r%len(hands)][w.Index]].Start(), lines)
			w.Barrier()
		}
	})
	if got, want := c.visits(), (rounds+warm)*lines*len(p.CPUs); got != want {
		b.Fatalf("the lines were visited %d times, want %d", got, want)
	}
	s.Report(b, t, rounds*lines)
}
