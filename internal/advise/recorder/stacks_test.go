package recorder

import "testing"

// Equal stacks have one entry, and a full neighbourhood is counted and not overwritten.
func TestStacks(t *testing.T) {
	s := newState(t)
	a, b := [advFrames]uint64{1, 2, 3}, [advFrames]uint64{1, 2, 4}
	first, second := s.stack(&a), s.stack(&b)
	if first == 0 || second == 0 || first == second || s.stack(&a) != first {
		t.Errorf("entries %d, %d and %d", first, second, s.stack(&a))
	}
	if s.f.stacks[second-1].pcs != b {
		t.Errorf("the second stack is %v", s.f.stacks[second-1].pcs)
	}
	for i := range s.f.stacks {
		s.f.stacks[i].hash = 3
	}
	if other := [advFrames]uint64{9}; s.stack(&other) != 0 || s.f.header.noStack != 1 {
		t.Errorf("a full table counts %d stacks without a place", s.f.header.noStack)
	}
}

// A goroutine is new once.
func TestGoroutines(t *testing.T) {
	s := newState(t)
	one, isNew := s.goroutine(17)
	again, isNewAgain := s.goroutine(17)
	two, _ := s.goroutine(18)
	if one == 0 || !isNew || again != one || isNewAgain || two == one || s.f.header.goroutines != 2 {
		t.Errorf("entries %d (%v), %d (%v), %d; %d goroutines", one, isNew, again, isNewAgain, two, s.f.header.goroutines)
	}
	for i := range s.f.goroutines {
		s.f.goroutines[i].goid = 3
	}
	if at, _ := s.goroutine(19); at != 0 || s.f.header.lostGs != 1 {
		t.Errorf("a full table gives entry %d and counts %d", at, s.f.header.lostGs)
	}
}
