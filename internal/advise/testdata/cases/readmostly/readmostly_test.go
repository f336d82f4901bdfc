package readmostly

import "testing"

func BenchmarkAllows(b *testing.B) {
	s := New()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if !s.Allows(2) {
				panic("not allowed")
			}
		}
	})
}
