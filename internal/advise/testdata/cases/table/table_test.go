package table

import (
	"sync"
	"testing"
)

// Two goroutines go through the keys in orders of their own.
func BenchmarkSet(b *testing.B) {
	c := New()
	var wg sync.WaitGroup
	for _, step := range []int{29, 35} {
		wg.Go(func() {
			for i := range b.N {
				c.Set(i*step%256, i)
			}
		})
	}
	wg.Wait()
}
