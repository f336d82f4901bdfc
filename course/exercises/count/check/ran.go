package main

import (
	"fmt"
	"regexp"
	"slices"
	"time"

	"cachelab/internal/sched"
)

// counters are the goroutines that did the counting: of the program's own
// (not main's, not the runtime's), those that wrote something, in the order of
// their creation.
func counters(t *sched.Timeline) []*sched.Goroutine {
	var found []*sched.Goroutine
	for _, g := range t.Goroutines {
		if g.ID != 1 && g.Main != "" && g.Syscalls > 0 {
			found = append(found, g)
		}
	}
	slices.SortFunc(found, func(a, b *sched.Goroutine) int { return int(a.ID - b.ID) })
	return found
}

// anonymous matches the compiler's name of a function literal: main.main.func1
// or main.run.func2.1.
var anonymous = regexp.MustCompile(`\.func\d+(\.\d+)*$`)

// checkGoroutines says what is missing from how the numbers were made.
func checkGoroutines(t *sched.Timeline) (missing []string) {
	found := counters(t)
	if len(found) != 2 {
		missing = append(missing, fmt.Sprintf("%d goroutines print beside main: two were asked for, one for each direction", len(found)))
	}
	for _, g := range found {
		if !anonymous.MatchString(g.Main) {
			missing = append(missing, fmt.Sprintf("goroutine %s has a name: anonymous was asked for, a function literal", g.Main))
		}
	}
	return missing
}

// leastShare is how much of the shorter goroutine's running time both must have
// run for the two to count as parallel. A pair that takes turns by
// passing a token overlaps for the moment of passing it: measured, 0 to 2%; a
// parallel pair for 60 to 95%.
const leastShare = 0.2

// leastLines is how many of its 101 lines each must have begun to print in that
// time. A goroutine counts as running from when it is put on a thread, whether or not the
// system gives the thread a CPU: one that was about to wait for a lock has so been
// seen to "run" for 2.4 ms beside the lock's holder, printing nothing. A
// parallel pair prints some 50 lines each.
const leastLines = 10

// parallelism is what a trace says of the two counting goroutines.
type parallelism struct {
	procs   int64 // GOMAXPROCS while they ran; the largest, if it changed
	overlap time.Duration
	shorter time.Duration // running time of the one that ran less
	lines   [2]int        // printed by each while both ran
	oneCPU  bool          // known to have one CPU
}

// parallel reports whether both really ran at the same time. On one CPU nothing
// does, and one thread may print all its lines before the other has its turn: there
// it is enough that one of them did not wait for the other.
func (p parallelism) parallel() bool {
	lines := min(p.lines[0], p.lines[1])
	if p.oneCPU {
		lines = max(p.lines[0], p.lines[1])
	}
	return p.procs > 1 && p.shorter > 0 && float64(p.overlap) >= leastShare*float64(p.shorter) && lines >= leastLines
}

// linesWith counts the lines that goroutine a printed while b ran as well: its
// system calls, of which it makes no others.
func linesWith(t *sched.Timeline, a, b int64) int {
	lines := 0
	for _, x := range t.Runs {
		if x.G != a {
			continue
		}
		for _, call := range x.Syscalls {
			if slices.ContainsFunc(t.Runs, func(y sched.Run) bool {
				return y.G == b && y.P != x.P && y.From <= call.From && call.From < y.To
			}) {
				lines++
			}
		}
	}
	return lines
}

func parallelismOf(t *sched.Timeline, oneCPU bool) parallelism {
	found := counters(t)
	if len(found) < 2 {
		return parallelism{}
	}
	a, b := found[0], found[1]
	p := parallelism{
		overlap: t.Overlap(a.ID, b.ID), shorter: min(t.Ran(a.ID), t.Ran(b.ID)),
		lines: [2]int{linesWith(t, a.ID, b.ID), linesWith(t, b.ID, a.ID)}, oneCPU: oneCPU,
	}
	begin, end := min(a.Life.From, b.Life.From), max(a.Life.To, b.Life.To)
	for i, s := range t.Procs {
		until := t.End
		if i+1 < len(t.Procs) {
			until = t.Procs[i+1].At
		}
		if s.At < end && until > begin {
			p.procs = max(p.procs, s.Procs)
		}
	}
	return p
}
