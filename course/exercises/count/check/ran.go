package check

import (
	"fmt"
	"regexp"
	"slices"
	"time"

	"cachelab/course/internal/program"
	"cachelab/internal/sched"
)

// mainID is the goroutine that runs main: the runtime numbers from 1.
const mainID = 1

// counters are the goroutines that did the counting: of the program's own
// (not main's, not the runtime's), those that wrote something, in the order of
// their creation.
func counters(t *sched.Timeline) []*sched.Goroutine {
	var found []*sched.Goroutine
	for _, g := range t.Goroutines {
		if g.ID != mainID && g.Main != "" && g.Syscalls > 0 {
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

// leastThoughts is how many of its 101 pieces of work (calls of program.Think) each
// must have begun in that time. A goroutine counts as running from when it is put on a
// thread, whether or not the system gives the thread a CPU: one that was about to wait
// for a lock has so been seen to "run" for 2.4 ms beside the lock's holder, doing
// nothing. A parallel pair does some 50 each.
const leastThoughts = 10

// parallelism is what a trace says of the two counting goroutines.
type parallelism struct {
	procs    int64 // GOMAXPROCS while they ran; the largest, if it changed
	overlap  time.Duration
	shorter  time.Duration // running time of the one that ran less
	thoughts [2]int        // calls of program.Think
	both     [2]int        // of them, while both ran
	oneCPU   bool          // known to have one CPU
}

// parallel reports whether both really ran at the same time. On one CPU nothing does:
// there both must have worked while the other had its P and did not wait.
func (p parallelism) parallel() bool {
	return p.procs > 1 && p.shorter > 0 && float64(p.overlap) >= leastShare*float64(p.shorter) && min(p.both[0], p.both[1]) >= leastThoughts
}

// longThink is how long each program.Think takes on one CPU: 101 of them are a tenth of
// a second, in which the kernel lets two threads take turns some 30 times. With the usual
// 20 µs one thread would be done before the other has its first turn. Then an answer
// whose second goroutine is about to wait for a lock would look like one that runs.
const longThink = time.Millisecond

// thoughtsOf counts the calls of program.Think of goroutine a, and those that it began
// while b ran as well.
func thoughtsOf(t *sched.Timeline, a, b int64) (all, both int) {
	for _, l := range t.Logs {
		if l.G != a || l.Category != program.ThinkCategory {
			continue
		}
		all++
		if runsAt(t, a, b, l.At) {
			both++
		}
	}
	return all, both
}

// runsAt reports whether goroutines a and b run at a moment, on two Ps.
func runsAt(t *sched.Timeline, a, b int64, at time.Duration) bool {
	p := [2]int64{sched.None, sched.None}
	for _, r := range t.Runs {
		if r.From <= at && at < r.To && (r.G == a || r.G == b) {
			p[map[bool]int{true: 1}[r.G == b]] = r.P
		}
	}
	return p[0] != sched.None && p[1] != sched.None && p[0] != p[1]
}

func parallelismOf(t *sched.Timeline, oneCPU bool) parallelism {
	found := counters(t)
	if len(found) < 2 {
		return parallelism{}
	}
	a, b := found[0], found[1]
	p := parallelism{
		overlap: t.Overlap(a.ID, b.ID), shorter: min(t.Ran(a.ID), t.Ran(b.ID)),
		oneCPU: oneCPU,
	}
	p.thoughts[0], p.both[0] = thoughtsOf(t, a.ID, b.ID)
	p.thoughts[1], p.both[1] = thoughtsOf(t, b.ID, a.ID)
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

func (p parallelism) words() string {
	return fmt.Sprintf("both ran at the same time for %v of the %v that the shorter one ran", p.overlap.Round(time.Microsecond), p.shorter.Round(time.Microsecond))
}
