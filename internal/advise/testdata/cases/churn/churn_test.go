package churn

import "testing"

func BenchmarkChurn(b *testing.B) {
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if Build(200).Sum() != 200*201/2 {
				panic("wrong sum")
			}
		}
	})
}
