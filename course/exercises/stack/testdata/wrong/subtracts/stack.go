// It forgets to add to what was there.
package stack

func CountOdd(values []int64, result *int64) {
	var count int64
	for _, v := range values {
		count += v & 1
	}
	*result = count
}
