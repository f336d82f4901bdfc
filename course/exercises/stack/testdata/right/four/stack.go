// Four counts, and one store.
package stack

func CountOdd(values []int64, result *int64) {
	var counts [4]int64
	for i, v := range values {
		counts[i%4] += v & 1
	}
	*result += counts[0] + counts[1] + counts[2] + counts[3]
}
