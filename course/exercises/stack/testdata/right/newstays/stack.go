// The count is a new variable that stays on the stack.
package stack

func CountOdd(values []int64, result *int64) {
	count := new(int64)
	for _, v := range values {
		*count += v & 1
	}
	*result += *count
}
