//go:build linux || windows

package affinity

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"cachelab/internal/cpulist"
)

// Each system that can pin supplies, in its own file:
//
//	mask                              the CPUs of one thread; has(cpu), only(cpu)
//	getMask() (mask, error)           of the calling thread
//	getMaskInto(scratch) (mask, error) the same, in scratch where that serves
//	setMask(mask) error               likewise; a variable, so that tests can break it
//	maskOf(cpu, scratch) mask         one CPU, in scratch where that serves
//	reachable                         what a thread may be pinned to; has(cpu), cpus()
//	reachableFrom(mask)               of a thread with that mask, not pinned
//	verify(cpu) error                 that the calling thread runs there
//	currentCPU() (int, error)
//	threadID() int

// pinRecord is what is known about a thread that this package pinned.
type pinRecord struct {
	cpu     int       // where the thread was put
	allowed reachable // what the thread could use before it was first pinned
	scratch mask      // for maskOf and getMaskInto, so that a move does not allocate

	saved mask        // the thread's mask before this pin
	outer *pinRecord  // the pin that was in force before; nil: none
	ended atomic.Bool // this pin's restore was called
}

// pins holds a record for each pinned thread, by thread id. A goroutine that
// ends pinned leaves its record behind, and the kernel may give its thread's
// id to a new one; lookups therefore check the record against the mask.
var pins = struct {
	sync.Mutex
	byThread map[int]*pinRecord
}{byThread: map[int]*pinRecord{}}

func recordOf(thread int) *pinRecord {
	pins.Lock()
	defer pins.Unlock()
	return pins.byThread[thread]
}

// setRecord files r, or forgets the thread if r is nil.
func setRecord(thread int, r *pinRecord) {
	pins.Lock()
	defer pins.Unlock()
	if r == nil {
		delete(pins.byThread, thread)
	} else {
		pins.byThread[thread] = r
	}
}

// pinnedRecord is recordOf for a thread whose mask is now m: nil if that
// record is of a thread that is gone.
func pinnedRecord(thread int, m mask) *pinRecord {
	r := recordOf(thread)
	if r != nil && !m.only(r.cpu) {
		return nil
	}
	return r
}

func pin(cpu int) (undo func() error, err error) {
	// The lock comes first: without it the goroutine could change threads
	// between any two of the calls below.
	runtime.LockOSThread()
	thread := threadID()
	saved, err := getMask()
	if err != nil {
		runtime.UnlockOSThread()
		return nil, err
	}
	outer := pinnedRecord(thread, saved)
	r := &pinRecord{cpu: cpu, saved: saved, outer: outer}
	if outer != nil {
		r.allowed = outer.allowed
	} else if r.allowed, err = reachableFrom(saved); err != nil {
		runtime.UnlockOSThread()
		return nil, err
	}
	if err := r.set(cpu); err != nil {
		runtime.UnlockOSThread()
		return nil, err
	}
	if err := verify(cpu); err != nil {
		if setMask(saved) == nil {
			runtime.UnlockOSThread()
		} // else the thread ends with the goroutine
		return nil, err
	}
	setRecord(thread, r)

	return func() error { return r.end(thread) }, nil
}

// end ends a pin of the thread. If a later one is in force, that keeps its CPU,
// and puts back what this one saved when it ends itself.
func (r *pinRecord) end(thread int) error {
	if r.ended.Load() {
		return nil
	}
	if t := threadID(); t != thread {
		panic(fmt.Sprintf("affinity: restore called on thread %d, but Pin was called on thread %d: call it from the goroutine that called Pin", t, thread))
	}
	if recordOf(thread) == r {
		first := r
		for first.outer != nil && first.outer.ended.Load() {
			first = first.outer
		}
		if err := setMask(first.saved); err != nil {
			return fmt.Errorf("%w: thread %d keeps its pin, and its goroutine stays locked: %w", ErrNotRestored, thread, err)
		}
		setRecord(thread, first.outer)
	}
	r.ended.Store(true)
	runtime.UnlockOSThread()
	return nil
}

func move(cpu int) error {
	thread := threadID()
	r := recordOf(thread)
	if r == nil {
		// Locked by hand: remember what the thread had, so that it can be
		// moved a second time.
		r = &pinRecord{}
		if err := r.learn(); err != nil {
			return err
		}
		if err := r.place(cpu); err != nil {
			return err
		}
		setRecord(thread, r)
		return nil
	}
	m, err := getMaskInto(r.scratch)
	if err != nil {
		return err
	}
	r.scratch = m
	if !m.only(r.cpu) {
		// The record is of an ended thread whose id this one has, or something else
		// changed the mask. The record stays, because a pin may end by it.
		if err := r.learn(); err != nil {
			return err
		}
	}
	return r.place(cpu)
}

// learn reads from the calling thread's mask what it can use.
func (r *pinRecord) learn() error {
	m, err := getMask()
	if err == nil {
		r.allowed, err = reachableFrom(m)
	}
	return err
}

// place sets the calling thread's mask to one CPU and verifies it.
func (r *pinRecord) place(cpu int) error {
	if err := r.set(cpu); err != nil {
		return err
	}
	return verify(cpu)
}

// set is place without the verification; if it fails nothing has changed.
func (r *pinRecord) set(cpu int) error {
	if !r.allowed.has(cpu) {
		return fmt.Errorf("cpu %d is %w %s: choose one of these, or start the process with a wider mask (%s)",
			cpu, ErrNotInMask, cpulist.Format(r.allowed.cpus()), widenHint)
	}
	r.scratch = maskOf(cpu, r.scratch)
	if err := setMask(r.scratch); err != nil {
		return fmt.Errorf("cpu %d: %w", cpu, err)
	}
	r.cpu = cpu
	return nil
}

func allowedCPUs() ([]int, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	m, err := getMask()
	if err != nil {
		return allowedWithoutMask(), nil
	}
	if r := pinnedRecord(threadID(), m); r != nil {
		return r.allowed.cpus(), nil
	}
	allowed, err := reachableFrom(m)
	if err != nil {
		return nil, err
	}
	return allowed.cpus(), nil
}

// support asks once: what a sandbox forbids does not change while a process
// runs.
var support = sync.OnceValue(func() Capability {
	answer := make(chan error)
	go func() {
		// Never unlocked: the thread ends with this goroutine, and nobody
		// inherits a mask that was set, even to what it was.
		runtime.LockOSThread()
		m, err := getMask()
		if err == nil {
			err = setMask(m)
		}
		if err == nil {
			_, err = currentCPU()
		}
		answer <- err
	}()
	if err := <-answer; err != nil {
		return Capability{
			Reason:  fmt.Sprintf("the system refuses to set or read where a thread runs: %v", err),
			Remains: "measure unpinned, or allow the calls in the sandbox (" + callsNeeded + ")",
		}
	}
	return Capability{Pin: true}
})
