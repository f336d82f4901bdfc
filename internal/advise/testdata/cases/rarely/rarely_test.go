package rarely

import "testing"

func BenchmarkUnder(b *testing.B) {
	s := &State{limit: 10}
	stop := make(chan bool)
	go s.Beat(stop)
	n := 0
	for b.Loop() {
		if s.Under(5) {
			n++
		}
	}
	close(stop)
	if n == 0 {
		b.Fatal("never under the limit")
	}
}
