package bench

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	"cachelab/bench/claims"
	"cachelab/bench/internal/harness"
	"cachelab/internal/arena"
	"cachelab/internal/chase"
	"cachelab/internal/crew"
	"cachelab/internal/host"
)

// Lesson: cold caches. A thread has a warm working set, another task has its
// CPU for a time, and the thread returns: what does it find? One op is one line
// of the set, read by a dependent load in random order.
//
//	op=stream.500us   the other task read memory for so long
//	op=compute.500us  the other task worked in registers for so long
//	op=wait.500us     nobody was there for so long, and the thread looked at the clock:
//	                  interrupts and neighbours had as much time as in the other arms
//	op=stream.0us     nobody was there in between
//
// The other task is a call by the same thread: a cache does not know whose
// instructions it serves, and a switch would add only its own few lines.

var coldTimes = []struct {
	op   string
	away time.Duration
}{
	{"stream.0us", 0},
	{"stream.20us", 20 * time.Microsecond},
	{"stream.100us", 100 * time.Microsecond},
	{"stream.500us", 500 * time.Microsecond},
	{"stream.5ms", 5 * time.Millisecond},
	{"wait.500us", 500 * time.Microsecond},
	{"compute.500us", 500 * time.Microsecond},
	{"compute.5ms", 5 * time.Millisecond},
}

func coldCases(m *harness.Machine) []harness.Case {
	var cases []harness.Case
	set := m.L2Bytes / 2
	for _, p := range m.Places(1) {
		for _, c := range coldTimes {
			cases = append(cases, harness.Case{
				Name:  harness.Name("op", c.op, "set", claims.SizeName(set), "place", p.Name, "workers", 1),
				Extra: 10 * c.away, // the count is searched in trips, each one so long
				Run:   func(b *testing.B) { runCold(b, c.op, c.away, p, set, m.LineBytes) },
			})
		}
	}
	return cases
}

func BenchmarkCold(b *testing.B) { runLesson(b, "Cold") }

// otherTaskBytes is what the streaming task reads over and over: beyond the
// share of the last level that one thread gets here.
const otherTaskBytes = 32 << 20

// otherTaskLook is how many bytes it reads, and additions it does, between two
// looks at the clock: 1 to 2 us.
const otherTaskLook = 16 << 10

var otherTaskArena *arena.Arena // kept: touching it takes longer than a sample

func runCold(b *testing.B, op string, away time.Duration, p harness.Place, set, line int) {
	s := harness.CrewAt(b, p)
	c := changedSetsFor(b, 1, set, line)
	if otherTaskArena == nil {
		mem, err := arena.New(otherTaskBytes, arena.Huge)
		if err != nil {
			harness.Skip(b, err)
		}
		mem.Touch()
		otherTaskArena = mem
		b.ResetTimer()
	}
	task, _, _ := strings.Cut(op, ".")
	next := 0
	otherTask := func(w *crew.Worker) {
		for begin := host.Now(); host.Now()-begin < away; {
			if task != "stream" {
				if task == "compute" {
					w.Sum += chase.AddChain(otherTaskLook/4, w.Sum, 1)
				}
				continue
			}
			w.Sum += sumWords(unsafe.Slice((*uint64)(otherTaskArena.At(next)), otherTaskLook/harness.WordBytes))
			next = (next + otherTaskLook) % otherTaskBytes
		}
	}
	lines := c.chains[0].Len()
	perLine := make([]float64, 0, b.N/lines+1)
	s.Crew.Run(func(w *crew.Worker) {
		at := c.chains[0].Start()
		for len(perLine)*lines < b.N {
			at = walkChanging(at, 2*lines)
			otherTask(w)
			end, took := chase.Time(at, lines)
			at = end
			perLine = append(perLine, host.PerOp(took, lines))
		}
	})
	if got, want := c.visits(), 2*lines*len(perLine); got != want {
		b.Fatalf("the lines were changed %d times, want %d", got, want)
	}
	slices.Sort(perLine)
	harness.ReportNS(b, perLine[len(perLine)/2])
}
