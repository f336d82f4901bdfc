package stripes

import (
	"sync"
	"testing"
)

func BenchmarkAdd(b *testing.B) {
	const workers = 2
	t := New(8)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for range b.N {
				t.Add(w)
			}
		})
	}
	wg.Wait()
	if got := t.Sum(); got != int64(workers*b.N) {
		b.Fatalf("counted %d of %d", got, workers*b.N)
	}
}
