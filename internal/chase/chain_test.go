package chase

import (
	"slices"
	"testing"

	"cachelab/internal/arena"
)

func testArena(t testing.TB, size int) *arena.Arena {
	t.Helper()
	a, err := arena.New(size, arena.Small)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	a.Touch()
	return a
}

// offsets walks a chain once round and returns where its nodes lie.
func offsets(a *arena.Arena, c *Chain) []int {
	var at []int
	p := c.Start()
	for range c.Len() {
		at = append(at, int(uintptr(p)-uintptr(a.At(0))))
		p = Walk(p, 1)
	}
	return at
}

func TestChainIsOneCycleOverItsNodes(t *testing.T) {
	a := testArena(t, 1<<20)
	test := func(s ChainSpec) {
		t.Helper()
		c, err := NewChain(a, s)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Check(); err != nil {
			t.Errorf("%+v: %v", s, err)
		}
		at := slices.Sorted(slices.Values(offsets(a, c)))
		for i, offset := range at {
			if want := s.OffsetBytes + i*s.StrideBytes; offset != want {
				t.Fatalf("%+v: node %d lies at %d, want %d", s, i, offset, want)
			}
		}
		if len(at) != s.SetBytes/s.StrideBytes {
			t.Errorf("%+v: %d nodes", s, len(at))
		}
	}
	test(ChainSpec{SetBytes: 64, StrideBytes: 64})
	test(ChainSpec{SetBytes: 4096, StrideBytes: 64, Seed: 1})
	test(ChainSpec{OffsetBytes: 4096, SetBytes: 512 << 10, StrideBytes: 128, Seed: 2})
	test(ChainSpec{SetBytes: 1 << 20, StrideBytes: 64, BlockBytes: 4096, Seed: 3})
	test(ChainSpec{SetBytes: 10000, StrideBytes: 72, BlockBytes: 720, Seed: 4}) // a last block that is not full
}

func TestChainStaysInABlockUntilItIsDone(t *testing.T) {
	a := testArena(t, 1<<18)
	const block, stride = 4096, 64
	c, err := NewChain(a, ChainSpec{SetBytes: 1 << 18, StrideBytes: stride, BlockBytes: block, Seed: 9})
	if err != nil {
		t.Fatal(err)
	}
	changes, sequential := 0, 0
	at := offsets(a, c)
	for i := 1; i < len(at); i++ {
		if at[i]/block != at[i-1]/block {
			changes++
		}
		if at[i] == at[i-1]+stride {
			sequential++
		}
	}
	if want := (1<<18)/block - 1; changes != want {
		t.Errorf("%d changes of block, want %d", changes, want)
	}
	if sequential > len(at)/16 { // by chance 1 in 64
		t.Errorf("%d of %d steps go to the next line: a prefetcher could guess them", sequential, len(at))
	}
}

func TestChainOrderDependsOnTheSeedAlone(t *testing.T) {
	a := testArena(t, 1<<16)
	order := func(seed uint64) []int {
		c, err := NewChain(a, ChainSpec{SetBytes: 1 << 16, StrideBytes: 64, Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		return offsets(a, c)
	}
	if !slices.Equal(order(5), order(5)) {
		t.Error("one seed gave two orders")
	}
	if slices.Equal(order(5), order(6)) {
		t.Error("two seeds gave one order")
	}
}

func TestPairChainVisitsBothWordsOfEachBlock(t *testing.T) {
	a := testArena(t, 1<<16)
	c, err := NewPairChain(a, PairSpec{OffsetBytes: 1024, Blocks: 50, BlockBytes: 1024, First: 64, Second: 512, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Check(); err != nil {
		t.Fatal(err)
	}
	seen := map[int]bool{}
	at := offsets(a, c)
	for i := 0; i < len(at); i += 2 {
		block := at[i] / 1024
		if at[i]%1024 != 64 || at[i+1] != block*1024+512 {
			t.Fatalf("visit %d goes to %d and %d", i/2, at[i], at[i+1])
		}
		seen[block] = true
	}
	if len(seen) != 50 || seen[0] || seen[51] {
		t.Errorf("visited %d blocks, want 1 to 50", len(seen))
	}
}

func TestChainsRefuseWhatDoesNotFit(t *testing.T) {
	a := testArena(t, 4096)
	for _, s := range []ChainSpec{
		{SetBytes: 8192, StrideBytes: 64}, {SetBytes: 32, StrideBytes: 64}, {SetBytes: 4096, StrideBytes: 4},
		{SetBytes: 4096, StrideBytes: 9}, {OffsetBytes: -8, SetBytes: 64, StrideBytes: 8},
		{SetBytes: 4096, StrideBytes: 64, BlockBytes: 8}, {OffsetBytes: 4, SetBytes: 64, StrideBytes: 8},
	} {
		if _, err := NewChain(a, s); err == nil {
			t.Errorf("NewChain took %+v in an arena of 4096 bytes", s)
		}
	}
	for _, s := range []PairSpec{
		{Blocks: 5, BlockBytes: 1024, Second: 8}, {Blocks: 0, BlockBytes: 1024, Second: 8}, {Blocks: 1, BlockBytes: 1024},
		{Blocks: 1, BlockBytes: 1024, Second: 1024}, {Blocks: 1, BlockBytes: 1024, First: -8, Second: 8}, {Blocks: 1, BlockBytes: 1024, Second: 3},
	} {
		if _, err := NewPairChain(a, s); err == nil {
			t.Errorf("NewPairChain took %+v in an arena of 4096 bytes", s)
		}
	}
}

func TestWalkTakesAsManySteps(t *testing.T) {
	a := testArena(t, 4096)
	c, err := NewChain(a, ChainSpec{SetBytes: 4096, StrideBytes: 64, Seed: 8})
	if err != nil {
		t.Fatal(err)
	}
	at := offsets(a, c)
	for _, n := range []int{0, 1, 7, 8, 9, 63, 64, 65, 200} {
		if got := Walk(c.Start(), n); uintptr(got)-uintptr(a.At(0)) != uintptr(at[n%len(at)]) {
			t.Errorf("Walk of %d steps ends at %d, want %d", n, uintptr(got)-uintptr(a.At(0)), at[n%len(at)])
		}
	}
}

// A chain with a spread visits each stride once, in every order, at places of it that
// differ; neighbours of a node in its stride are no nodes.
func TestChainSpread(t *testing.T) {
	a, err := arena.New(1<<16, arena.Small)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	for _, order := range []Order{Random, Forward, Backward} {
		c, err := NewChain(a, ChainSpec{SetBytes: 1 << 16, StrideBytes: 256, SpreadBytes: 64, Order: order, Seed: 3})
		if err != nil {
			t.Fatal(err)
		}
		seen, places := map[int]bool{}, map[int]int{}
		at := c.Start()
		for range c.Len() {
			offset := int(uintptr(at) - uintptr(a.At(0)))
			if seen[offset/256] || offset%64 != 0 {
				t.Fatalf("order %d: a node at byte %d, in a stride that was visited: %v", order, offset, seen[offset/256])
			}
			seen[offset/256] = true
			places[offset%256]++
			at = Walk(at, 1)
		}
		if len(seen) != 256 || len(places) != 4 || at != c.Start() {
			t.Errorf("order %d: %d strides and %d places in them, want 256 and 4", order, len(seen), len(places))
		}
	}
	if _, err := NewChain(a, ChainSpec{SetBytes: 1 << 16, StrideBytes: 64, SpreadBytes: 128}); err == nil {
		t.Error("a spread beyond the stride was accepted")
	}
}
