package affinity

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// A sandbox that takes a mask and moves nothing fails the pin, and leaves no mask behind
// and the goroutine unlocked.
func TestPinThatMovesNothing(t *testing.T) {
	cpus := needCPUs(t, 2)
	works := setMask
	defer func() { setMask = works }()
	free := changesThread(func() {
		calls := 0
		setMask = func(m mask) error {
			if calls++; calls == 1 { // to the other CPU than the one asked for
				return works(maskOf(cpus[0], mask{}))
			}
			return works(m)
		}
		restore, err := Pin(cpus[1])
		setMask = works
		if err == nil || !strings.Contains(err.Error(), "the kernel accepted the mask") {
			t.Errorf("Pin: %v, want an error that the thread runs elsewhere", err)
		}
		wantMask(t, cpus)
		if err := restore(); err != nil {
			t.Errorf("restore of no pin: %v", err)
		}
		if allowed, err := Allowed(); err != nil || !slices.Equal(allowed, cpus) {
			t.Errorf("Allowed: %v, %v, want %v", allowed, err, cpus)
		}
	})
	if !free {
		t.Error("after a pin that failed the goroutine is locked to its thread")
	}
}

// The kernel gives the ids of ended threads to new ones: what is known of a pinned thread
// of this id does not count where the mask is another one.
func TestRecordOfAnEndedThread(t *testing.T) {
	cpus := needCPUs(t, 2)
	onThread(func() {
		thread := threadID()
		setRecord(thread, &pinRecord{cpu: cpus[1], allowed: maskOf(cpus[0], mask{})})
		defer setRecord(thread, nil)
		if allowed, err := Allowed(); err != nil || !slices.Equal(allowed, cpus) {
			t.Errorf("Allowed: %v, %v, want %v", allowed, err, cpus)
		}
		restore, err := Pin(cpus[1])
		if err != nil {
			t.Fatalf("Pin went by the record of another thread: %v", err)
		}
		wantCurrent(t, cpus[1])
		if allowed, err := Allowed(); err != nil || !slices.Equal(allowed, cpus) {
			t.Errorf("Allowed on the pinned thread: %v, %v, want %v", allowed, err, cpus)
		}
		if err := restore(); err != nil {
			t.Error(err)
		}
		wantMask(t, cpus)
	})
}

// A move on such a thread goes by its own mask as well, and so does all that follows.
func TestMoveByTheRecordOfAnEndedThread(t *testing.T) {
	cpus := needCPUs(t, 2)
	onThread(func() {
		thread := threadID()
		setRecord(thread, &pinRecord{cpu: cpus[1], allowed: maskOf(cpus[0], mask{})})
		defer setRecord(thread, nil)
		if err := Move(cpus[1]); err != nil {
			t.Fatalf("Move went by the record of another thread: %v", err)
		}
		wantCurrent(t, cpus[1])
		if allowed, err := Allowed(); err != nil || !slices.Equal(allowed, cpus) {
			t.Errorf("Allowed: %v, %v, want %v", allowed, err, cpus)
		}
	})
}

// Something else may change the mask of a pinned thread. A move then goes by the mask as
// it is, and the end of the pin still puts back the one from before.
func TestMoveAfterAnotherProgramChangedTheMask(t *testing.T) {
	cpus := needCPUs(t, 2)
	onThread(func() {
		restore, err := Pin(cpus[0])
		if err != nil {
			t.Fatal(err)
		}
		if err := setMask(maskOf(cpus[1], mask{})); err != nil {
			t.Fatal(err)
		}
		if err := Move(cpus[0]); !errors.Is(err, ErrNotInMask) {
			t.Errorf("Move out of the new mask: error %v, want ErrNotInMask", err)
		}
		if err := Move(cpus[1]); err != nil {
			t.Errorf("Move in the new mask: %v", err)
		}
		if err := restore(); err != nil {
			t.Error(err)
		}
		wantMask(t, cpus)
	})
}

// The CPUs of a process whose mask cannot be read by system call.
func TestAllowedWithoutMask(t *testing.T) {
	cpus := needCPUs(t, 1)
	onThread(func() {
		if got := allowedWithoutMask(); !slices.Equal(got, cpus) {
			t.Errorf("%v, want those of the mask, %v", got, cpus)
		}
		if err := Do(cpus[0], func() {
			if got := allowedWithoutMask(); !slices.Equal(got, cpus[:1]) {
				t.Errorf("%v on a pinned thread, want %v", got, cpus[:1])
			}
		}); err != nil {
			t.Error(err)
		}
	})
	if got := firstCPUs(3); !slices.Equal(got, []int{0, 1, 2}) {
		t.Errorf("the first three CPUs are %v", got)
	}
}
