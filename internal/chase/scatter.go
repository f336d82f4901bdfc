package chase

import (
	"fmt"
	"math/rand/v2"
	"unsafe"

	"cachelab/internal/arena"
)

// Scatter writes chains over lines of an arena that are chosen at random. A set
// of few lines of a large arena lies in the sets of a cache as chance has it, line by
// line, wherever the pages lie and however the cache hashes its addresses: how
// many fall on one set is Poisson distributed, nearly. What a set of whole pages does to a
// physically indexed cache depends on both, and neither is known. The pages
// are those of the whole arena whatever the number of lines, and so is the cost of
// translation.
type Scatter struct {
	arena  *arena.Arena
	stride int
	rng    *rand.Rand
	order  []int32 // all lines; the first ones are those of the last chain
}

// NewScatter returns a writer of such chains. It fails where a line is no
// multiple of a pointer or there are fewer than two.
func NewScatter(a *arena.Arena, lineBytes int, seed uint64) (*Scatter, error) {
	if lineBytes < wordBytes || lineBytes%wordBytes != 0 || a.Size() < 2*lineBytes {
		return nil, fmt.Errorf("chase: lines of %d bytes in an arena of %d: want a multiple of %d, and two lines", lineBytes, a.Size(), wordBytes)
	}
	s := &Scatter{arena: a, stride: lineBytes, rng: random(seed), order: make([]int32, a.Size()/lineBytes)}
	for i := range s.order {
		s.order[i] = int32(i)
	}
	return s, nil
}

// Lines is how many lines there are.
func (s *Scatter) Lines() int { return len(s.order) }

// Chain writes a chain over so many lines, others each time, in random order. It
// fails where there are not so many. The chain before is void.
func (s *Scatter) Chain(lines int) (*Chain, error) {
	if lines < 1 || lines > len(s.order) {
		return nil, fmt.Errorf("chase: %d lines of %d", lines, len(s.order))
	}
	// The beginning of a shuffle is a choice in random order.
	for i := range lines {
		k := i + s.rng.IntN(len(s.order)-i)
		s.order[i], s.order[k] = s.order[k], s.order[i]
	}
	return cycle(lines, s.line), nil
}

func (s *Scatter) line(i int) unsafe.Pointer { return s.arena.At(int(s.order[i]) * s.stride) }
