// Package machine is the narrow interface through which the instruments reach
// the machine under test: walk this chain, stream through this memory, run this
// pair of workers, read the clock. [Host] is the real one; a test may put a
// simulated one in its place, whose caches it knows.
//
// A method stands for a whole timed piece of work, and the clock is read inside
// it. So the call through the interface, some 2 ns, is not timed.
package machine

import (
	"errors"
	"time"
	"unsafe"

	"cachelab/internal/arena"
	"cachelab/internal/chase"
)

// Machine is a machine under test.
type Machine interface {
	// Now reads the clock: time since some moment. It never goes backwards.
	Now() time.Duration
	// SpareBytes is how much memory may be taken without harm to others; ok is
	// false where nothing says so.
	SpareBytes() (bytes int, ok bool)
	// PageBytes is the page size that the memory got; ok is false where nothing
	// says so.
	PageBytes(a *arena.Arena) (bytes int, ok bool)

	// OnCPU runs f with its thread pinned to a CPU. ran is false where that was
	// not possible; f was not called then.
	OnCPU(cpu int, f func()) (ran bool)

	// Walk makes that many dependent loads along a chain, from p on, and returns
	// where it ended and how long it took.
	Walk(p unsafe.Pointer, loads int) (end unsafe.Pointer, took time.Duration)
	// TouchUntimed reads lines of a segment that are not part of its timed chain,
	// from one of them on.
	TouchUntimed(s *chase.Segment, from, lines int)
	// Add makes n dependent additions of one cycle each.
	Add(n int, seed uint64) (took time.Duration)
	// Sum reads the words of a piece of memory, in order, with loads that do not
	// wait for each other.
	Sum(p unsafe.Pointer, words int) (took time.Duration)

	// Pair makes two workers, pinned to two CPUs. The error wraps ErrUnpinned
	// where threads cannot be pinned.
	Pair(a, b int) (Pair, error)
}

// ErrUnpinned says that threads of this machine cannot be pinned to a CPU.
var ErrUnpinned = errors.New("threads cannot be pinned to a CPU")

// Pair is two pinned workers on two CPUs.
type Pair interface {
	// Touch touches memory on the first worker, which decides its home.
	Touch(a *arena.Arena)
	// Interfere takes both workers through the steps, in order and at the same
	// time, and calls put with the time of each step that was valid, in
	// nanoseconds an access. It asks stop every few steps and reports whether that
	// ended it.
	Interfere(steps []Step, put func(step int, ns float64), stop func() bool) (stopped bool)
	// SampleLink samples what a line's transfer between the two costs until done,
	// which it asks with the number of samples so far.
	SampleLink(done func(samples int) bool) ([]LinkSample, error)
	// Close ends the workers.
	Close()
}

// Step is one piece of work of a pair.
type Step struct {
	// Beside false: both workers add to a word of their own, Words[0] and
	// Words[1], with atomic adds. Beside true: the second worker counts in
	// Words[1] with plain increments, and is timed, while the first one adds to
	// Words[0].
	Beside bool
	Words  [2]unsafe.Pointer
	N      int // accesses that are timed
}

// LinkSample is one look at the link of a pair, about a millisecond long. What
// was not measured is NaN or 0.
type LinkSample struct {
	At            time.Duration // since the first
	CASNS         float64       // one way, compare-and-swap ping-pong
	CASFirstNS    float64       // the same, at the beginning of the sample
	CASLastNS     float64       // and at its end
	LoadStoreNS   float64       // one way, load and store ping-pong over one line
	MultiplyRatio float64       // throughput of both workers' multiplies over one's
}
