package host

import (
	"testing"
	"time"
)

// A sample takes tens of microseconds, so the clock must step by less. Windows'
// ordinary clock steps by 500 at best. The bound has slack for a virtual machine
// whose clock is read through an emulator.
func TestNowIsFine(t *testing.T) {
	const coarse = 20 * time.Microsecond
	finest := time.Hour
	for range 20_000 {
		a := Now()
		b := Now()
		for b == a {
			b = Now()
		}
		if b < a {
			t.Fatalf("the clock went back from %v to %v", a, b)
		}
		if finest = min(finest, b-a); finest < coarse {
			return
		}
	}
	t.Errorf("the finest step is %v", finest)
}

// The clock keeps the pace of the wall clock.
func TestNowKeepsPace(t *testing.T) {
	if testing.Short() {
		t.Skip("waits")
	}
	begin, wall := Now(), time.Now()
	time.Sleep(200 * time.Millisecond)
	ratio := float64(Now()-begin) / float64(time.Since(wall))
	if ratio < 0.8 || ratio > 1.25 { // Windows' wall clock has steps of 16 ms
		t.Errorf("%.3f times as fast as the wall clock", ratio)
	}
}
