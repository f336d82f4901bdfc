package primer

import (
	"bytes"
	"testing"

	"cachelab/internal/golden"
)

// TestDraw holds the committed picture to the simulation.
func TestDraw(t *testing.T) {
	var svg bytes.Buffer
	if err := Draw(&svg); err != nil {
		t.Fatal(err)
	}
	golden.File(t, "../../diagrams/line.svg", svg.Bytes())
}

// TestLine: one writer or several readers, and no count is lost.
func TestLine(t *testing.T) {
	l := &Line{}
	for i, c := range []struct {
		write      bool
		core       int
		from       string
		zero, one  State
		seen, base int
	}{
		{false, 0, "memory", Exclusive, Invalid, 0, 0},
		{false, 1, "memory", Shared, Shared, 0, 0},
		{true, 0, "its own cache", Modified, Invalid, 1, 0},
		{false, 1, "core 0", Shared, Shared, 1, 1},
		{true, 1, "its own cache", Invalid, Modified, 2, 1},
		{true, 0, "core 1", Modified, Invalid, 3, 2},
	} {
		do := l.Read
		if c.write {
			do = l.Write
		}
		if from := do(c.core); from != c.from || l.States != [2]State{c.zero, c.one} || l.Values[c.core] != c.seen || l.Memory != c.base {
			t.Errorf("step %d: from %q, %+v", i+1, from, l)
		}
	}
}
