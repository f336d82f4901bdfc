// It writes for every second value.
package stack

func CountOdd(values []int64, result *int64) {
	var count int64
	for i, v := range values {
		count += v & 1
		if i%2 == 1 {
			*result += count
			count = 0
		}
	}
	*result += count
}
