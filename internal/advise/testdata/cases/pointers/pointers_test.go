package pointers

import (
	"sync"
	"testing"
)

func BenchmarkAdd(b *testing.B) {
	m := New()
	var wg sync.WaitGroup
	for w := range 2 {
		wg.Go(func() {
			for range b.N {
				m.Add(3 + w)
			}
		})
	}
	wg.Wait()
	if m.Get(3)+m.Get(4) != 2*uint64(b.N) {
		b.Fatal("counts are lost")
	}
}
