package globals

import (
	"sync"
	"testing"
)

func BenchmarkCount(b *testing.B) {
	var wg sync.WaitGroup
	wg.Go(func() {
		for range b.N {
			Request()
		}
	})
	wg.Go(func() {
		for range b.N {
			Error()
		}
	})
	wg.Wait()
}
