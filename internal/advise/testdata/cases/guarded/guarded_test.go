package guarded

import "testing"

func BenchmarkAccount(b *testing.B) {
	a := &Account{}
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			a.Add(1)
		}
	})
}
