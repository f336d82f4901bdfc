package check

import (
	"testing"
	"time"
)

// At the bounds: two goroutines were parallel if both ran for a fifth of the shorter one's time, and both
// worked meanwhile. One CPU is no exception: a goroutine that is about to wait for a lock would pass.
func TestParallelAtItsBounds(t *testing.T) {
	const ms = time.Millisecond
	for _, test := range []struct {
		what string
		p    parallelism
		want bool
	}{
		{"a tenth of the time", parallelism{procs: 2, overlap: 1 * ms, shorter: 10 * ms, both: [2]int{50, 50}}, false},
		{"a fifth of it", parallelism{procs: 2, overlap: 2100 * time.Microsecond, shorter: 10 * ms, both: [2]int{10, 10}}, true},
		{"one of them stood still", parallelism{procs: 2, overlap: 9 * ms, shorter: 10 * ms, both: [2]int{5, 90}}, false},
		{"the other did", parallelism{procs: 2, overlap: 9 * ms, shorter: 10 * ms, both: [2]int{90, 5}}, false},
		{"the same on one CPU", parallelism{procs: 2, overlap: 9 * ms, shorter: 10 * ms, both: [2]int{90, 5}, oneCPU: true}, false},
		{"nine pieces of work", parallelism{procs: 2, overlap: 9 * ms, shorter: 10 * ms, both: [2]int{9, 9}, oneCPU: true}, false},
		{"one P", parallelism{procs: 1, overlap: 9 * ms, shorter: 10 * ms, both: [2]int{50, 50}}, false},
		{"nothing ran", parallelism{procs: 2, both: [2]int{50, 50}}, false},
	} {
		if got := test.p.parallel(); got != test.want {
			t.Errorf("%s: parallel %v, want %v", test.what, got, test.want)
		}
	}
}
