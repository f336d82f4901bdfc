package main

import (
	"bytes"
	"strconv"
	"strings"
	"testing"
	"time"

	"cachelab/affinity"
	"cachelab/course/internal/judge"
	"cachelab/internal/sched"
)

// TestWrongAnswers holds the check to answers that are wrong, each in its own
// way: the report must name the way.
func TestWrongAnswers(t *testing.T) {
	for _, c := range []struct {
		answer string
		want   []string
	}{
		{"circulating", []string{"A prints 100 numbers, from 99 to 0: 100 is missing", "B prints 100 numbers, from 0 to 99: 100 is missing"}},
		{"gosched", []string{"GOMAXPROCS is 1", "however the lines alternate"}},
		{"token", []string{"never worked at the same time"}},
		{"lock", []string{"never worked at the same time"}},
		{"sequence", []string{"never worked at the same time"}},
		{"spinner", []string{"1 goroutines print beside main"}},
		{"late", []string{"main does not wait for both"}},
	} {
		t.Run(c.answer, func(t *testing.T) {
			if cpus, err := affinity.Allowed(); c.answer == "lock" && err == nil && len(cpus) == 1 {
				t.Skip("on one CPU one of two that run may print nothing, whether it waits for a lock or for the CPU")
			}
			var r judge.Report
			if err := check(t.Context(), &r, "part B", "cachelab/course/exercises/count/check/testdata/"+c.answer, true); err != nil {
				t.Fatal(err)
			}
			var text bytes.Buffer
			r.Write(&text, false)
			if r.Passed() {
				t.Errorf("passed:\n%s", &text)
			}
			for _, want := range c.want {
				if !strings.Contains(text.String(), want) {
					t.Errorf("the report does not say %q:\n%s", want, &text)
				}
			}
		})
	}
}

// TestParallel: two that run at the same time and print; the trace of a pair of which
// one waits, on a thread without a CPU, shows the same spans.
func TestParallel(t *testing.T) {
	const ms = time.Millisecond
	all := sched.Span{To: 4 * ms}
	lines := func(n int, from time.Duration) (calls []sched.Span) {
		for i := range n {
			at := from + time.Duration(i)*20*time.Microsecond
			calls = append(calls, sched.Span{From: at, To: at + time.Microsecond})
		}
		return calls
	}
	for _, c := range []struct {
		name     string
		a, b     []sched.Span // system calls
		bRuns    sched.Span
		bP       int64
		oneCPU   bool
		parallel bool
	}{
		{"both print", lines(101, 0), lines(101, 0), all, 1, false, true},
		{"one P", lines(101, 0), lines(101, 0), all, 0, false, false},
		{"one waits", lines(101, 0), nil, all, 1, false, false},
		{"one prints afterwards", lines(101, 0), lines(101, 4*ms), sched.Span{To: 8 * ms}, 1, false, false},
		{"one at the beginning, one at the end", lines(101, 0), lines(101, 2*ms), all, 1, false, true},
		{"one after the other", lines(101, 0), lines(101, 4*ms), sched.Span{From: 4 * ms, To: 8 * ms}, 1, false, false},
		{"a thread without its turn", lines(101, 0), nil, all, 1, true, true},
		{"two threads without their turn", lines(2, 0), lines(1, 0), all, 1, true, false},
	} {
		timeline := &sched.Timeline{
			End: 8 * ms, Procs: []sched.Setting{{At: 0, Procs: 2}},
			Goroutines: map[int64]*sched.Goroutine{
				5: {ID: 5, Main: "main.main.func1", Syscalls: 1, Life: all},
				6: {ID: 6, Main: "main.main.func2", Syscalls: 1, Life: c.bRuns},
			},
			Runs: []sched.Run{{Span: all, G: 5, Syscalls: c.a}, {Span: c.bRuns, G: 6, P: c.bP, Syscalls: c.b}},
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
