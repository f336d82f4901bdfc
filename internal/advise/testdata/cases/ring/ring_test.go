package ring

import "testing"

func BenchmarkQueue(b *testing.B) {
	q := New(1024)
	done := make(chan bool)
	go func() {
		for range b.N {
			q.Push(1)
		}
		done <- true
	}()
	sum := 0
	for range b.N {
		sum += q.Pop()
	}
	<-done
	if sum != b.N {
		b.Fatalf("popped %d of %d items", sum, b.N)
	}
}
