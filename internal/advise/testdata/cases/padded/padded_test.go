package padded

import (
	"sync"
	"testing"
)

func two(b *testing.B, add func(worker int)) {
	var wg sync.WaitGroup
	for w := range 2 {
		wg.Go(func() {
			for range b.N {
				add(w)
			}
		})
	}
	wg.Wait()
}

func BenchmarkPadded(b *testing.B) { two(b, make(Counters, 2).Add) }

func BenchmarkSixtyFour(b *testing.B) { two(b, make(SixtyFour, 2).Add) }
