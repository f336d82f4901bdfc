package host

import (
	"maps"
	"testing"
	"time"
)

func TestPerOp(t *testing.T) {
	if got := PerOp(3*time.Microsecond, 2000); got != 1.5 {
		t.Errorf("2,000 operations in 3 µs take %v ns each, want 1.5", got)
	}
}

// What was counted between two readings; an event that one of them lacks is absent.
func TestCountsSub(t *testing.T) {
	now, earlier := Counts{Migrations: 5, PageFaults: 7, Cycles: 100}, Counts{Migrations: 3, PageFaults: 7, Instructions: 1}
	if got, want := now.Sub(earlier), (Counts{Migrations: 2, PageFaults: 0}); !maps.Equal(got, want) {
		t.Errorf("%v less %v is %v, want %v", now, earlier, got, want)
	}
	if now[Migrations] != 5 || earlier[Migrations] != 3 {
		t.Error("Sub changed its arguments")
	}
}

// The names are the kernel's own, in the order of the events.
func TestEventNames(t *testing.T) {
	for event, want := range map[Event]string{
		Migrations: "cpu-migrations", ContextSwitches: "context-switches", PageFaults: "page-faults",
		Instructions: "instructions", Cycles: "cycles", CacheMisses: "cache-misses",
	} {
		if got := event.String(); got != want {
			t.Errorf("event %d is %q, want %q", int(event), got, want)
		}
	}
}
