package host

import (
	"runtime"
	"testing"
	"time"
)

// A thread's CPU time grows while it works, by no more than the time that passes, and stands
// still while it sleeps.
func TestThreadTime(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	read := func() time.Duration {
		t.Helper()
		d, ok := ThreadTime()
		if !ok {
			t.Fatal("Linux does not tell a thread's CPU time")
		}
		return d
	}
	begin, before := time.Now(), read()
	for read()-before < 2*time.Millisecond {
		if time.Since(begin) > time.Minute {
			t.Fatal("two milliseconds of CPU time take over a minute")
		}
	}
	if worked, passed := read()-before, time.Since(begin); worked > passed+time.Millisecond {
		t.Errorf("%v of CPU time in %v", worked, passed)
	}
	before = read()
	time.Sleep(50 * time.Millisecond)
	if slept := read() - before; slept > 40*time.Millisecond {
		t.Errorf("a sleep of 50 ms took %v of CPU time", slept)
	}
}
