package cachelines

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"cachelab/affinity/opt"
	"cachelab/internal/arena"
	"cachelab/internal/chase"
	"cachelab/internal/host"
)

const (
	// setsBudget is for a core that others disturb. The searches end where they are sure, after some 200 ms here,
	// and on a card where they tell enough and its time is over (cardTime).
	setsBudget = 1200 * time.Millisecond
	// lostInARow searches that find nothing are a reason to go on elsewhere. A neighbour on the core's other
	// thread keeps most from success, on one CPU and for some 100 ms: beside one that came and went 131 of
	// 150 counts told the size on one CPU, and 144 to 147 on the one or the other by turns of 1 to 3.
	lostInARow = 2
	// setsPool is how many times the level's size the lines are chosen from. What frames a host gives decides
	// which sets are crowded, and the search finds a crowded one: with 8 times one count in 100 was half or twice
	// the number (with 32 none of 210, 150 of them beside a load), and the hits of 100 counts differed by 1.6 times what chance does; with 16 by 1.24, with 32 by 1.1
	// and with 64 by 1.0, but those take a third longer.
	setsPool = 32
	// pieceLoads is about what is timed at once, 5 us from a second level: a hundred
	// times what a reading of the clock costs, and less than from one interrupt to the next.
	pieceLoads = 1 << 10
	// fastOf is of how many pieces the fastest counts: whatever disturbs a lap makes it longer.
	fastOf = 2
	// setsEnough ends the searches: four that agree have 0.94.
	setsEnough = 0.92
	// setsTold is enough for an answer when the time is up. Of 350 cards beside a load on all CPUs four
	// told half or twice the size, with 0.53 to 0.75, before batches without lines were counted.
	setsTold = 0.76
)

// measureSets searches the sets of a private cache of about the given size, whose lines are
// indexed by physical addresses. It answers with what each search found, and with how
// many columns there are. They are of o.CPU, and where searches get lost of others of
// its kind in turn. They end where they are sure, after soon also where they tell enough or nothing was found,
// and after the budget in any case.
//
// The error is for a machine where nothing could be measured (no memory), or
// ctx's own.
func measureSets(ctx context.Context, claims *Claims, aboutBytes int, o CoreOptions, soon time.Duration) (found []eviction, columns int, err error) {
	o = o.or(setsBudget)
	line := claims.stride()
	columns = evictBlock / line
	pool := setsPool * aboutBytes / evictBlock * evictBlock
	mem, err := arena.New(pool, arena.Huge)
	if err != nil {
		return nil, columns, err
	}
	defer mem.Close()
	turns := claims.turns(o.CPU)
	claims.onCPU(turns.cpu(), func() { err = touch(ctx, mem) })
	if err != nil {
		return nil, columns, err
	}
	e := evictor{
		lap:    func(lines []int, glance bool) float64 { return timeLap(mem, lines, line, glance) },
		blocks: pool / evictBlock, columns: columns, rng: rand.New(rand.NewPCG(o.Seed, 6)),
	}
	begin := time.Now()
	soon = min(soon, o.Budget)
	any, level := false, Level{}
	more := func() bool {
		return ctx.Err() == nil && goesOn(time.Since(begin), soon, o.Budget, any, level)
	}
	for more() {
		var one eviction
		claims.onCPU(turns.cpu(), func() { one = e.search(more) })
		found = append(found, one)
		any = any || one.Lines > 0
		if _, level = setsOf(found, columns, line); level.Confidence >= setsEnough {
			break
		}
		turns.took(one.Lines > 0)
	}
	return found, columns, ctx.Err()
}

// goesOn reports whether to search on after so long: until soon in any case, and then within the budget where
// something was found and does not tell enough.
func goesOn(spent, soon, budget time.Duration, any bool, level Level) bool {
	return spent < soon || spent < budget && any && level.Confidence < setsTold
}

// turns are CPUs to search on, one at a time.
type turns struct {
	cpus     []opt.Value[int]
	at, lost int
}

// turns begin with the CPU that is wanted; others of its kind, which have the same caches and other
// neighbours, follow. Where it is unknown there is no other.
func (c *Claims) turns(want opt.Value[int]) *turns {
	t := &turns{cpus: []opt.Value[int]{want}}
	candidates := c.candidates()
	if id, ok := want.Get(); !ok || !slices.Contains(candidates, id) {
		return t
	}
	for _, id := range candidates {
		if cpu := opt.Some(id); cpu != want {
			t.cpus = append(t.cpus, cpu)
		}
	}
	return t
}

func (t *turns) cpu() opt.Value[int] { return t.cpus[t.at] }

// took notes whether a search found anything.
func (t *turns) took(found bool) {
	if t.lost++; found {
		t.lost = 0
	}
	if t.lost == lostInARow {
		t.at, t.lost = (t.at+1)%len(t.cpus), 0
	}
}

// timeLap is the lapTimer of an arena.
func timeLap(mem *arena.Arena, lines []int, lineBytes int, glance bool) float64 {
	loads := pieceLoads
	if glance {
		loads /= 2
	}
	offsets := make([]int, len(lines))
	for i, l := range lines {
		offsets[i] = l * lineBytes
	}
	chain, err := chase.NewLineChain(mem, offsets)
	if err != nil {
		return math.NaN()
	}
	laps := (loads + len(lines) - 1) / len(lines)
	p := chase.Walk(chain.Start(), 2*len(lines)) // writing it was a lap as well
	best := math.Inf(1)
	for range fastOf {
		begin := host.Now()
		p = chase.Walk(p, laps*len(lines))
		best = min(best, float64((host.Now()-begin).Nanoseconds())/float64(laps))
	}
	return best
}
