package limiter

import (
	"sync"
	"testing"
)

func BenchmarkTake(b *testing.B) {
	l := New(1, 10)
	var wg sync.WaitGroup
	wg.Go(func() {
		for range b.N {
			l.Take()
		}
	})
	slack := int64(0)
	wg.Go(func() {
		for range b.N {
			slack += l.Slack()
		}
	})
	wg.Wait()
	if slack != 9*int64(b.N) {
		b.Fatal(slack)
	}
}
