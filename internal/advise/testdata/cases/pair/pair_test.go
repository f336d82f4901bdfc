package pair

import (
	"sync"
	"testing"
)

func BenchmarkProgress(b *testing.B) {
	p := New("copy")
	var wg sync.WaitGroup
	wg.Go(func() {
		for range b.N {
			p.Send()
		}
	})
	wg.Go(func() {
		for range b.N {
			p.Get()
		}
	})
	wg.Wait()
	if _, done := p.Done(); !done {
		b.Fatal("not done")
	}
}
