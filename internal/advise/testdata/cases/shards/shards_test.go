package shards

import (
	"sync"
	"testing"
)

func BenchmarkGet(b *testing.B) {
	m := New(32)
	var wg sync.WaitGroup
	for w := range 2 {
		wg.Go(func() {
			for range b.N {
				if m.Get(16+w) != 16+w {
					panic("wrong value")
				}
			}
		})
	}
	wg.Wait()
}
