package results

import "testing"

func BenchmarkSquares(b *testing.B) {
	numbers := []int{1, 2, 3, 4, 5, 6, 7, 8}
	for b.Loop() {
		if Squares(numbers)[1] != 20000*4 {
			b.Fatal("wrong square")
		}
	}
}
