package crew

import (
	"testing"
	"unsafe"
)

func TestKernelsCount(t *testing.T) {
	for name, kernel := range map[string]Kernel{"plain": AddPlain, "atomic": AddAtomic, "cas": AddCAS, "local": AddLocal} {
		for _, n := range []int{0, 1, 7, 1000} {
			var word uint64
			kernel(unsafe.Pointer(&word), n)
			if word != uint64(n) {
				t.Errorf("%s of %d counted %d", name, n, word)
			}
		}
	}
	var g Guarded
	AddMutex(unsafe.Pointer(&g), 33)
	if g.Count() != 33 {
		t.Errorf("mutex of 33 counted %d", g.Count())
	}
	var word uint64
	StoreLoop(unsafe.Pointer(&word), 5)
	if word != 1 {
		t.Errorf("the last of 5 stores wrote %d, want 1", word)
	}
	word = 7
	if sum := LoadLoop(unsafe.Pointer(&word), 6); sum != 42 {
		t.Errorf("six loads of 7 sum up to %d", sum)
	}
}

func TestKernelsOfTwoWorkersLoseNothing(t *testing.T) {
	c := newCrew(t, twoPlaces(t)...)
	const n = 20_000
	for name, kernel := range map[string]Kernel{"atomic": AddAtomic, "cas": AddCAS} {
		word := new(uint64)
		c.Run(func(w *Worker) { w.Time(func() { kernel(unsafe.Pointer(word), n) }) })
		if *word != 2*n {
			t.Errorf("two workers' %s of %d on one word counted %d", name, n, *word)
		}
	}
	g := new(Guarded)
	c.Run(func(w *Worker) { w.Time(func() { AddMutex(unsafe.Pointer(g), n) }) })
	if g.Count() != 2*n {
		t.Errorf("two workers' mutex of %d counted %d", n, g.Count())
	}
}
