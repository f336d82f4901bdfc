//go:build linux || windows

package affinity

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
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

func TestPinRefuses(t *testing.T) {
	cpus := needCPUs(t, 1)
	onThread(func() {
		for _, cpu := range []int{-1, cpus[len(cpus)-1] + 1, 5000, cpulist.MaxID + 1} {
			restore, err := Pin(cpu)
			want := fmt.Sprintf("cpu %d is not in this process's affinity mask %s: ", cpu, cpulist.Format(cpus))
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("Pin(%d): error %v, want %q in it", cpu, err, want)
			}
			if err := restore(); err != nil { // must be safe, and must not unlock
				t.Errorf("restore of no pin: %v", err)
			}
			wantMask(t, cpus)
			if err := Do(cpu, func() { t.Error("f ran") }); err == nil || errors.Is(err, ErrNotRestored) {
				t.Errorf("Do(%d): error %v, want one that is not ErrNotRestored", cpu, err)
			}
		}
	})
}

// A thread whose mask cannot be put back must not serve other goroutines: it
// stays locked, and ends with the goroutine.
func TestRestoreFails(t *testing.T) {
	cpus := needCPUs(t, 1)
	works := setMask
	defer func() { setMask = works }()
	broken := errors.New("the kernel is on strike")

	thread := make(chan int)
	go func() {
		err := Do(cpus[0], func() {
			setMask = func(mask) error { return broken }
		})
		setMask = works
		if !errors.Is(err, broken) || !errors.Is(err, ErrNotRestored) || !strings.Contains(err.Error(), "stays locked") {
			t.Errorf("got error %v, want ErrNotRestored that says that the goroutine stays locked", err)
		}
		thread <- threadID()
	}() // ends here, locked
	dead := <-thread

	// No goroutine may meet that thread again. A locked thread ends at some time
	// after its goroutine, so look at many goroutines at once.
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			if threadID() == dead {
				t.Errorf("thread %d, whose mask was not restored, serves again", dead)
			}
		})
	}
	wg.Wait()
}

// A failed restore can be tried again.
func TestRestoreRetries(t *testing.T) {
	cpus := needCPUs(t, 2)
	works := setMask
	defer func() { setMask = works }()
	onThread(func() {
		restore, err := Pin(cpus[0])
		if err != nil {
			t.Fatal(err)
		}
		setMask = func(mask) error { return errors.New("not now") }
		if err := restore(); !errors.Is(err, ErrNotRestored) {
			t.Errorf("restore: %v, want ErrNotRestored", err)
		}
		setMask = works
		wantMask(t, cpus[:1])
		if err := restore(); err != nil {
			t.Errorf("second restore: %v", err)
		}
		wantMask(t, cpus)
	})
}

func TestRestoreOnAnotherThread(t *testing.T) {
	cpus := needCPUs(t, 1)
	onThread(func() {
		restore, err := Pin(cpus[0])
		if err != nil {
			t.Fatal(err)
		}
		onThread(func() {
			defer func() {
				if r := recover(); r == nil || !strings.Contains(fmt.Sprint(r), "call it from the goroutine that called Pin") {
					t.Errorf("recovered %v, want a panic that says how to mend it", r)
				}
			}()
			restore()
		})
		restore()
		wantMask(t, cpus)
	})
}

// childMask names the CPU that a child process of a test was started on.
const childMask = "AFFINITY_TEST_CHILD_CPU"

// A child inherits the mask of the thread that starts it: under a mask of one
// CPU it sees that one, and refuses the others.
func TestOneCPUMask(t *testing.T) {
	if cpu := os.Getenv(childMask); cpu != "" {
		testChild(t, cpu)
		return
	}
	if runtime.GOOS == "windows" {
		t.Skip("a child of Windows gets the mask of its parent's process, not of the thread")
	}
	cpus := needCPUs(t, 2)
	for _, cpu := range cpus[:2] {
		var out []byte
		var err error
		if e := Do(cpu, func() {
			cmd := exec.Command(os.Args[0], "-test.run=^TestOneCPUMask$", "-test.v")
			cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d", childMask, cpu))
			out, err = cmd.CombinedOutput()
		}); e != nil {
			t.Fatal(e)
		}
		if errors.Is(err, syscall.ENOEXEC) {
			t.Skip("this program runs in an emulator, which the kernel cannot start by itself:", err)
		}
		if err != nil || !strings.Contains(string(out), "child is content") {
			t.Errorf("child on cpu %d: %v\n%s", cpu, err, out)
		}
	}
}

func testChild(t *testing.T, name string) {
	var cpu int
	fmt.Sscan(name, &cpu)
	if got, err := Allowed(); err != nil || !slices.Equal(got, []int{cpu}) {
		t.Fatalf("Allowed: %v, %v, want [%d]", got, err, cpu)
	}
	if !Support().Pin {
		t.Errorf("Support: %+v", Support())
	}
	if err := Do(cpu, func() { wantCurrent(t, cpu) }); err != nil {
		t.Error(err)
	}
	if _, err := Pin(cpu + 1); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("affinity mask %d:", cpu)) {
		t.Errorf("pin beside the mask: %v", err)
	}
	t.Log("child is content")
}
