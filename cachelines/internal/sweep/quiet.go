package sweep

import (
	"runtime"
	"time"

	"cachelab/affinity/opt"
	"cachelab/cachelines/instrument"
	"cachelab/cachelines/internal/machine"
	"cachelab/internal/arena"
	"cachelab/internal/chase"
	"cachelab/internal/host"
	"cachelab/internal/stats"
)

const (
	// mostCandidates is among how many CPUs the quietest is looked for: the
	// neighbours of a guest are seldom on more than one or two of its CPUs.
	mostCandidates = 4
	// quietTime is how long each candidate is looked at, in turns of a visit of
	// some 40 µs: neighbours come and go within milliseconds.
	quietTime = 15 * time.Millisecond
	// fullPart is the part of the first level that is walked. A thread on the
	// same core takes its lines from such a set, and hardly any from half of it.
	fullPart = 15.0 / 16
	// assumedFirst is the first level where none is reported: the commonest.
	assumedFirst = 32 << 10
	// LeastLoads is the least walk of a sample, 9 µs from the first level: the
	// clock's step is half a percent of it.
	LeastLoads = 1 << 13
)

// Candidates lists the CPUs that a measurement may choose among: the last of the
// hinted ones, since devices interrupt the first CPU by preference.
func Candidates(h instrument.Hints) []int { return h.CPUs[max(0, len(h.CPUs)-mostCandidates):] }

// OnCPU does f on one CPU and says on which: the wanted one, or else the
// quietest candidate. Where threads cannot be pinned, f runs on one thread
// wherever that is, and the answer is unknown.
func OnCPU(m machine.Machine, h instrument.Hints, want opt.Value[int], f func()) opt.Value[int] {
	cpu, ok := want.Get()
	if !ok {
		cpu, ok = quietCPU(m, h)
	}
	if ok && m.OnCPU(cpu, f) {
		return opt.Some(cpu)
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	f()
	return opt.Value[int]{}
}

// quietCPU is the candidate that is disturbed least at the moment; ok is false
// where no CPU is known.
//
// A guest's CPU may share its core with another tenant's, whose thread takes
// part of the private caches: a first level of 35 KiB was seen for minutes on
// one CPU of two, while the other one had all of its 48. The question is what
// the caches are, so the CPU is chosen by how fast a set that just fits the
// first level is walked, and by nothing else. Of equally quiet ones it is the
// last.
func quietCPU(m machine.Machine, h instrument.Hints) (id int, ok bool) {
	candidates := Candidates(h)
	if len(candidates) == 0 {
		return 0, false
	}
	last := candidates[len(candidates)-1]
	if len(candidates) == 1 {
		return last, true
	}
	size := h.FirstBytes
	if size == 0 {
		size = assumedFirst
	}
	set := int(float64(size)*fullPart) / h.LineBytes * h.LineBytes
	memory, err := arena.New(set, arena.Huge)
	if err != nil {
		return last, true
	}
	defer memory.Close()
	chain, err := chase.NewChain(memory, chase.ChainSpec{SetBytes: set, StrideBytes: h.LineBytes, Seed: 1})
	if err != nil {
		return last, true
	}
	visits := make([][]float64, len(candidates))
	for deadline := m.Now() + quietTime*time.Duration(len(candidates)); m.Now() < deadline; {
		for i, cpu := range candidates {
			if !m.OnCPU(cpu, func() { visits[i] = append(visits[i], visit(m, chain)) }) && i == 0 {
				return last, true // threads cannot be pinned
			}
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
		if stats.Median(visits[i]) < stats.Median(visits[best]) || len(visits[best]) == 0 {
			best = i
		}
	}
	for i := best + 1; i < len(visits); i++ {
		if stats.Median(visits[i]) <= alike*stats.Median(visits[best]) {
			best = i
		}
	}
	return best
}

// visit times a walk of a warm chain, in ns a load.
func visit(m machine.Machine, chain *chase.Chain) float64 {
	p, _ := m.Walk(chain.Start(), 2*chain.Len()) // brings it here, and settles which line stays
	loads := (LeastLoads/chain.Len() + 1) * chain.Len()
	_, took := m.Walk(p, loads)
	return host.PerOp(took, loads)
}
