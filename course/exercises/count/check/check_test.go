package check

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"cachelab/course/internal/program"
	"cachelab/internal/sched"
)

// TestParallel: two that run at the same time and print; the trace of a pair of which
// one waits, on a thread without a CPU, shows the same spans.
func TestParallel(t *testing.T) {
	const ms = time.Millisecond
	all := sched.Span{To: 4 * ms}
	thoughts := func(n int, from time.Duration) (at []time.Duration) {
		for i := range n {
			at = append(at, from+time.Duration(i)*20*time.Microsecond)
		}
		return at
	}
	for _, c := range []struct {
		name     string
		a, b     []time.Duration // calls of program.Think
		bRuns    sched.Span
		bP       int64
		oneCPU   bool
		parallel bool
	}{
		{"both work", thoughts(101, 0), thoughts(101, 0), all, 1, false, true},
		{"one P", thoughts(101, 0), thoughts(101, 0), all, 0, false, false},
		{"one waits", thoughts(101, 0), nil, all, 1, false, false},
		{"one works afterwards", thoughts(101, 0), thoughts(101, 4*ms), sched.Span{To: 8 * ms}, 1, false, false},
		{"one at the beginning, one at the end", thoughts(101, 0), thoughts(101, 2*ms), all, 1, false, true},
		{"one after the other", thoughts(101, 0), thoughts(101, 4*ms), sched.Span{From: 4 * ms, To: 8 * ms}, 1, false, false},
		{"a thread without its turn", thoughts(101, 0), nil, all, 1, true, false},
		{"two threads without their turn", thoughts(2, 0), thoughts(1, 0), all, 1, true, false},
		{"two threads that take turns", thoughts(101, 0), thoughts(101, 0), all, 1, true, true},
	} {
		timeline := &sched.Timeline{
			End: 8 * ms, Procs: []sched.Setting{{At: 0, Procs: 2}},
			Goroutines: map[int64]*sched.Goroutine{
				5: {ID: 5, Main: "main.main.func1", Syscalls: 1, Life: all},
				6: {ID: 6, Main: "main.main.func2", Syscalls: 1, Life: c.bRuns},
			},
			Runs: []sched.Run{{Span: all, G: 5}, {Span: c.bRuns, G: 6, P: c.bP}},
		}
		for g, list := range map[int64][]time.Duration{5: c.a, 6: c.b} {
			for _, at := range list {
				timeline.Logs = append(timeline.Logs, sched.Log{At: at, G: g, Category: program.ThinkCategory})
			}
		}
		if p := parallelismOf(timeline, c.oneCPU); p.parallel() != c.parallel {
			t.Errorf("%s: parallel %v, want %v: %+v", c.name, p.parallel(), c.parallel, p)
		}
	}
}

func TestCheckOutput(t *testing.T) {
	count := func(name string, from, to int) string {
		var b strings.Builder
		for n := from; ; {
			b.WriteString(name + ":" + strconv.Itoa(n) + "\n")
			if n == to {
				return b.String()
			}
			if from < to {
				n++
			} else {
				n--
			}
		}
	}
	end := closing + "\n"
	for _, c := range []struct{ name, output, want string }{
		{"right", count("A", 100, 0) + count("B", 0, 100) + end, ""},
		{"other names, other order", count("up", 0, 100) + count("down", 100, 0) + end, ""},
		{"in brackets", strings.NewReplacer("A:", "[A:", "B:", "[B:", "\n", "]\n").Replace(count("A", 100, 0)+count("B", 0, 100)) + end, ""},
		{"nothing", end, "no numbers yet"},
		{"nothing at all", "", "no numbers yet"},
		{"one", count("A", 0, 100) + end, "only A prints"},
		{"three", count("A", 0, 100) + count("B", 100, 0) + count("C", 0, 100) + end, "3 names"},
		{"the same way twice", count("A", 0, 100) + count("B", 0, 100) + end, "both count up"},
		{"from 1", count("A", 100, 1) + count("B", 0, 100) + end, "0 is missing"},
		{"to 99", count("A", 100, 0) + count("B", 0, 99) + end, "100 is missing"},
		{"too far", count("A", 100, -1) + count("B", 0, 100) + end, "goes beyond"},
		{"one twice", count("A", 100, 0) + "B:0\n" + count("B", 0, 100) + end, "each once"},
		{"swapped", count("A", 100, 0) + count("B", 0, 49) + "B:51\nB:50\n" + count("B", 52, 100) + end, "not in order"},
		{"unclosed", count("A", 100, 0) + count("B", 0, 100), "the last line is"},
		{"closed early", count("A", 100, 0) + end + count("B", 0, 100), "does not wait"},
		{"a number too large for any integer", "A:99999999999999999999\n" + end, "no numbers yet"},
	} {
		missing := strings.Join(checkOutput(c.output), "; ")
		if c.want == "" && missing != "" || !strings.Contains(missing, c.want) {
			t.Errorf("%s: missing %q, want %q", c.name, missing, c.want)
		}
	}
}

// TestSleptFor: main that was asleep when the last goroutine ended has slept for all its
// sleeps; one that waited for them has not.
func TestSleptFor(t *testing.T) {
	const ms = time.Millisecond
	timeline := &sched.Timeline{
		Goroutines: map[int64]*sched.Goroutine{
			5: {ID: 5, Main: "main.main.func1", Syscalls: 1, Life: sched.Span{To: 3 * ms}},
			6: {ID: 6, Main: "main.main.func2", Syscalls: 1, Life: sched.Span{To: 4 * ms}},
		},
		Parks: []sched.Park{
			{Span: sched.Span{From: 0, To: 1 * ms}, G: 1, Why: "sleep"},
			{Span: sched.Span{From: 2 * ms, To: 9 * ms}, G: 1, Why: "sleep"},
		},
	}
	if got := sleptFor(timeline); got != 8*ms {
		t.Errorf("asleep: %v, want 8ms", got)
	}
	timeline.Parks[1].Why = "sync"
	if got := sleptFor(timeline); got != 0 {
		t.Errorf("waiting: %v, want 0", got)
	}
}

// TestByChance: runs that were never parallel are the answer's fault where the model's
// are, and say nothing where the model's are hardly ever.
func TestByChance(t *testing.T) {
	for _, c := range []struct {
		often, of, runs int
		again           bool
	}{
		{5, 5, 20, false}, {4, 20, 20, true}, {5, 20, 20, false}, {0, 20, 20, true}, {0, 0, 20, true}, {5, 5, 1, false}, {4, 5, 2, true},
	} {
		if again := byChance(c.often, c.of, c.runs) > mostChance; again != c.again {
			t.Errorf("%d of %d, and none of %d: run again %v, want %v", c.often, c.of, c.runs, again, c.again)
		}
	}
}
