package perp

import (
	"sync"
	"testing"
)

func BenchmarkShards(b *testing.B) {
	shards := make([]Shard, 2)
	var wg sync.WaitGroup
	for w := range 2 {
		wg.Go(func() {
			s := &shards[w]
			for range b.N {
				s.Hit(8)
				s.Miss()
			}
		})
	}
	wg.Wait()
}
