package chase

import (
	"testing"
	"unsafe"

	"cachelab/internal/arena"
)

// The chain visits the words in the order given, and closes.
func TestLineChain(t *testing.T) {
	a, err := arena.New(64<<10, arena.Small)
	if err != nil {
		t.Skip(err)
	}
	defer a.Close()
	offsets := []int{8192, 0, 64, 4096, 65528}
	c, err := NewLineChain(a, offsets)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Check(); err != nil || c.Len() != len(offsets) {
		t.Fatalf("%d nodes: %v", c.Len(), err)
	}
	p := c.Start()
	for i, o := range offsets {
		if p != a.At(o) {
			t.Errorf("visit %d is at %d, want %d", i, uintptr(p)-uintptr(a.At(0)), o)
		}
		p = *(*unsafe.Pointer)(p)
	}
	if twice, err := NewLineChain(a, []int{0, 64, 128, 64}); err != nil || twice.Check() == nil {
		t.Errorf("an offset that comes twice passes the check (%v)", err)
	}
	for _, bad := range [][]int{nil, {-8}, {4}, {65536}} {
		if _, err := NewLineChain(a, bad); err == nil {
			t.Errorf("offsets %v: no error", bad)
		}
	}
}
