package chase

import "testing"

func TestAddChainDoesEveryStep(t *testing.T) {
	want, y := uint64(5), uint64(0x0123456789abcdef)
	for range 4 * 3 {
		want = (want + y) ^ y
	}
	if got := AddChain(8*3, 5, y); got != want {
		t.Errorf("AddChain of 24 steps gives %#x, want %#x", got, want)
	}
}
