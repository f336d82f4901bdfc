package counters24

import (
	"sync"
	"testing"
)

func BenchmarkMessage(b *testing.B) {
	const workers = 2
	s := New(4)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for range b.N {
				s.Message(w, 10)
			}
		})
	}
	wg.Wait()
	if s.Messages() != int64(workers*b.N) {
		b.Fatal(s.Messages())
	}
}
