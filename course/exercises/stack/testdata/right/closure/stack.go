// A closure counts in a local variable.
package stack

func CountOdd(values []int64, result *int64) {
	total := *result
	for _, v := range values {
		func() { total += v & 1 }()
	}
	*result = total
}
