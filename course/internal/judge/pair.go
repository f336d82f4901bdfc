package judge

import (
	"fmt"
	"runtime"
	"unsafe"

	"cachelab/affinity"
	"cachelab/affinity/topology"
	"cachelab/affinity/topology/detect"
	"cachelab/internal/arena"
	"cachelab/internal/crew"
)

// Pair is two pinned workers on two CPUs, and memory for the lab's own arms.
type Pair struct {
	Crew     *crew.Crew
	Arena    *arena.Arena
	Relation topology.Relation // as the system reports it
	link     *crew.Link
}

// NewPair starts two workers on the nearest CPUs that are not siblings of one core, or
// on siblings if there is nothing else. If the machine has no pair, p is nil and why
// says the reason.
func NewPair() (p *Pair, why string, err error) {
	if can := affinity.Support(); !can.Pin {
		return nil, can.Reason, nil
	}
	host, err := detect.Host()
	if err != nil {
		return nil, "", err
	}
	chosen, ok := host.NearestCores()
	if !ok {
		return nil, "it takes two CPUs, and this process may use one", nil
	}
	if runtime.GOMAXPROCS(0) < 2 {
		return nil, "it takes two Ps, and GOMAXPROCS is 1", nil
	}
	workers, err := crew.New(chosen.A, chosen.B)
	if err != nil {
		return nil, err.Error(), nil
	}
	memory, err := arena.New(1<<20, arena.Small)
	if err != nil {
		workers.Close()
		return nil, "", err
	}
	link, err := crew.NewLink(workers)
	if err != nil {
		workers.Close()
		memory.Close()
		return nil, "", err
	}
	workers.Run(func(w *crew.Worker) {
		if w.Index == 0 {
			memory.Touch()
		}
	})
	return &Pair{workers, memory, chosen.Relation, link}, "", nil
}

// Close ends the workers and gives the memory back.
func (p *Pair) Close() {
	p.link.Close()
	p.Arena.Close()
	p.Crew.Close()
}

// atomicAdds is a sample of some 0.2 to 2 ms: long compared with a
// barrier, short compared with a placement.
const atomicAdds = 20_000

// Atomic is an arm in which each worker adds to a word of its own with an atomic
// add.
func (p *Pair) Atomic(name string, words [2]unsafe.Pointer) Arm {
	return Arm{name, func() float64 {
		var span crew.Span
		p.Crew.Run(func(w *crew.Worker) {
			s := w.Time(func() { crew.AddAtomic(words[w.Index], atomicAdds) })
			if w.Index == 0 {
				span = s
			}
		})
		return PerOp(span, atomicAdds)
	}}
}

// apart is a distance that no machine's interference reaches: four of Go's
// largest pads for a mainstream CPU (128 bytes), so that neither lines of 128 nor
// pairs of lines matter.
const apart = 512

// Packed is the lab's own arm of two words next to each other, and Apart the one of two words
// far from each other.
func (p *Pair) Packed() Arm {
	return p.Atomic("packed", [2]unsafe.Pointer{p.Arena.At(4096), p.Arena.At(4096 + 8)})
}

func (p *Pair) Apart() Arm {
	return p.Atomic("apart", [2]unsafe.Pointer{p.Arena.At(8192), p.Arena.At(8192 + apart)})
}

// Place describes where the workers are, for -why: what the system reports, and
// what the link between them does now.
func (p *Pair) Place() string {
	var s crew.LinkSample
	p.Crew.Run(func(w *crew.Worker) {
		if got := p.link.Sample(w); w.Index == 0 {
			s = got
		}
	})
	text := fmt.Sprintf("The workers are pinned to CPUs %d and %d, reported as %s. A line takes %.0f ns from one to the other now (compare-and-swap, one way), and both\nmultiply %.1f times as fast as one (2.0: two cores; little over 1: two threads of one core).", p.Crew.Worker(0).CPU, p.Crew.Worker(1).CPU, p.Relation, s.CASNS, s.MultiplyRatio)
	if s.Changed() {
		text += " It changed while it was measured: the hypervisor moves this guest's CPUs."
	}
	return text
}

// WhySharing explains what the cost of false sharing depends on.
func (r *Report) WhySharing(p *Pair) {
	r.Why("%s", p.Place())
	r.Why("Measured with atomic adds. With plain increments (x++) the effect is often small or none: the core's store buffer answers its own next load, and the line\nmoves only when stores commit. The distance between the CPUs changes the cost as well. Siblings of one core, two cores of one L3 and two sockets are\nclasses of their own. go run ./scripts/machine measures which ones this machine has.")
}
