package affinity

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"cachelab/internal/cpulist"
)

// The kernel refuses buffers shorter than its masks, and says no more.
func TestGrowMask(t *testing.T) {
	const kernelCPUs = 8192
	calls := 0
	m, err := growMask(func(_ int, set unix.CPUSetDynamic) error {
		calls++
		if len(set)*maskWord < kernelCPUs {
			return unix.EINVAL
		}
		set.Set(3)
		set.Set(5000)
		return nil
	})
	if err != nil || calls != 4 { // 1024, 2048, 4096, 8192
		t.Fatalf("%d calls, error %v, want 4", calls, err)
	}
	if got := m.cpus(); !slices.Equal(got, []int{3, 5000}) {
		t.Errorf("got cpus %v", got)
	}
	if !m.has(5000) || m.has(4999) || m.has(-1) || m.has(1<<20) || m.only(3) {
		t.Error("has and only disagree with cpus")
	}
	if _, err := growMask(func(int, unix.CPUSetDynamic) error { return unix.EINVAL }); err == nil {
		t.Error("a kernel that refuses every length: want an error")
	}
}

// A sandbox may accept the mask and leave the thread where it is.
func TestVerify(t *testing.T) {
	cpus := needCPUs(t, 2)
	err := Do(cpus[0], func() {
		if err := verify(cpus[1]); err == nil || !strings.Contains(err.Error(), "the thread runs on cpu") {
			t.Errorf("error %v, want one that names both cpus", err)
		}
	})
	if err != nil {
		t.Error(err)
	}
	works := setMask
	defer func() { setMask = works }()
	onThread(func() {
		here, err := Pin(cpus[0])
		if err != nil {
			t.Fatal(err)
		}
		setMask = func(mask) error { return nil }
		if _, err := Pin(cpus[1]); err == nil {
			t.Error("Pin believed a kernel that does nothing")
		}
		if err := Move(cpus[1]); err == nil {
			t.Error("Move believed a kernel that does nothing")
		}
		setMask = works
		here()
	})
}

func TestMaskOf(t *testing.T) {
	var scratch mask
	for _, cpu := range []int{0, 63, 64, 1023, 1024, 5000, 7, cpulist.MaxID} {
		scratch = maskOf(cpu, scratch)
		if got := scratch.cpus(); !slices.Equal(got, []int{cpu}) {
			t.Errorf("mask of %d: %v", cpu, got)
		}
	}
}

// Move stands inside timed loops, where a collection would land on the pinned CPU.
func TestMoveDoesNotAllocate(t *testing.T) {
	cpus := needCPUs(t, 1)
	err := Do(cpus[0], func() {
		if n := testing.AllocsPerRun(100, func() {
			if err := Move(cpus[0]); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%v allocations a move", n)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A sandbox may refuse sched_getaffinity; the mask is in /proc/self/status too.
func TestAllowedWithoutGetaffinity(t *testing.T) {
	cpus := needCPUs(t, 1)
	if got := allowedWithoutMask(); !slices.Equal(got, cpus) {
		t.Errorf("from /proc: %v, want %v", got, cpus)
	}
	for _, test := range []struct {
		status string
		want   []int
	}{
		{"Name:\tlab\nCpus_allowed:\t36\nCpus_allowed_list:\t1-2,4-5\nMems_allowed_list:\t0\n", []int{1, 2, 4, 5}},
		{"Name:\tlab\n", nil},                    // gVisor
		{"Cpus_allowed_list:\t\n", nil},          // nothing can run on no CPU
		{"Cpus_allowed_list:\tall of it\n", nil}, // not a list
	} {
		if got, ok := maskInStatus([]byte(test.status)); !slices.Equal(got, test.want) || ok != (test.want != nil) {
			t.Errorf("%q: %v, %v, want %v", test.status, got, ok, test.want)
		}
	}
}
