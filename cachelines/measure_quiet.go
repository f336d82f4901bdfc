package cachelines

import (
	"errors"
	"runtime"
	"slices"
	"time"

	"cachelab/affinity"
	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
	"cachelab/internal/arena"
	"cachelab/internal/chase"
	"cachelab/internal/host"
)

const (
	// mostCandidates is among how many CPUs the quietest is looked for: the
	// neighbours of a guest are seldom on more than one or two of its CPUs.
	mostCandidates = 4
	// quietLook is how long each candidate is looked at, in turns of a visit of
	// some 40 us: neighbours come and go within milliseconds.
	quietLook = 15 * time.Millisecond
	// fullPart is the part of the first level that is walked. A thread on the
	// same core takes its lines from such a set, and hardly any from a half of it.
	fullPart = 15.0 / 16
	// assumedFirst is the first level where nobody claims one: the commonest.
	assumedFirst = 32 << 10
)

// quietCPU is the usable CPU of the first one's kind that is disturbed least
// at the moment. A guest's CPU may share its core with another tenant's, whose thread
// takes part of the private caches: seen here as a first level of 35 KiB, for
// minutes, on one CPU of two, while the other one had all of its 48. What is
// asked is what the caches are, so the CPU is chosen by how fast a set that just
// fits the first level is walked, and nothing else. Of equally quiet ones it is the last,
// since devices interrupt the first one by preference. ok is false where no CPU is known.
func (c *Claims) quietCPU() (id int, ok bool) {
	candidates := c.candidates()
	if len(candidates) == 0 {
		return 0, false
	}
	last := candidates[len(candidates)-1]
	if len(candidates) == 1 || !affinity.Support().Pin {
		return last, true
	}
	size, known := c.ClaimedSize(1)
	if !known {
		size = assumedFirst
	}
	line := c.stride()
	set := int(float64(size)*fullPart) / line * line
	mem, err := arena.New(set, arena.Huge)
	if err != nil {
		return last, true
	}
	defer mem.Close()
	chain, err := chase.NewChain(mem, chase.ChainSpec{SetBytes: set, StrideBytes: line, Seed: 1})
	if err != nil {
		return last, true
	}
	visits := make([][]float64, len(candidates))
	for deadline := time.Now().Add(quietLook * time.Duration(len(candidates))); time.Now().Before(deadline); {
		for i, cpu := range candidates {
			_ = affinity.Do(cpu, func() { visits[i] = append(visits[i], visit(chain)) })
		}
	}
	return candidates[quietest(visits)], true
}

// quietest is the index of the fastest median; of those within a fiftieth of it,
// which is what two quiet CPUs differ by, the last one.
func quietest(visits [][]float64) int {
	const alike = 1.02
	best := 0
	for i := range visits {
		if median(visits[i]) < median(visits[best]) || len(visits[best]) == 0 {
			best = i
		}
	}
	for i := best + 1; i < len(visits); i++ {
		if median(visits[i]) <= alike*median(visits[best]) {
			best = i
		}
	}
	return best
}

// visit times a walk of a warm chain, in ns a load.
func visit(chain *chase.Chain) float64 {
	p := chase.Walk(chain.Start(), 2*chain.Len()) // brings it here, and settles which line stays
	loads := (leastLoads/chain.Len() + 1) * chain.Len()
	begin := host.Now()
	chase.Walk(p, loads)
	return float64((host.Now() - begin).Nanoseconds()) / float64(loads)
}

// candidates are the last usable CPUs of the kind of the first.
func (c *Claims) candidates() []int {
	var ids []int
	var kind topology.Kind
	for _, cpu := range c.Topology.Usable() {
		if len(ids) == 0 {
			kind = cpu.Kind
		}
		if cpu.Kind == kind {
			ids = append(ids, cpu.ID)
		}
	}
	slices.Sort(ids)
	return ids[max(0, len(ids)-mostCandidates):]
}

// onCPU does f on one CPU, and says on which: the one that is wanted, or else the quietest.
// Where threads cannot be pinned, f runs on one thread wherever that is.
func (c *Claims) onCPU(want opt.Value[int], f func()) opt.Value[int] {
	cpu, ok := want.Get()
	if !ok {
		cpu, ok = c.quietCPU()
	}
	if ok && affinity.Support().Pin {
		if err := affinity.Do(cpu, f); err == nil || errors.Is(err, affinity.ErrNotRestored) {
			return opt.Some(cpu) // f ran there
		}
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	f()
	return opt.Value[int]{}
}
