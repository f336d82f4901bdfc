// The count is a variable that all workers share.
package stack

var count int64

func CountOdd(values []int64, result *int64) {
	count = 0
	for _, v := range values {
		count += v & 1
	}
	*result += count
}
