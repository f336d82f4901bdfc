package bench

import (
	"os"
	"slices"
	"testing"
	"time"
	"unsafe"

	"cachelab/affinity"
	"cachelab/bench/claims"
	"cachelab/bench/internal/harness"
	"cachelab/internal/arena"
	"cachelab/internal/chase"
	"cachelab/internal/crew"
	"cachelab/internal/host"
)

// Lesson: migration. A pinned thread has a working set in its caches, is moved
// to another CPU, and walks its set there: what did the move cost, beyond the
// system call? One op is one line walked; the walk is one dependent load a line
// in random order, so a line that must come from elsewhere costs its whole
// latency. The control makes the same system call and stays.
//
//	op    dirty: every line was written just before; clean: it was only read
//	move  none: the control; first: the thread arrives on a CPU that never
//	      held the lines, or holds them no more; return: it comes back to the
//	      CPU that it left for one visit; there: a control that was on the other
//	      CPU all along, for a set in memory, because two CPUs may take different
//	      times to one memory

const (
	// visitLines bounds a timed walk to a random part of a large set: 16 Ki
	// dependent loads take 2 ms from memory, half a scheduler's slice.
	visitLines = 16 << 10
	// freshBytes is over how much memory a small clean set is moved round, so
	// that the other CPU meets lines that it has not, or no longer, cached:
	// several times the private caches of any CPU.
	freshBytes = 32 << 20
	// settle is how long after its preparation a set is walked, whichever way the
	// thread went: a move takes some 40 us and the control 1 us, and in the
	// difference the write-backs of a large dirty set drain.
	settle = 100 * time.Microsecond
	// leastSet is where the sweep begins: one base page.
	leastSet = 4 << 10
	// visitBlock is the part of a set in memory that a walk stays in: 1024 base pages of
	// 4 KiB, which a second-level TLB holds on any core of the last ten years (from 1024
	// entries on). The walk then waits for lines and not for translations, which a move
	// loses as well.
	visitBlock = 4 << 20
)

// migrationSets lists working sets in bytes: powers of four from 4 KiB, the
// private cache's half, whole and double, and the last level's whole and double.
func migrationSets(m *harness.Machine) []int {
	sets := []int{m.L2Bytes / 2, m.L2Bytes, 2 * m.L2Bytes, m.LLCBytes, 2 * m.LLCBytes}
	for s := leastSet; s < 2*m.LLCBytes; s *= 4 {
		sets = append(sets, s)
	}
	if m.MemoryBytes == 0 || m.Memory() <= m.MemoryBytes/4 {
		sets = append(sets, m.Memory())
	}
	slices.Sort(sets)
	return slices.Compact(sets)
}

func migrationCases(m *harness.Machine) []harness.Case {
	var cases []harness.Case
	for _, p := range m.PairPlaces() {
		for _, set := range migrationSets(m) {
			for _, dirty := range []bool{false, true} {
				op := "clean"
				if dirty {
					op = "dirty"
				}
				moves := []string{"none", "first", "return"}
				if set >= m.Memory() {
					moves = append(moves, "there")
				}
				for _, move := range moves {
					cases = append(cases, harness.Case{
						Name: harness.Name("op", op, "set", claims.SizeName(set), "move", move, "place", p.Name, "workers", 1),
						// Its chains are linked once, and a large set is
						// prepared several times over while the count is
						// searched: measured, 100 ns a line in all.
						Extra: time.Duration(max(set, freshBytes)/m.LineBytes) * 100 * time.Nanosecond,
						Run: func(b *testing.B) {
							runMigration(b, p, travel{set: set, line: m.LineBytes, dirty: dirty, move: move, evict: set >= m.Memory()})
						},
					})
				}
			}
		}
	}
	return cases
}

func BenchmarkMigration(b *testing.B) { runLesson(b, "Migration") }

// runMigration reports the median over the trips: now and then a trip costs
// nothing because the host kept both CPUs on one core (trap H16), and now and
// then one is interrupted.
func runMigration(b *testing.B, p harness.Place, v travel) {
	s := harness.CrewAt(b, p)
	t := travellerFor(b, v.set, v.line, v.evict)
	b.ResetTimer()
	var before, after float64
	s.Crew.Run(func(w *crew.Worker) {
		if link := s.LinkNow(w); w.Index == 0 {
			before = link
		}
	})
	var perLine []float64
	var failed error
	// The second worker must sleep meanwhile, not wait at a barrier: it would
	// hold the CPU that the first one moves to.
	s.Crew.Run(func(w *crew.Worker) {
		if w.Index != 0 {
			return
		}
		_, failed = t.trip(p.CPUs[0], p.CPUs[1], v) // the first way is cold
		for failed == nil && len(perLine)*t.visit < b.N {
			var took time.Duration
			took, failed = t.trip(p.CPUs[0], p.CPUs[1], v)
			perLine = append(perLine, host.PerOp(took, t.visit))
		}
	})
	if failed != nil {
		b.Fatal(failed)
	}
	s.Crew.Run(func(w *crew.Worker) {
		if link := s.LinkNow(w); w.Index == 0 {
			after = link
		}
	})
	slices.Sort(perLine)
	harness.ReportNS(b, perLine[len(perLine)/2])
	s.ReportLink(b, before, after)
}

// travel is a case: the set, and what happens to it.
type travel struct {
	set, line int
	dirty     bool
	move      string
	// evict takes the visited lines out of all caches before each walk: this set is to
	// be in memory, and a last level keeps a part of one that is several times as large.
	evict bool
}

// lastTraveller is kept for the next run of the same set: linking a large one
// takes longer than a sample.
var lastTraveller *traveller

func travellerFor(b *testing.B, set, lineBytes int, evict bool) *traveller {
	b.Helper()
	if t := lastTraveller; t != nil {
		if t.set == set {
			return t
		}
		lastTraveller = nil
		t.arena.Close()
	}
	lastTraveller = newTraveller(b, set, lineBytes, evict)
	return lastTraveller
}

// traveller is a thread's working set: one chain, or several that take turns
// where the set is small, so that a set is fresh when its turn comes again.
type traveller struct {
	arena  *arena.Arena
	chains []*chase.Chain
	next   int // chain of the next trip
	set    int // bytes of one chain
	line   int
	visit  int // lines of one timed walk
	end    unsafe.Pointer
}

func newTraveller(b *testing.B, set, lineBytes int, evict bool) *traveller {
	b.Helper()
	// More than 256 sets take longer to link than to walk; 256 of the smallest
	// are 1 MiB, which the other CPU's first level cannot hold.
	const mostChains = 256
	n := max(1, min(mostChains, freshBytes/set))
	mem, err := arena.New(n*set, arena.Huge)
	if err != nil {
		harness.Skip(b, err)
	}
	mem.Touch()
	t := &traveller{arena: mem, set: set, line: lineBytes, visit: min(visitLines, set/lineBytes)}
	for i := range n {
		c, err := chase.NewChain(mem, visitSpec(i*set, set, lineBytes, uint64(i+1), evict))
		if err != nil {
			b.Fatal(err)
		}
		t.chains = append(t.chains, c)
	}
	return t
}

// visitSpec is the chain through a set. One in memory is random inside blocks, so that a
// walk of visitLines from its start stays in the first.
func visitSpec(offset, set, lineBytes int, seed uint64, inMemory bool) chase.ChainSpec {
	spec := chase.ChainSpec{OffsetBytes: offset, SetBytes: set, StrideBytes: lineBytes, Seed: seed}
	if inMemory {
		spec.BlockBytes = visitBlock
	}
	return spec
}

// visitedBlock is the block that a walk from an offset of the set stays in.
func visitedBlock(start int) (from, to int) {
	from = start - start%visitBlock
	return from, from + visitBlock
}

// ends is where a set is prepared, and where it is walked.
func ends(move string, home, away int) (prepared, walked int) {
	switch move {
	case "first":
		return home, away
	case "there":
		return away, away
	}
	return home, home
}

// trip prepares the set, makes the move, and times the walk. The thread is on home
// before and afterwards.
func (t *traveller) trip(home, away int, v travel) (time.Duration, error) {
	at := t.next
	t.next = (t.next + 1) % len(t.chains)
	use := func() {
		if v.dirty {
			t.write(at)
		} else {
			t.read(at)
		}
	}
	from, target := ends(v.move, home, away)
	if from != home {
		if err := affinity.Move(from); err != nil {
			return 0, err
		}
	}
	use()
	switch {
	case v.evict:
		t.evict(at)
	case v.dirty:
		use() // the second time over, the lines of a set that fits are where they belong
	}
	prepared := host.Now()
	if v.move == "return" {
		if err := affinity.Move(away); err != nil {
			return 0, err
		}
		use()
		if v.evict {
			t.evict(at)
		}
		prepared = host.Now()
	}
	if err := affinity.Move(target); err != nil {
		return 0, err
	}
	if v.evict {
		t.warmTranslation(at)
	}
	for (host.Now() - prepared) < settle {
	}
	end, took := chase.Time(t.chains[at].Start(), t.visit)
	t.end = end
	if target != home {
		return took, affinity.Move(home)
	}
	return took, nil
}

// evict takes the lines that the walk visits out of all caches: by the instruction for
// it, or by reading all of the set once more, of which the visited lines are a small part.
func (t *traveller) evict(i int) {
	if !harness.CanFlush {
		t.read(i)
		return
	}
	at := t.chains[i].Start()
	for range t.visit {
		next := chase.Walk(at, 1)
		harness.Flush(at)
		at = next
	}
	harness.FlushDone()
}

// warmTranslation reads the last line of each page of the block that is to be walked, on
// the CPU that walks: a move loses translations as well as lines, and of a set in memory
// only the lines are in question. A page's last line is one of 64 that the walk visits.
func (t *traveller) warmTranslation(i int) {
	from, to := visitedBlock(int(uintptr(t.chains[i].Start()) - uintptr(t.arena.At(i*t.set))))
	page := os.Getpagesize()
	var sum uint64
	for offset := i*t.set + from + page - t.line; offset < i*t.set+to; offset += page {
		sum += *(*uint64)(t.arena.At(offset))
	}
	readSum = sum
}

// write makes every line of set i dirty, beside the chain's pointer.
func (t *traveller) write(i int) {
	for offset := i*t.set + harness.WordBytes; offset < (i+1)*t.set; offset += t.line {
		*(*uint64)(t.arena.At(offset))++
	}
}

// read reads every line of set i.
func (t *traveller) read(i int) {
	var sum uint64
	for offset := i * t.set; offset < (i+1)*t.set; offset += t.line {
		sum += *(*uint64)(t.arena.At(offset))
	}
	readSum = sum
}

var readSum uint64 // keeps the reads alive

func migrationCallCases(m *harness.Machine) []harness.Case {
	var cases []harness.Case
	for _, p := range m.PairPlaces() {
		for _, move := range []string{"none", "there"} {
			cases = append(cases, harness.Case{
				Name: harness.Name("move", move, "place", p.Name, "workers", 1),
				Run:  func(b *testing.B) { runMigrationCall(b, p, move) },
			})
		}
	}
	return cases
}

// BenchmarkMigrationCall times the system call itself: one op is one
// affinity.Move, to the CPU that the thread is on already (none) or to the
// other one (there), with its checks. These are three more system calls, of 1.1, 1.3
// and 1.1 µs where sched_setaffinity takes 1.7 (none) and 17 (there): measured one by
// one on a Zen 5 guest. The walks of BenchmarkMigration are timed after the move.
func BenchmarkMigrationCall(b *testing.B) { runLesson(b, "MigrationCall") }

func runMigrationCall(b *testing.B, p harness.Place, move string) {
	s := harness.CrewAt(b, p)
	var spent time.Duration
	var failed error
	s.Crew.Run(func(w *crew.Worker) {
		if w.Index != 0 {
			return
		}
		targets := [2]int{p.CPUs[0], p.CPUs[0]}
		if move == "there" {
			targets[1] = p.CPUs[1]
		}
		begin := host.Now()
		for i := 1; i <= b.N && failed == nil; i++ {
			failed = affinity.Move(targets[i%2])
		}
		spent = (host.Now() - begin)
		if err := affinity.Move(p.CPUs[0]); failed == nil {
			failed = err
		}
	})
	if failed != nil {
		b.Fatal(failed)
	}
	harness.ReportOps(b, spent, b.N)
}
