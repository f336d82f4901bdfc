package perworker

import "testing"

func BenchmarkOdds(b *testing.B) {
	numbers := make([]int, 1<<20)
	for i := range numbers {
		numbers[i] = i
	}
	for b.Loop() {
		if Odds(numbers, 2) != 1<<19 {
			b.Fatal("wrong count")
		}
	}
}
