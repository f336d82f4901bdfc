package sched

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Span is a stretch of time since the trace began.
type Span struct{ From, To time.Duration }

// Length is how long it is.
func (s Span) Length() time.Duration { return s.To - s.From }

// Overlap is how long two spans both last.
func (s Span) Overlap(t Span) time.Duration {
	return max(0, min(s.To, t.To)-max(s.From, t.From))
}

// Clip is the part of the span that lies in a window; ok is false where there
// is none.
func (s Span) Clip(window Span) (clipped Span, ok bool) {
	clipped = Span{max(s.From, window.From), min(s.To, window.To)}
	return clipped, clipped.From < clipped.To
}

// Timeline is a trace interpreted: who ran where and when. Lists are in the
// order in which their spans began.
type Timeline struct {
	Goroutines map[int64]*Goroutine
	Ms         []int64   // operating-system ids of the threads, in order of appearance
	Procs      []Setting // GOMAXPROCS over time
	Runs       []Run
	Waits      []Wait
	Blocked    []Block
	Parks      []Park
	Logs       []Log
	Holds      []Hold
	Handoffs   []Handoff
	End        time.Duration
}

// Goroutine is one G.
type Goroutine struct {
	ID       int64
	Name     string // as it said itself, see Read
	Main     string // its outermost function of package main, as far as seen on a stack
	Func     string // the function that it began with
	Life     Span
	Syscalls int   // system calls begun
	Parent   int64 // the goroutine that started it; None if the trace does not show it
	Ended    bool  // it ended before the trace did
}

// Label is "G7 lower", or "G1" where it has said no name.
func (g *Goroutine) Label() string {
	switch {
	case g.Name != "":
		return fmt.Sprintf("G%d %s", g.ID, g.Name)
	case g.ID == 1: // the runtime numbers from 1, and main is first
		return "G1 main"
	}
	return fmt.Sprintf("G%d", g.ID)
}

// System reports whether it is one of the runtime's own.
func (g *Goroutine) System() bool {
	return g.ID != 1 && g.Name == "" && g.Main == "" && strings.HasPrefix(g.Func, "runtime")
}

// Setting is GOMAXPROCS from a time on.
type Setting struct {
	At    time.Duration
	Procs int64
}

// Run is a goroutine with a P and an M, from being put on them to leaving them.
type Run struct {
	Span
	G, P, M  int64
	Syscalls []Span // system calls during which it kept its P
	Ended    string // why: "preempted", "chan receive", "system call", "end"
}

// Wait is a goroutine in a run queue: it could run, and has no P.
type Wait struct {
	Span
	G int64
	// P is where it was put into the queue: the P of whoever made it runnable.
	// The trace does not say which queue it then sits in; another P may steal it.
	P int64
}

// Block is a goroutine in a system call without a P: it keeps its thread.
type Block struct {
	Span  // from the beginning of the call
	G, M  int64
	P     int64         // the P that it lost
	Lost  time.Duration // when
	Call  string        // the innermost function, "syscall.read"
	Ended bool          // the call returned before the trace ended
}

// Park is a goroutine that waits in the runtime for a channel, a lock or a timer. It
// has no thread and no P.
type Park struct {
	Span
	G     int64
	P     int64  // where it ran before
	Why   string // the runtime's reason: "chan receive", "sleep", "sync"
	Ended bool   // it could run again before the trace ended
}

// Log is what a goroutine logged with runtime/trace.Log.
type Log struct {
	At                time.Duration
	G                 int64
	Category, Message string
}

// Hold is a thread holding a P.
type Hold struct {
	Span
	P, M int64
}

// Handoff is a P that is taken from a thread in a system call and given to
// another thread.
type Handoff struct {
	At    time.Duration // when it was taken
	Until time.Duration // when another thread held it
	P     int64
	G     int64 // stays behind in the system call
	From  int64 // M that stays behind
	To    int64 // M that holds the P now
	Next  int64 // G that runs on it next; None where none did
}

// Overlap is how long goroutines a and b ran at the same time, on two Ps.
func (t *Timeline) Overlap(a, b int64) time.Duration {
	var sum time.Duration
	for _, x := range t.Runs {
		if x.G != a {
			continue
		}
		for _, y := range t.Runs {
			if y.G == b && y.P != x.P {
				sum += x.Overlap(y.Span)
			}
		}
	}
	return sum
}

// Ran is how long a goroutine ran in all.
func (t *Timeline) Ran(g int64) time.Duration {
	var sum time.Duration
	for _, r := range t.Runs {
		if r.G == g {
			sum += r.Length()
		}
	}
	return sum
}

// Account is what became of the goroutines that the program started.
type Account struct {
	Started int
	Left    []*Goroutine // those that had not ended when the trace did, by number
}

// Account counts the goroutines that were started during the trace. The runtime's own
// do not count.
func (t *Timeline) Account() Account {
	var a Account
	for _, g := range t.Goroutines {
		if g.Parent == None || g.System() {
			continue
		}
		a.Started++
		if !g.Ended {
			a.Left = append(a.Left, g)
		}
	}
	slices.SortFunc(a.Left, func(x, y *Goroutine) int { return cmp.Compare(x.ID, y.ID) })
	return a
}

// WaitsFor returns what a goroutine is parked for at a moment; empty if it is not.
func (t *Timeline) WaitsFor(g int64, at time.Duration) string {
	for _, p := range t.Parks {
		if p.G == g && p.From <= at && at < p.To {
			return p.Why
		}
	}
	return ""
}
