// The count is a variable that escapes: it is on the heap.
package stack

var keep *int64

func CountOdd(values []int64, result *int64) {
	count := new(int64)
	keep = count
	for _, v := range values {
		*count += v & 1
	}
	*result += *count
}
