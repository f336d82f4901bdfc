// It writes twice, in the middle and at the end.
package stack

func CountOdd(values []int64, result *int64) {
	half(values[:len(values)/2], result)
	half(values[len(values)/2:], result)
}

func half(values []int64, result *int64) {
	var count int64
	for _, v := range values {
		count += v & 1
	}
	*result += count
}
