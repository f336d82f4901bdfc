package simtest

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"time"
	"unsafe"

	"cachelab/cachelines/internal/machine"
	"cachelab/internal/arena"
	"cachelab/internal/chase"
)

// Machine is a simulated machine whose caches, TLB and links a test knows. The chains
// that an instrument walks are real memory; what a load of them costs, and so the clock,
// is simulated. Addresses are their own frames, and what is replaced is the line that was
// used the longest ago.
//
// It cannot touch the rest of a segment, which only chains over more than 32,768 lines
// have, and its two workers meet on one CPU.
type Machine struct {
	LineBytes int
	Levels    []Level // near to far
	MemoryNS  float64 // a load that misses all of them
	TLB       []Level // near to far: SizeBytes is what its entries reach, NS what a hit adds
	WalkNS    float64 // what a walk of the page tables adds; without a TLB nothing does
	SharedNS  float64 // an access of two workers to one line, of which both write
	CASNS     float64 // one way between any two CPUs
	Spare     int     // bytes
	Noise     float64 // relative deviation of each time

	now    time.Duration
	random *rand.Rand
}

// Level is a set-associative level of a cache or of a TLB. It has a power of two of sets,
// of lines or pages that are powers of two.
type Level struct {
	SizeBytes, Ways int
	NS              float64 // a load that hits

	shift int       // of an address, for the number of its line or page
	sets  uintptr   // less one
	tags  []uintptr // of each set, the last used first
}

// pageBytes is what an entry of the TLB covers.
const pageBytes = 4096

// adderHz is the clock that Add shows.
const adderHz = 1e9

var _ machine.Machine = (*Machine)(nil)

// Start empties the caches and returns the machine.
func (m *Machine) Start() *Machine {
	m.random = rand.New(rand.NewPCG(77, 1)) // any fixed seed
	for i := range m.Levels {
		m.Levels[i].start(m.LineBytes)
	}
	for i := range m.TLB {
		m.TLB[i].start(pageBytes)
	}
	return m
}

func (l *Level) start(block int) {
	sets := l.SizeBytes / block / l.Ways
	l.shift, l.sets, l.tags = bits.TrailingZeros(uint(block)), uintptr(sets-1), make([]uintptr, sets*l.Ways)
}

// visit reports whether the level holds the address, and brings it in.
func (l *Level) visit(address uintptr) (hit bool) {
	tag := address >> l.shift
	set := l.tags[int(tag&l.sets)*l.Ways:][:l.Ways]
	if set[0] == tag {
		return true
	}
	at := len(set) - 1
	for i, held := range set {
		if held == tag {
			at, hit = i, true
			break
		}
	}
	copy(set[1:at+1], set[:at])
	set[0] = tag
	return hit
}

// visitAll brings an address into every level and returns what the nearest hit costs.
func visitAll(levels []Level, address uintptr, miss float64) float64 {
	ns := miss
	for i := len(levels) - 1; i >= 0; i-- {
		if levels[i].visit(address) {
			ns = levels[i].NS
		}
	}
	return ns
}

// load is the time of one load.
func (m *Machine) load(address uintptr) float64 {
	ns := visitAll(m.Levels, address, m.MemoryNS)
	if len(m.TLB) > 0 {
		ns += visitAll(m.TLB, address, m.WalkNS)
	}
	return ns
}

// pass lets so many nanoseconds pass, with noise.
func (m *Machine) pass(ns float64) time.Duration {
	took := time.Duration(math.Round(ns * math.Exp(m.Noise*m.random.NormFloat64())))
	m.now += took
	return took
}

// Now moves by what was done, and by a reading of itself.
func (m *Machine) Now() time.Duration { m.now += 50; return m.now }

// SpareBytes is Spare.
func (m *Machine) SpareBytes() (int, bool) { return m.Spare, true }

// PageBytes is small, whatever was asked for, as on a guest whose host maps it so.
func (m *Machine) PageBytes(*arena.Arena) (int, bool) { return pageBytes, true }

// OnCPU runs f where it is.
func (m *Machine) OnCPU(_ int, f func()) bool { f(); return true }

// Walk follows the links of a real chain.
func (m *Machine) Walk(p unsafe.Pointer, loads int) (unsafe.Pointer, time.Duration) {
	ns := 0.0
	for range loads {
		ns += m.load(uintptr(p))
		p = *(*unsafe.Pointer)(p)
	}
	return p, m.pass(ns)
}

// TouchUntimed is not simulated.
func (m *Machine) TouchUntimed(*chase.Segment, int, int) {
	panic("simtest: the working sets of a simulated machine must be small")
}

// Add takes a cycle for each addition.
func (m *Machine) Add(n int, _ uint64) time.Duration { return m.pass(float64(n) / adderHz * 1e9) }

// Sum loads every line once.
func (m *Machine) Sum(p unsafe.Pointer, words int) time.Duration {
	ns := 0.0
	for i := 0; i < words*8; i += m.LineBytes {
		ns += m.load(uintptr(p) + uintptr(i))
	}
	return m.pass(ns)
}

// Pair is two workers.
func (m *Machine) Pair(int, int) (machine.Pair, error) { return pair{m}, nil }

type pair struct{ m *Machine }

// Touch is real.
func (p pair) Touch(a *arena.Arena) { a.Touch() }

// Interfere costs SharedNS where both words are on one line.
func (p pair) Interfere(steps []machine.Step, put func(step int, ns float64), stop func() bool) (stopped bool) {
	m := p.m
	for i, s := range steps {
		ns := m.Levels[0].NS
		if uintptr(s.Words[0])/uintptr(m.LineBytes) == uintptr(s.Words[1])/uintptr(m.LineBytes) {
			ns = m.SharedNS
		}
		put(i, float64(m.pass(ns*float64(s.N)))/float64(s.N))
		if i%16 == 0 && stop() {
			return true
		}
	}
	return false
}

// SampleLink takes a millisecond for each sample.
func (p pair) SampleLink(done func(samples int) bool) (out []machine.LinkSample, _ error) {
	m := p.m
	for {
		at := m.now
		cas := float64(m.pass(m.CASNS*1000)) / 1000
		m.now += time.Millisecond
		out = append(out, machine.LinkSample{At: at, CASNS: cas, CASFirstNS: cas, CASLastNS: cas, LoadStoreNS: 1.5 * cas, MultiplyRatio: 2})
		if done(len(out)) {
			return out, nil
		}
	}
}

// Close has nothing to end.
func (p pair) Close() {}
