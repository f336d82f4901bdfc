package writers

import (
	"sync"
	"testing"
)

func both(b *testing.B, f, g func()) {
	var wg sync.WaitGroup
	for _, do := range []func(){f, g} {
		wg.Go(func() {
			for range b.N {
				do()
			}
		})
	}
	wg.Wait()
}

func BenchmarkGeneric(b *testing.B) {
	c := &Cell[string]{value: "x"}
	both(b, c.Left, c.Right)
}

func BenchmarkClosure(b *testing.B) {
	p := &Pair{}
	f, g := p.Adders()
	both(b, f, g)
	if p.a != p.b {
		b.Fatal("counts differ")
	}
}

func BenchmarkDeferred(b *testing.B) {
	c := &Calls{}
	both(b, c.Begin, c.End)
}
