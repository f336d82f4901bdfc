// Package crew runs workers that stay on the CPU where they were put, start
// together, and meet on a spinning barrier. It holds the kernels that several
// workers run on the same cache lines, and the probe that measures how long a
// line takes from one CPU to another.
package crew

import (
	"errors"
	"fmt"
	"maps"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"cachelab/affinity"
	"cachelab/internal/host"
)

// Anywhere is the place of a worker that is left to the operating system.
const Anywhere = -1

// Crew is a set of workers, each on an OS thread of its own that stays where it
// was put. Between two runs they sleep; inside a run they meet on a spinning
// barrier, because waking a thread costs tens of microseconds and a channel
// between locked goroutines as much (traps G4, G5, H16).
//
// A crew belongs to one goroutine: Run and Close are not to be called at the
// same time.
type Crew struct {
	workers []*Worker
	barrier barrier
	joined  sync.WaitGroup // the workers' goroutines
	ran     sync.WaitGroup // the workers' part in the present run
	failed  atomic.Pointer[failure]
	agreed  bool // worker 0 writes, the others read, a meeting in between
}

type failure struct{ reason any }

// Worker is one of a crew, in the hands of the function that it runs.
type Worker struct {
	Index int // 0 .. workers-1
	CPU   int // where it is pinned, or Anywhere

	// Sum is the worker's checksum. Each run adds to it what the work
	// produced, so that no compiler drops the work and a test can verify it.
	Sum uint64

	crew       *Crew
	jobs       chan func(*Worker)
	begin, end time.Duration // of the last timed part, by Now
	off        float64       // share of that part in which the thread had no CPU
	spent      time.Duration // by this worker alone, inside a timed part
	counters   *host.Counters
	_          [falseShareGuard]byte // keeps this worker's stamps from the next allocation's words
}

// falseShareGuard keeps the crew's own state apart from everything else: two
// of the largest interference lines known in a mainstream CPU (128 bytes:
// Apple silicon, and Intel's pairs of 64), so that no phase of an allocation
// brings a neighbour nearer than one line.
const falseShareGuard = 256

// New starts one worker for each place: the id of a CPU, or Anywhere. It
// returns when every pinned worker has verified that it runs where it was put.
//
// It fails, and starts nothing, where a pin cannot be had
// (affinity.ErrUnsupported, or a CPU outside the mask), or where there are more
// workers than GOMAXPROCS: two spinning workers on one P wait for a 10 ms
// preemption at every meeting (trap G10).
func New(places ...int) (*Crew, error) {
	if len(places) == 0 {
		return nil, errors.New("crew: a crew of no workers")
	}
	if procs := runtime.GOMAXPROCS(0); len(places) > procs {
		return nil, fmt.Errorf("crew: %d workers need as many Ps, and GOMAXPROCS is %d", len(places), procs)
	}
	c := &Crew{}
	c.barrier.parties = int32(len(places))
	ready := make(chan error, len(places))
	for i, cpu := range places {
		w := &Worker{Index: i, CPU: cpu, crew: c, jobs: make(chan func(*Worker))}
		c.workers = append(c.workers, w)
		c.joined.Add(1)
		go w.live(ready)
	}
	var err error
	for range places {
		err = errors.Join(err, <-ready)
	}
	if err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// live is a worker's goroutine: pinned, it does what it is sent until its
// channel closes.
func (w *Worker) live(ready chan<- error) {
	defer w.crew.joined.Done()
	var err error
	if w.CPU == Anywhere {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
	} else {
		var restore func() error
		if restore, err = affinity.Pin(w.CPU); err == nil {
			// Where it fails, the thread ends with this goroutine.
			defer func() { _ = restore() }()
		}
	}
	if err == nil {
		// Not every system counts; a run without counts is still a run.
		w.counters, _ = host.OpenCounters(host.SoftwareEvents...)
		defer w.counters.Close()
	}
	ready <- err
	for job := range w.jobs {
		if err == nil {
			w.do(job)
		}
	}
}

func (w *Worker) do(job func(*Worker)) {
	defer w.crew.ran.Done()
	defer func() {
		if r := recover(); r != nil {
			// The first failure counts; the others' barrier is broken, or they
			// would wait for this worker for ever.
			w.crew.failed.CompareAndSwap(nil, &failure{r})
			w.crew.barrier.broken.Store(true)
		}
	}()
	job(w)
}

// Size is the number of workers.
func (c *Crew) Size() int { return len(c.workers) }

// Worker returns worker i, to be read between runs.
func (c *Crew) Worker(i int) *Worker { return c.workers[i] }

// Run lets every worker do f at the same time and returns when all have
// finished. A panic in one ends the run and is raised again here.
func (c *Crew) Run(f func(w *Worker)) {
	c.barrier.reset()
	c.failed.Store(nil)
	c.ran.Add(len(c.workers))
	for _, w := range c.workers {
		w.jobs <- f
	}
	c.ran.Wait()
	if fail := c.failed.Load(); fail != nil {
		panic(fail.reason)
	}
}

// Close ends the workers and waits until their threads are given back, with
// the CPU mask that they had.
func (c *Crew) Close() {
	for _, w := range c.workers {
		close(w.jobs)
	}
	c.joined.Wait()
	c.workers = nil
}

// Counts sums the kernel's counts over the workers since the crew began. An
// event that any worker could not count is absent.
func (c *Crew) Counts() host.Counts {
	var each []host.Counts
	for _, w := range c.workers {
		each = append(each, w.counters.Read())
	}
	return sumOf(each)
}

// sumOf adds up the events that are in every one of some counts.
func sumOf(each []host.Counts) host.Counts {
	total := host.Counts{}
	for i, got := range each {
		if i == 0 {
			maps.Copy(total, got)
			continue
		}
		for event := range total {
			if n, ok := got[event]; ok {
				total[event] += n
			} else {
				delete(total, event)
			}
		}
	}
	return total
}

// StopCounting ends the kernel's counting for this worker's thread. The kernel takes a
// counter off with its thread and puts it on again: on the guest of
// results/reference/oxide-virtual-turin-like-2cpu-bhyve that doubled the time of a switch
// between two threads, 1.1 to 2.1 µs. The worker itself must call it.
func (w *Worker) StopCounting() {
	w.counters.Close()
	w.counters = nil
}

// Barrier waits until every worker of the crew is here.
func (w *Worker) Barrier() { w.crew.barrier.wait() }

// Span is the time of one part that the whole crew did together.
type Span struct {
	Wall    time.Duration // from the first worker's start to the last one's end
	Overlap float64       // share of Wall in which all were at work, 0 to 1
	// OffCPU is the largest share of the time from the first worker's start to its own end
	// that a worker was off its CPU, 0 to 1: something else ran there. A worker that left
	// the meeting later than the first one was off as well. What happened after its start
	// is 0 where the system does not tell.
	OffCPU float64
}

// Time meets, lets every worker do its f, meets again, and returns the same
// span to each. Every worker of the crew must call it.
func (w *Worker) Time(f func()) Span {
	w.Barrier()
	had, ok := host.ThreadTime()
	w.begin = host.Now()
	f()
	w.end = host.Now()
	if has, _ := host.ThreadTime(); ok {
		w.off = max(0, 1-float64(has-had)/float64(w.end-w.begin))
	}
	w.Barrier()
	span := w.crew.span()
	w.Barrier() // nobody writes the next stamps while another still reads these
	return span
}

func (c *Crew) span() Span {
	first := c.workers[0]
	begin, lastBegin, end, firstEnd := first.begin, first.begin, first.end, first.end
	for _, w := range c.workers[1:] {
		begin, lastBegin = min(begin, w.begin), max(lastBegin, w.begin)
		end, firstEnd = max(end, w.end), min(firstEnd, w.end)
	}
	s := Span{Wall: end - begin}
	for _, w := range c.workers {
		if own := w.end - begin; own > 0 {
			late, off := w.begin-begin, w.off*float64(w.end-w.begin)
			s.OffCPU = max(s.OffCPU, (float64(late)+off)/float64(own))
		}
	}
	if s.Wall > 0 {
		s.Overlap = max(0, float64(firstEnd-lastBegin)/float64(s.Wall))
	}
	return s
}

// barrier is a spinning meeting point for a fixed number of workers. Each word
// lies on lines of its own: the count is written by all on arrival, the
// generation is read by all that wait.
type barrier struct {
	_       [falseShareGuard]byte // keeps arrived from whatever lies before
	arrived atomic.Int32
	_       [falseShareGuard]byte // keeps the waiters' polling off the line of arrivals
	round   atomic.Int32
	broken  atomic.Bool           // read together with round: frequently accessed together
	_       [falseShareGuard]byte // keeps polled words from parties, and from whatever lies behind
	parties int32
}

// errBroken ends a worker whose partner has failed.
var errBroken = errors.New("crew: another worker of the crew failed")

// spinsBeforeYield is how often a waiter polls before it offers its CPU to
// others: some 10 us, longer than any meeting on free CPUs takes, and short
// against a scheduler slice (3 ms and up) where two workers share one CPU.
const spinsBeforeYield = 1 << 13

func (b *barrier) wait() {
	round := b.round.Load()
	if b.arrived.Add(1) == b.parties {
		b.arrived.Store(0)
		b.round.Add(1)
		return
	}
	for spins := 1; b.round.Load() == round; spins++ {
		if b.broken.Load() {
			panic(errBroken)
		}
		if spins%spinsBeforeYield == 0 {
			yield()
		}
	}
}

func (b *barrier) reset() {
	b.arrived.Store(0)
	b.broken.Store(false)
}

// Decide lets worker 0 decide and tells every worker the same answer. Every
// worker of the crew must call it.
func (w *Worker) Decide(decide func() bool) bool {
	if w.Index == 0 {
		w.crew.agreed = decide()
	}
	w.Barrier()
	agreed := w.crew.agreed
	w.Barrier()
	return agreed
}
