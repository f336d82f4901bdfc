package crew

import (
	"errors"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cachelab/affinity"
	"cachelab/internal/host"
)

// twoPlaces returns two CPUs to pin to, or skips with the reason.
func twoPlaces(t testing.TB) []int {
	t.Helper()
	if can := affinity.Support(); !can.Pin {
		t.Skip("no pinning: " + can.Reason)
	}
	cpus, err := affinity.Allowed()
	if err != nil {
		t.Fatal(err)
	}
	if len(cpus) < 2 {
		t.Skip("two workers need two CPUs, and the mask has one")
	}
	if runtime.GOMAXPROCS(0) < 2 {
		t.Skip("two workers need two Ps, and GOMAXPROCS is 1")
	}
	return cpus[:2]
}

func newCrew(t testing.TB, places ...int) *Crew {
	t.Helper()
	c, err := New(places...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func TestCrewRunsEachWorkerWhereItWasPut(t *testing.T) {
	places := twoPlaces(t)
	c := newCrew(t, places...)
	var at [2]int
	for range 20 {
		c.Run(func(w *Worker) { at[w.Index], _ = affinity.Current() })
		if at[0] != places[0] || at[1] != places[1] {
			t.Fatalf("workers ran on CPUs %v, want %v", at, places)
		}
	}
}

// The kernel's own count says that a pin held, and sees it when a thread is
// moved on purpose.
func TestCrewIsNotMigrated(t *testing.T) {
	places := twoPlaces(t)
	c := newCrew(t, places...)
	earlier := c.Counts()
	if _, ok := earlier[host.Migrations]; !ok {
		t.Skip("the kernel does not count migrations for this user")
	}
	c.Run(func(w *Worker) {
		for range 10 {
			w.Time(func() { w.Sum += multiplyChains(100_000) })
		}
	})
	if n := c.Counts().Sub(earlier)[host.Migrations]; n != 0 {
		t.Errorf("pinned workers were migrated %d times by the kernel's count", n)
	}
	earlier = c.Counts()
	c.Run(func(w *Worker) {
		if w.Index == 0 {
			for _, cpu := range []int{places[1], places[0]} {
				if err := affinity.Move(cpu); err != nil {
					t.Error(err)
				}
			}
		}
	})
	if n := c.Counts().Sub(earlier)[host.Migrations]; n != 2 {
		t.Errorf("a thread moved there and back was migrated %d times by the kernel's count, want 2", n)
	}
}

func TestCrewSpanCoversAllWorkers(t *testing.T) {
	c := newCrew(t, twoPlaces(t)...)
	const long = 3 * time.Millisecond
	var spans [2]Span
	c.Run(func(w *Worker) {
		spans[w.Index] = w.Time(func() {
			if w.Index == 1 {
				for begin := host.Now(); host.Now()-begin < long; {
				}
			}
		})
	})
	if spans[0] != spans[1] {
		t.Errorf("workers got two spans of one part: %v and %v", spans[0], spans[1])
	}
	if spans[0].Wall < long {
		t.Errorf("wall %v, want the slower worker's %v at least", spans[0].Wall, long)
	}
	if spans[0].Overlap > 0.5 {
		t.Errorf("overlap %.2f of a worker that did nothing and one that took %v", spans[0].Overlap, long)
	}
}

func TestCrewMeetsInStep(t *testing.T) {
	c := newCrew(t, twoPlaces(t)...)
	var step [2]atomic.Int64
	apart := atomic.Int64{}
	c.Run(func(w *Worker) {
		for i := range int64(2000) {
			step[w.Index].Store(i)
			w.Barrier()
			if step[1-w.Index].Load() != i {
				apart.Add(1)
			}
			w.Barrier()
		}
	})
	if n := apart.Load(); n != 0 {
		t.Errorf("%d of 4000 looks across the barrier saw the other worker at another step", n)
	}
}

func TestCrewAgrees(t *testing.T) {
	c := newCrew(t, twoPlaces(t)...)
	var stopped [2]int
	c.Run(func(w *Worker) {
		for i := 0; ; i++ {
			if w.Decide(func() bool { return i == 41 }) {
				stopped[w.Index] = i
				return
			}
		}
	})
	if stopped != [2]int{41, 41} {
		t.Errorf("workers stopped at %v, want both at 41", stopped)
	}
}

func TestCrewPanicEndsTheRunAndNotTheCrew(t *testing.T) {
	c := newCrew(t, twoPlaces(t)...)
	func() {
		defer func() {
			if r := recover(); r != "spoilt" {
				t.Errorf("recovered %v, want the worker's own panic", r)
			}
		}()
		c.Run(func(w *Worker) {
			if w.Index == 1 {
				panic("spoilt")
			}
			w.Barrier() // would wait for ever
		})
	}()
	var ran atomic.Int32
	c.Run(func(w *Worker) { w.Barrier(); ran.Add(1); w.Barrier() })
	if ran.Load() != 2 {
		t.Errorf("%d workers ran after a failed run, want 2", ran.Load())
	}
}

func TestCrewRefusesMoreWorkersThanPs(t *testing.T) {
	procs := runtime.GOMAXPROCS(0)
	places := make([]int, procs+1)
	for i := range places {
		places[i] = Anywhere
	}
	_, err := New(places...)
	if err == nil || !strings.Contains(err.Error(), "GOMAXPROCS") {
		t.Errorf("a crew of GOMAXPROCS+1: %v, want an error that names GOMAXPROCS", err)
	}
}

func TestCrewRefusesACPUThatIsNotThere(t *testing.T) {
	if !affinity.Support().Pin {
		t.Skip("no pinning")
	}
	before := runtime.NumGoroutine()
	c, err := New(1 << 20)
	if err == nil {
		c.Close()
		t.Fatal("a crew on CPU 1048576")
	}
	// Goroutines of this test and of earlier ones may still be on their way out.
	after := runtime.NumGoroutine()
	for wait := 0; after > before && wait < 100; wait++ {
		time.Sleep(10 * time.Millisecond)
		after = runtime.NumGoroutine()
	}
	if after > before {
		t.Errorf("%d goroutines after a crew that failed, %d before", after, before)
	}
}

func TestOneCPUCanHoldTwoWorkers(t *testing.T) {
	places := twoPlaces(t)
	c := newCrew(t, places[0], places[0])
	sum := 0
	c.Run(func(w *Worker) {
		for range 20 {
			w.Barrier()
			if w.Index == 0 {
				sum++
			}
			w.Barrier()
		}
	})
	if sum != 20 {
		t.Errorf("%d meetings on one CPU, want 20", sum)
	}
}

func TestClosedCrewLeavesNothing(t *testing.T) {
	before := runtime.NumGoroutine()
	mask, err := affinity.Allowed()
	if errors.Is(err, affinity.ErrUnsupported) {
		t.Skip(err)
	}
	c, err := New(twoPlaces(t)...)
	if err != nil {
		t.Fatal(err)
	}
	c.Run(func(*Worker) {})
	c.Close()
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines after Close, %d before", after, before)
	}
	if now, _ := affinity.Allowed(); len(now) != len(mask) {
		t.Errorf("mask %v after Close, %v before", now, mask)
	}
}
