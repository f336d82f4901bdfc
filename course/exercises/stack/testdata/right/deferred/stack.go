// The one write is in a deferred function.
package stack

func CountOdd(values []int64, result *int64) {
	var count int64
	defer func() { *result += count }()
	for _, v := range values {
		count += v & 1
	}
}
