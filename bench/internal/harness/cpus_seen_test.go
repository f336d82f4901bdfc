package harness

import "testing"

// A CPU that a thread saw only in passing is not one that the sample ran on.
func TestCPUsSeen(t *testing.T) {
	for _, c := range []struct {
		looks map[int]int
		want  int
	}{
		{nil, 0}, {map[int]int{0: 40}, 1}, {map[int]int{0: 20, 1: 20}, 2}, {map[int]int{0: 38, 1: 2}, 1}, {map[int]int{3: 30, 7: 10}, 2},
	} {
		if got := (&CPUsSeen{seen: c.looks}).CPUs(); got != c.want {
			t.Errorf("looks %v are of %d CPUs, want %d", c.looks, got, c.want)
		}
	}
	var seen CPUsSeen
	seen.Look()
	if n := seen.CPUs(); n > 1 {
		t.Errorf("one look saw %d CPUs", n)
	}
}
