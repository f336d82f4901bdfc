package levels

import (
	"testing"

	"cachelab/cachelines/instrument"
)

// What a hit in the last level takes is that of the better sets, since half of them may be
// disturbed, between twice and four times the private level.
func TestLLCHitNS(t *testing.T) {
	c := instrument.Curve{X: []int{1 << 20, 2 << 20, 3 << 20, 4 << 20, 8 << 20}}
	for r, ns := range [][]float64{{4, 15, 16, 40, 100}, {4, 15, 35, 45, 100}, {4, 15, 16, 50, 100}, {4, 15, 38, 60, 100}} {
		for i, y := range ns {
			c.Put(r, i, y)
		}
	}
	if got := LLCHitNS(c, 1<<20); got < 15 || got > 15.5 {
		t.Errorf("a hit takes %v ns, want the lower quartile, 15", got)
	}
	if got := LLCHitNS(c, 4<<20); got != 100 {
		t.Errorf("a hit behind 4 MiB takes %v ns, want 100", got)
	}
	if got := LLCHitNS(c, 16<<20); got == got {
		t.Errorf("a hit behind 16 MiB takes %v ns, want NaN", got)
	}
}

// In which rounds a set is measured: the small ones in all, others in fewer the larger they are.
func TestEveryRound(t *testing.T) {
	for size, want := range map[int]int{1 << 10: 1, 256 << 10: 1, 257 << 10: 2, 8 << 20: 2, 9 << 20: 4, 16 << 20: 4, 32 << 20: 8, 64 << 20: 16, 1 << 30: 16} {
		if got := everyRound(size); got != want {
			t.Errorf("%d bytes in every %d rounds, want %d", size, got, want)
		}
	}
}

func TestWholePages(t *testing.T) {
	got := wholePages([]int{1000, 4096, 5000, 8191, 8192, 12288}, 4096)
	if len(got) != 3 || got[0] != 4096 || got[1] != 8192 || got[2] != 12288 {
		t.Errorf("whole pages %v, want 4096, 8192 and 12288, each once", got)
	}
}

// Rounds have a set on every page that it may begin on, the last one as well, and a set
// that fills the memory has one place.
func TestOtherPages(t *testing.T) {
	for _, c := range []struct {
		seed         uint64
		larger, want int
	}{{0, 12 << 10, 0}, {1, 12 << 10, 4096}, {3, 12 << 10, 12 << 10}, {4, 12 << 10, 0}, {7, 0, 0}, {7, 4095, 0}, {7, 4096, 4096}} {
		if got := otherPages(c.seed, c.larger, 4096); got != c.want {
			t.Errorf("seed %d, %d bytes to spare: offset %d, want %d", c.seed, c.larger, got, c.want)
		}
	}
}
