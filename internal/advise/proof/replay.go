package proof

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"unsafe"

	"cachelab/affinity/topology/detect"
	"cachelab/internal/advise/finding"
	"cachelab/internal/advise/record"
	"cachelab/internal/arena"
	"cachelab/internal/chase"
	"cachelab/internal/crew"
	"cachelab/results"
)

// An access is what a worker does to one word in every round of the replay.
type access struct {
	word  int // index in scenario.offsets
	kind  accessKind
	times int
}

type accessKind int

const (
	load accessKind = iota
	plainAdd
	atomicStore
	atomicAdd
	compareAndSwap
)

// A scenario is the traffic of the two busiest goroutines on one line.
type scenario struct {
	offsets []int       // of the words, from the start of the line
	group   []int       // of each word: 0 and 1 are one worker's own, 2 is used by both
	work    [2][]access // of each worker
	roundNS float64     // time of a round without recording; 0: not known
}

const (
	// accessesPerRound is how often the busiest word of a worker is used in a
	// round: enough that rarer words (a fourth as often) have a whole number.
	accessesPerRound = 4

	// maxRoundNS bounds the time that fills a round. Beyond it a transfer of
	// 100 ns is under 1% of the round, and the bound has answered already.
	maxRoundNS = 100_000

	// The pads of the two padded layouts: the second worker's words are so much
	// further, and those that both use twice as far.
	smallPad, largePad = 64, 128

	replayPasses = 12   // a rank test of twelve pairs can go below 0.0005
	replayNS     = 20e6 // time of one sample: 20 ms, long against a scheduler's tick
)

// replay runs the finding's pattern as loops on pinned threads. It returns nil
// where fewer than two goroutines are known to use the words, or this machine
// offers no two CPUs to pin to.
func replay(ctx context.Context, f *finding.Finding, d *record.Dump, nsPerOp float64) (*finding.Gain, error) {
	s, ok := newScenario(f, d, nsPerOp)
	if !ok {
		return nil, nil
	}
	host, err := detect.Host()
	if err != nil {
		return nil, nil
	}
	var best *finding.Gain
	for _, pair := range host.PairPerRelation() {
		c, err := crew.New(pair.A, pair.B)
		if err != nil {
			continue // no pins on this system
		}
		gain, err := s.at(ctx, c)
		c.Close()
		if err != nil {
			return nil, err
		}
		gain.Placement = pair.Relation.String()
		if best == nil || gain.Ratio != nil && best.Ratio != nil && gain.Ratio.Median > best.Ratio.Median {
			best = gain
		}
	}
	return best, nil
}

// newScenario takes the two goroutines with the most accesses to the words of
// the finding's busiest line.
func newScenario(f *finding.Finding, d *record.Dump, nsPerOp float64) (*scenario, bool) {
	if len(f.Shared) == 0 {
		return nil, false
	}
	line := f.Shared[0]
	two := busiest(line)
	if len(two) < 2 {
		return nil, false
	}
	s := &scenario{}
	var most int64 // accesses of the busiest worker to its busiest word
	for i, w := range line.Words {
		var users []int
		for k, id := range two {
			n := accessesOf(w, id)
			if n == 0 {
				continue
			}
			users = append(users, k)
			most = max(most, n)
			s.work[k] = append(s.work[k], access{word: i, kind: kindOf(w), times: int(n)})
		}
		s.offsets = append(s.offsets, w.Offset)
		s.group = append(s.group, 2)
		if len(users) == 1 {
			s.group[i] = users[0]
		}
	}
	for k := range s.work {
		for i := range s.work[k] {
			a := &s.work[k][i]
			a.times = int((int64(a.times)*accessesPerRound + most/2) / most)
		}
		s.work[k] = slices.DeleteFunc(s.work[k], func(a access) bool { return a.times == 0 })
		if len(s.work[k]) == 0 {
			return nil, false
		}
	}
	if d.Ops > 0 && nsPerOp > 0 {
		perOp := float64(most) * float64(max(d.Watched.SampleOneIn, 1)) / float64(d.Ops)
		s.roundNS = min(nsPerOp*accessesPerRound/perOp, maxRoundNS)
	}
	return s, true
}

// busiest returns the two goroutines with the most accesses to a line.
func busiest(line *record.Line) []int64 {
	total := map[int64]int64{}
	for _, w := range line.Words {
		for _, u := range w.Users {
			if u.Goroutine != nil {
				total[u.Goroutine.ID] += u.Reads + u.Writes
			}
		}
	}
	var ids []int64
	for id := range total {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b int64) int {
		if d := total[b] - total[a]; d != 0 {
			return int(max(-1, min(1, d)))
		}
		return int(a - b)
	})
	return ids[:min(2, len(ids))]
}

func accessesOf(w *record.Word, goroutine int64) (n int64) {
	for _, u := range w.Users {
		if u.Goroutine != nil && u.Goroutine.ID == goroutine {
			n += u.Reads + u.Writes
		}
	}
	return n
}

// kindOf is the most frequent access to a word. A plain write stands for the
// read and the write that most of them are parts of.
func kindOf(w *record.Word) accessKind {
	c := w.Counts
	type writes struct {
		kind accessKind
		n    int64
	}
	most := slices.MaxFunc([]writes{{plainAdd, c.Write}, {atomicStore, c.AtomicStore}, {atomicAdd, c.AtomicAdd}, {compareAndSwap, c.AtomicCAS + c.AtomicSwap}},
		func(a, b writes) int { return cmp.Compare(a.n, b.n) })
	// A word that is written in a fifth of its accesses counts as written: the
	// writes are what makes the line move.
	if most.n == 0 || 4*most.n < c.Reads() {
		return load
	}
	return most.kind
}

// at measures the scenario with one crew: words as found, and a line apart.
func (s *scenario) at(ctx context.Context, c *crew.Crew) (*finding.Gain, error) {
	mem, err := arena.New(4096, arena.Small)
	if err != nil {
		return nil, err
	}
	defer mem.Close()
	layouts := []struct {
		name string
		pad  int
	}{{"found", 0}, {"pad64", smallPad}, {"pad128", largePad}}
	fill := s.fill(c, mem)
	rounds := 1000
	if ns := s.time(c, mem, smallPad, fill, rounds); ns > 0 {
		rounds = max(100, int(replayNS/ns))
	}
	var samples []results.Sample
	for pass := 1; pass <= replayPasses; pass++ {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		for _, i := range rand.Perm(len(layouts)) {
			ns := s.time(c, mem, layouts[i].pad, fill, rounds)
			name := "Replay/layout=" + layouts[i].name
			samples = append(samples, results.Sample{Pass: pass, Name: name, Full: "Benchmark" + name,
				Values: results.Values{{Unit: "sec/op", Value: ns * 1e-9}}})
		}
	}
	verdicts, err := results.Judge(&results.Log{Samples: samples, Passes: replayPasses}, []results.Claim{{
		ID: "replay", Sentence: "the words are faster a line apart", Measurement: true, Threshold: 1.05,
		Slow: ".name:Replay /layout:found", Fast: ".name:Replay /layout:pad64",
	}}, nil, results.Options{})
	if err != nil {
		return nil, err
	}
	v := verdicts[0]
	g := &finding.Gain{By: "replay", Verdict: string(v.Outcome), Word: word(v.Outcome), Samples: v.Samples, Reason: v.Reason}
	if v.Ratio == nil {
		return nil, errors.New("the replay gave no ratio: " + v.Reason)
	}
	g.Ratio = &finding.Ratio{Median: v.Ratio.Median, Lo: v.Ratio.Lo, Hi: v.Ratio.Hi}
	g.Before, g.After = v.Arms[0].Center.Median*1e9, v.Arms[1].Center.Median*1e9
	if s.roundNS == 0 {
		g.Reason = "the program's time between accesses is not known, so the loops leave none: the ratio is an upper bound of the gain"
		if g.Word == WorthIt {
			g.Word, g.Verdict = CannotTell, string(results.Undecided)
		}
	}
	return g, nil
}

// fill is how many dependent additions a round needs beside its accesses to
// take as long as in the program.
func (s *scenario) fill(c *crew.Crew, mem *arena.Arena) int {
	if s.roundNS == 0 {
		return 0
	}
	bare := s.time(c, mem, largePad, 0, 10_000)
	const probe = 1024
	with := s.time(c, mem, largePad, probe, 2_000)
	if with <= bare {
		return 0
	}
	return max(0, int((s.roundNS-bare)/(with-bare)*probe))
}

// time runs rounds rounds on each worker at once and returns the wall time of
// one, in nanoseconds. Words of the second worker are pad bytes further, and
// those that both use twice as far.
func (s *scenario) time(c *crew.Crew, mem *arena.Arena, pad, fill, rounds int) float64 {
	place := [3]int{0, pad, 2 * pad}
	words := make([]unsafe.Pointer, len(s.offsets))
	for i, offset := range s.offsets {
		// Aligned down to 8 bytes: the kernels use 64-bit words.
		words[i] = mem.At(offset&^7 + place[s.group[i]])
	}
	var took float64
	c.Run(func(w *crew.Worker) {
		span := w.Time(func() {
			if w.Index < 2 {
				w.Sum += play(s.work[w.Index], words, rounds, fill)
			}
		})
		if w.Index == 0 {
			took = float64(span.Wall.Nanoseconds()) / float64(rounds)
		}
	})
	return took
}

// play does the accesses of one worker, round after round. What the loop costs
// beside them is the same in every layout and counts as the program's own work.
//
//go:noinline
func play(work []access, words []unsafe.Pointer, rounds, fill int) (sum uint64) {
	for ; rounds > 0; rounds-- {
		for _, a := range work {
			for range a.times {
				sum = a.do((*uint64)(words[a.word]), sum)
			}
		}
		if fill > 0 {
			sum = chase.AddChain(fill, sum, 1)
		}
	}
	return sum
}

// do accesses the word once.
func (a access) do(p *uint64, sum uint64) uint64 {
	switch a.kind {
	case load:
		sum += atomic.LoadUint64(p)
	case plainAdd:
		*p++
	case atomicStore:
		atomic.StoreUint64(p, sum)
	case atomicAdd:
		atomic.AddUint64(p, 1)
	case compareAndSwap:
		atomic.CompareAndSwapUint64(p, atomic.LoadUint64(p), sum)
	}
	return sum
}
