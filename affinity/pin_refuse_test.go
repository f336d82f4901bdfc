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

func TestPinRefuses(t *testing.T) {
	cpus := needCPUs(t, 1)
	onThread(func() {
		for _, cpu := range []int{-1, cpus[len(cpus)-1] + 1, 5000, cpulist.MaxID + 1} {
			restore, err := Pin(cpu)
			want := fmt.Sprintf("cpu %d is not in this process's affinity mask %s: ", cpu, cpulist.Format(cpus))
			if !errors.Is(err, ErrNotInMask) || !strings.Contains(err.Error(), want) {
				t.Errorf("Pin(%d): error %v, want ErrNotInMask and %q in it", cpu, err, want)
			}
			if err := restore(); err != nil { // must be safe, and must not unlock
				t.Errorf("restore of no pin: %v", err)
			}
			wantMask(t, cpus)
			if err := Move(cpu); !errors.Is(err, ErrNotInMask) {
				t.Errorf("Move(%d): error %v, want ErrNotInMask", cpu, err)
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
