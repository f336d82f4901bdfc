// The count is what calls return.
package stack

func CountOdd(values []int64, result *int64) { *result += odd(values) }

func odd(values []int64) int64 {
	switch half := len(values) / 2; {
	case len(values) == 0:
		return 0
	case half == 0:
		return values[0] & 1
	default:
		return odd(values[:half]) + odd(values[half:])
	}
}
