//go:build linux || windows

package affinity

import (
	"runtime"
	"slices"
	"sync"
	"testing"

	"cachelab/internal/cpulist"
)

// needCPUs returns the CPUs of the mask, and skips if there are too few.
func needCPUs(t testing.TB, n int) []int {
	t.Helper()
	if c := Support(); !c.Pin {
		t.Skip("no pinning: " + c.Reason)
	}
	cpus, err := Allowed()
	if err != nil {
		t.Fatal(err)
	}
	if len(cpus) < n {
		t.Skipf("needs %d CPUs in the mask, has %v", n, cpus)
	}
	return cpus
}

// onThread runs f on a fresh locked thread, which ends afterwards, and waits.
func onThread(f func()) {
	var wg sync.WaitGroup
	wg.Go(func() {
		runtime.LockOSThread()
		f()
	})
	wg.Wait()
}

func wantCurrent(t *testing.T, cpu int) {
	t.Helper()
	if got, err := Current(); err != nil || got != cpu {
		t.Errorf("on cpu %d (error %v), want %d", got, err, cpu)
	}
}

func wantMask(t *testing.T, want []int) {
	t.Helper()
	m, err := getMask()
	if err != nil {
		t.Fatal(err)
	}
	if got := m.cpus(); !slices.Equal(got, want) {
		t.Errorf("the thread's mask is %v, want %v", got, want)
	}
}

func TestPinEachCPU(t *testing.T) {
	cpus := needCPUs(t, 1)
	onThread(func() {
		for _, cpu := range cpus {
			restore, err := Pin(cpu)
			if err != nil {
				t.Fatal(err)
			}
			wantCurrent(t, cpu)
			wantMask(t, []int{cpu})
			for range 100 { // stays where it is while others want to run
				runtime.Gosched()
				wantCurrent(t, cpu)
			}
			if allowed, err := Allowed(); err != nil || !slices.Equal(allowed, cpus) {
				t.Errorf("Allowed on a pinned thread: %v, %v, want that of the process, %v", allowed, err, cpus)
			}
			restore()
			wantMask(t, cpus)
		}
	})
}

// After a restore the goroutine is free again: it changes threads, which a
// locked one cannot. More calls of restore unlock nothing that others locked.
func TestRestoreUnlocksOnce(t *testing.T) {
	cpus := needCPUs(t, 1)
	if !changesThread(func() {
		restore, err := Pin(cpus[0])
		if err != nil {
			t.Fatal(err)
		}
		restore()
	}) {
		t.Error("after restore the goroutine is still locked to its thread")
	}
	if changesThread(func() {
		runtime.LockOSThread() // and the goroutine ends locked
		restore, err := Pin(cpus[0])
		if err != nil {
			t.Fatal(err)
		}
		restore()
		restore()
	}) {
		t.Error("a second restore took away a lock that was not its own")
	}
}

// changesThread runs prepare on a goroutine, and reports whether that meets
// another thread within a few hundred hand-overs among others. A locked
// goroutine never does; a free one does at once, for the test's others hold
// threads of their own.
func changesThread(prepare func()) bool {
	changed := make(chan bool)
	go func() {
		prepare()
		first, moved := threadID(), false
		for i := 0; i < 300 && !moved; i++ {
			ping := make(chan int)
			go func() {
				runtime.LockOSThread() // takes the thread away for good
				ping <- 0
			}()
			<-ping
			moved = threadID() != first
		}
		changed <- moved
	}()
	return <-changed
}

// Every way out of Do restores the mask, on the very thread that was pinned.
func TestDoRestores(t *testing.T) {
	cpus := needCPUs(t, 1)
	cpu := cpus[len(cpus)-1]
	ways := map[string]func(){
		"return": func() {},
		"panic":  func() { panic("out") },
		"Goexit": runtime.Goexit,
	}
	for name, leave := range ways {
		t.Run(name, func(t *testing.T) {
			ran := false
			onThread(func() {
				// Runs after Do's own deferred call, also while Goexit or a
				// panic unwinds.
				defer func() {
					if r := recover(); (r != nil) != (name == "panic") {
						t.Errorf("recovered %v", r)
					}
					wantMask(t, cpus)
				}()
				err := Do(cpu, func() {
					ran = true
					wantCurrent(t, cpu)
					wantMask(t, []int{cpu})
					leave()
				})
				if err != nil {
					t.Error(err)
				}
			})
			if !ran {
				t.Error("f did not run")
			}
		})
	}
}

func TestPinNests(t *testing.T) {
	cpus := needCPUs(t, 2)
	onThread(func() {
		outer, err := Pin(cpus[0])
		if err != nil {
			t.Fatal(err)
		}
		inner, err := Pin(cpus[1]) // not in the outer pin's mask, but in the process's
		if err != nil {
			t.Fatal(err)
		}
		wantCurrent(t, cpus[1])
		inner()
		wantCurrent(t, cpus[0])
		wantMask(t, cpus[:1])
		if allowed, err := Allowed(); err != nil || !slices.Equal(allowed, cpus) {
			t.Errorf("Allowed back in the outer pin: %v, %v, want %v", allowed, err, cpus)
		}
		outer()
		wantMask(t, cpus)
	})
}

// Three pins end in every order. The thread stays where the latest one that is
// in force put it, Allowed never changes, and the last one leaves the thread's
// own mask and an unlocked goroutine.
func TestRestoreInAnyOrder(t *testing.T) {
	cpus := needCPUs(t, 2)
	placed := []int{cpus[0], cpus[1], cpus[0]}
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		free := changesThread(func() {
			var restores []func() error
			for _, cpu := range placed {
				restore, err := Pin(cpu)
				if err != nil {
					t.Fatal(err)
				}
				restores = append(restores, restore)
			}
			inForce := []int{0, 1, 2}
			for _, i := range order {
				if err := restores[i](); err != nil {
					t.Errorf("order %v: %v", order, err)
				}
				inForce = slices.DeleteFunc(inForce, func(n int) bool { return n == i })
				want := cpus
				if len(inForce) > 0 {
					want = []int{placed[inForce[len(inForce)-1]]}
				}
				wantMask(t, want)
				if allowed, err := Allowed(); err != nil || !slices.Equal(allowed, cpus) {
					t.Errorf("order %v after %d: Allowed is %v, %v, want %v", order, i, allowed, err, cpus)
				}
			}
		})
		if !free {
			t.Errorf("order %v: the goroutine is still locked to its thread", order)
		}
	}
}

func TestMove(t *testing.T) {
	cpus := needCPUs(t, 2)
	onThread(func() {
		err := Do(cpus[0], func() {
			for range 20 {
				for _, cpu := range cpus[:2] {
					if err := Move(cpu); err != nil {
						t.Fatal(err)
					}
					wantCurrent(t, cpu)
				}
			}
			if err := Move(cpulist.MaxID); err == nil {
				t.Error("moved to a cpu that is not there")
			}
			wantCurrent(t, cpus[1])
		})
		if err != nil {
			t.Error(err)
		}
		wantMask(t, cpus)

		// Locked by hand, without a pin: it can be moved there and back.
		for _, cpu := range []int{cpus[1], cpus[0], cpus[1]} {
			if err := Move(cpu); err != nil {
				t.Fatal(err)
			}
			wantCurrent(t, cpu)
		}
	})
}
