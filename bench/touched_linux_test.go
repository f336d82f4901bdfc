package bench

import (
	"sync/atomic"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"cachelab/bench/internal/harness"
	"cachelab/internal/crew"
)

// The timed part of a sample meets no page fault: the counters' pages were touched before.
func TestCountersLieOnTouchedPages(t *testing.T) {
	here, err := harness.HostMachine()
	if err != nil || len(here.CPUs) < 2 || here.NoPin != "" || crew.RaceDetector {
		t.Skipf("two workers cannot be pinned here: %v", err)
	}
	faults := func() int64 {
		var usage unix.Rusage
		if err := unix.Getrusage(unix.RUSAGE_THREAD, &usage); err != nil {
			t.Skip(err)
		}
		return int64(usage.Minflt) + int64(usage.Majflt)
	}
	// A stack that grows, or a page that the kernel takes back, may be one fault once.
	const tries = 10
	for try := 1; ; try++ {
		var met atomic.Int64
		writes := counterOp{name: "writes", wordBytes: harness.WordBytes, kernel: func(p unsafe.Pointer, n int) {
			before := faults()
			crew.AddPlain(p, n)
			met.Add(faults() - before)
		}}
		if r := onceEach(t, "1x", func(b *testing.B) { runCounters(b, writes, harness.LayoutOf("pad128"), here.PairPlaces()[0]) }); r.N != 1 {
			t.Fatal("the benchmark failed")
		}
		if met.Load() == 0 {
			return
		}
		if try == tries {
			t.Errorf("%d page faults in the timed part, in each of %d tries", met.Load(), tries)
			return
		}
	}
}
