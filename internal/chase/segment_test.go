package chase

import (
	"testing"
	"unsafe"

	"cachelab/internal/arena"
)

// visited walks a lap's chain once round and returns the offset of each node.
func visited(t *testing.T, a *arena.Arena, lap *Segment) []int {
	t.Helper()
	if err := lap.Chain.Check(); err != nil {
		t.Fatal(err)
	}
	var out []int
	p := lap.Chain.Start()
	for range lap.Chain.Len() {
		out = append(out, int(uintptr(p)-uintptr(a.At(0))))
		p = *(*unsafe.Pointer)(p)
	}
	return out
}

// TestLapCoversItsSet holds a lap to what it promises: the part and the rest
// together are every line of the set once.
func TestLapCoversItsSet(t *testing.T) {
	a, err := arena.New(1<<20, arena.Small)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	laps := NewSegmentWriter(a)
	for _, s := range []SegmentSpec{
		{SetBytes: 64, StrideBytes: 64, Nodes: 1},
		{SetBytes: 1000 * 64, StrideBytes: 64, Nodes: 5000},
		{SetBytes: 1 << 20, StrideBytes: 64, Nodes: 100},
		{SetBytes: 12345 * 64, OffsetBytes: 4096, StrideBytes: 64, Nodes: 1024},
		{SetBytes: 33 * 128, StrideBytes: 128, Nodes: 7},
		{SetBytes: 50 * 4096, StrideBytes: 64, BlockBytes: 4096, Nodes: 300},
		{SetBytes: 50 * 4096, StrideBytes: 64, BlockBytes: 4096, Nodes: 1 << 20},
	} {
		for seed := range uint64(20) {
			s.Seed = seed
			lap, err := laps.Write(s)
			if err != nil {
				t.Fatalf("%+v: %v", s, err)
			}
			unit := max(s.BlockBytes, s.StrideBytes)
			lines := s.SetBytes / unit * (unit / s.StrideBytes)
			count := make(map[int]int)
			at := visited(t, a, lap)
			for _, o := range at {
				count[o]++
			}
			if got := len(at) + lap.UntimedLines(); got != lines {
				t.Fatalf("%+v: part of %d and rest of %d lines, want %d in all", s, len(at), lap.UntimedLines(), lines)
			}
			if lap.CoversSet() != (lap.UntimedLines() == 0) {
				t.Fatalf("%+v: Whole %v with a rest of %d", s, lap.CoversSet(), lap.UntimedLines())
			}
			for k := range lap.UntimedLines() {
				if s.BlockBytes != 0 && k%(unit/s.StrideBytes) != 0 {
					continue
				}
				count[restAt(s, lap, k)] += 1
			}
			want := 0
			for o, n := range count {
				if n != 1 || o < s.OffsetBytes || o >= s.OffsetBytes+s.SetBytes {
					t.Fatalf("%+v: byte %d is visited %d times", s, o, n)
				}
				want++
			}
			if s.BlockBytes == 0 && want != lines {
				t.Fatalf("%+v: %d lines are visited, want %d", s, want, lines)
			}
		}
	}
}

// restAt is the offset of unit k of the rest, found by the value that TouchUntimed
// reads there.
func restAt(s SegmentSpec, lap *Segment, k int) int {
	unit := max(s.BlockBytes, s.StrideBytes)
	at := (lap.first + (lap.part+k/(unit/s.StrideBytes))*lap.step) % lap.units
	return s.OffsetBytes + at*unit
}

// TestTouchRestReadsTheRest plants a one in each line and counts what is read.
func TestTouchRestReadsTheRest(t *testing.T) {
	a, err := arena.New(1<<20, arena.Small)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	for _, block := range []int{0, 4096} {
		for i := 0; i < a.Size(); i += 64 {
			*(*uint64)(a.At(i)) = 1
		}
		lap, err := NewSegmentWriter(a).Write(SegmentSpec{SetBytes: a.Size(), StrideBytes: 64, BlockBytes: block, Nodes: 640, Seed: 3})
		if err != nil {
			t.Fatal(err)
		}
		// The part's lines hold addresses: any of them in the sum is seen.
		var sum uint64
		const step = 1024
		for from := 0; from < lap.UntimedLines(); from += step {
			sum += lap.TouchUntimed(from, min(step, lap.UntimedLines()-from))
		}
		if sum != uint64(lap.UntimedLines()) {
			t.Errorf("block %d: touched lines add up to %d, want %d", block, sum, lap.UntimedLines())
		}
	}
}

// TestLapStaysInItsBlocks: random inside a block, and never back to one.
func TestLapStaysInItsBlocks(t *testing.T) {
	a, err := arena.New(1<<20, arena.Small)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	lap, err := NewSegmentWriter(a).Write(SegmentSpec{SetBytes: 1 << 20, StrideBytes: 64, BlockBytes: 4096, Nodes: 20 * 64, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	at := visited(t, a, lap)
	inOrder := 0
	for i := 1; i < len(at); i++ {
		if i%64 != 0 && at[i]/4096 != at[i-1]/4096 {
			t.Fatalf("node %d leaves its block", i)
		}
		if at[i] == at[i-1]+64 {
			inOrder++
		}
	}
	if inOrder > len(at)/10 {
		t.Errorf("%d of %d nodes follow their neighbour: that is no random order", inOrder, len(at))
	}
}

func TestLapRefuses(t *testing.T) {
	a, err := arena.New(8192, arena.Small)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	for name, s := range map[string]SegmentSpec{
		"stride below a pointer": {SetBytes: 4096, StrideBytes: 4, Nodes: 1},
		"beyond the arena":       {OffsetBytes: 4096, SetBytes: 8192, StrideBytes: 64, Nodes: 1},
		"before the arena":       {OffsetBytes: -64, SetBytes: 64, StrideBytes: 64, Nodes: 1},
		"smaller than a block":   {SetBytes: 64, StrideBytes: 64, BlockBytes: 4096, Nodes: 1},
		"uneven block":           {SetBytes: 4096, StrideBytes: 64, BlockBytes: 100, Nodes: 1},
		"nothing timed":          {SetBytes: 4096, StrideBytes: 64},
	} {
		if _, err := NewSegmentWriter(a).Write(s); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
