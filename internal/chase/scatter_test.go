package chase

import (
	"testing"

	"cachelab/internal/arena"
)

// Every chain is one cycle over so many lines of all, and over others each time.
func TestScatter(t *testing.T) {
	a, err := arena.New(64<<10, arena.Small)
	if err != nil {
		t.Skip(err)
	}
	defer a.Close()
	s, err := NewScatter(a, 64, 1)
	if err != nil {
		t.Fatal(err)
	}
	if s.Lines() != 1024 {
		t.Fatalf("%d lines, want 1024", s.Lines())
	}
	times := map[uintptr]int{} // by line, in how many chains it was
	const chains, lines = 40, 256
	for range chains {
		c, err := s.Chain(lines)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Check(); err != nil || c.Len() != lines {
			t.Fatalf("%d nodes: %v", c.Len(), err)
		}
		p, near := c.Start(), 0
		for range lines {
			times[uintptr(p)]++
			next := Walk(p, 1)
			if uintptr(next) == uintptr(p)+64 {
				near++
			}
			p = next
		}
		// A quarter of a random order's steps would go to the next line only by chance: 256/1024.
		if near > 8 {
			t.Errorf("%d of %d steps go to the line beside", near, lines)
		}
	}
	// A line is in a quarter of the chains; none is in hardly any or in most.
	if len(times) != s.Lines() {
		t.Errorf("%d lines were never chosen", s.Lines()-len(times))
	}
	for line, n := range times {
		if n > chains*3/4 || line%64 != 0 {
			t.Errorf("line %x was in %d chains of %d", line, n, chains)
		}
	}
	for _, lines := range []int{0, 1025} {
		if _, err := s.Chain(lines); err == nil {
			t.Errorf("%d lines: no error", lines)
		}
	}
	if c, err := s.Chain(s.Lines()); err != nil || c.Check() != nil {
		t.Errorf("all lines: %v", err)
	}
	if _, err := NewScatter(a, 4, 1); err == nil {
		t.Error("lines of half a pointer: no error")
	}
}
