package bench

import (
	"bytes"
	"runtime"
	"testing"
	"time"

	"cachelab/bench/internal/harness"
	"cachelab/internal/crew"
	"cachelab/internal/host"
)

// Lesson: shutdown. Are as many goroutines left after the experiments as there
// were before, and has every thread the CPU mask that it had? "Before" is when
// the process begins, and "after" is when all crews of earlier benchmarks are
// dismissed and b.N more have been started and closed: what any benchmark of the
// process leaves behind is counted, and no arm takes another's leak for its own
// beginning. An op is a crew from start to end. The metric is an exact count.
//
//	op=goroutines.before, op=goroutines.after  goroutines, without those that the
//	                                           testing package runs benchmarks in
//	op=masks.before, op=masks.after            different CPU masks among all threads
//	                                           of the process; one, as a rule

// leavePatience is how long a goroutine or a thread may take to be gone after
// it was joined. It takes microseconds; a leak stays.
const leavePatience = 100 * time.Millisecond

// account is a number that experiments must leave as it was.
type account struct {
	name   string
	count  func() (int, error)
	before int   // when the process began
	err    error // why that could not be counted
}

var accounts = []*account{
	{name: "goroutines", count: func() (int, error) { return ownGoroutines(allStacks()), nil }},
	{name: "masks", count: threadMasks},
}

// openAccounts takes down what there is before the first experiment.
func init() { harness.BeforeRun(openAccounts) }

func openAccounts() {
	for _, a := range accounts {
		a.before, a.err = a.count()
	}
}

func shutdownCases(m *harness.Machine) []harness.Case {
	n := len(m.CPUs)
	anywhere := harness.Place{Name: "os", CPUs: make([]int, n)}
	for i := range anywhere.CPUs {
		anywhere.CPUs[i] = crew.Anywhere
	}
	var cases []harness.Case
	for _, a := range accounts {
		places := []harness.Place{anywhere}
		if a.name == "masks" { // which pinning alone changes
			places = m.Places(n)
		}
		for _, p := range places {
			cases = append(cases,
				harness.Case{Name: harness.Name("op", a.name+".before", "place", p.Name, "workers", n), Run: a.reportBefore},
				harness.Case{Name: harness.Name("op", a.name+".after", "place", p.Name, "workers", n), Run: func(b *testing.B) { a.runShutdown(b, p) }})
		}
	}
	return cases
}

func BenchmarkShutdown(b *testing.B) { runLesson(b, "Shutdown") }

func (a *account) reportBefore(b *testing.B) {
	if a.err != nil {
		harness.Skip(b, a.err)
	}
	reportCount(b, a.before)
}

func (a *account) runShutdown(b *testing.B, p harness.Place) {
	if a.err != nil {
		harness.Skip(b, a.err)
	}
	harness.DismissCrews()
	for range b.N {
		workers, err := crew.New(p.CPUs...)
		if err != nil {
			harness.Skip(b, err)
		}
		workers.Run(func(w *crew.Worker) {
			w.Sum += compute(1)
			w.Barrier()
		})
		workers.Close()
	}
	n, err := a.count()
	for begin := host.Now(); err == nil && n > a.before && host.Now()-begin < leavePatience; n, err = a.count() {
		time.Sleep(time.Millisecond)
	}
	if err != nil {
		harness.Skip(b, err)
	}
	reportCount(b, n)
}

// allStacks is where every goroutine is, as runtime.Stack writes it.
func allStacks() []byte {
	for size := 64 << 10; ; size *= 2 {
		text := make([]byte, size)
		if n := runtime.Stack(text, true); n < size {
			return text[:n]
		}
	}
}

// ownGoroutines counts the goroutines in a text of stacks: the main one, and
// those that are not of the testing package, which keeps one for each level of
// sub-benchmarks.
func ownGoroutines(stacks []byte) int {
	n := 0
	for stack := range bytes.SplitSeq(bytes.TrimSpace(stacks), []byte("\n\n")) {
		if bytes.HasPrefix(stack, []byte("goroutine 1 ")) || !bytes.Contains(stack, []byte("testing.(*B).")) {
			n++
		}
	}
	return n
}

func TestOwnGoroutines(t *testing.T) {
	const (
		main    = "goroutine 1 [chan receive]:\ntesting.(*B).run1(0xc0001)\n\t/go/src/testing/benchmark.go:246 +0x1\nmain.main()\n\t_testmain.go:9 +0x1\n"
		running = "goroutine 35 [running]:\ncachelab/bench.allStacks()\n\t/bench/shutdown_test.go:9 +0x1\ntesting.(*B).runN(0xc0002, 0x1)\n\t/go/src/testing/benchmark.go:219 +0x1\ncreated by testing.(*B).run1 in goroutine 34\n\t/go/src/testing/benchmark.go:241 +0x1\n"
		leaked  = "goroutine 36 [chan receive]:\ncachelab/internal/crew.(*Worker).live(0xc0003, 0xc0004)\n\t/crew/crew.go:120 +0x1\ncreated by cachelab/internal/crew.New in goroutine 35\n\t/crew/crew.go:88 +0x1\n"
	)
	for stacks, want := range map[string]int{
		main: 1, main + "\n" + running: 1, running + "\n" + main + "\n" + leaked: 2, main + "\n" + leaked + "\n" + leaked: 3,
	} {
		if n := ownGoroutines([]byte(stacks)); n != want {
			t.Errorf("%d goroutines, want %d, in\n%s", n, want, stacks)
		}
	}
}

// A goroutine that is left over counts, and no more so when it is gone. Those of earlier
// tests may still be on their way out, so only this test's own are looked at.
func TestOwnGoroutinesSeesALeak(t *testing.T) {
	own := func() int {
		var stacks [][]byte
		for stack := range bytes.SplitSeq(allStacks(), []byte("\n\n")) {
			if bytes.Contains(stack, []byte("."+t.Name())) {
				stacks = append(stacks, stack)
			}
		}
		return ownGoroutines(bytes.Join(stacks, []byte("\n\n")))
	}
	before := own()
	held, gone := make(chan int), make(chan int)
	go func() { defer close(gone); <-held }()
	if n := own(); n != before+1 {
		t.Errorf("%d goroutines with one more than the %d before", n, before)
	}
	close(held)
	<-gone
	for begin := host.Now(); own() != before; time.Sleep(time.Millisecond) {
		if host.Now()-begin > leavePatience {
			t.Fatalf("%d goroutines after all ended, %d before", own(), before)
		}
	}
}
