// A closure hides the store.
package stack

func CountOdd(values []int64, result *int64) {
	add := func(n int64) { *result += n }
	for _, v := range values {
		add(v & 1)
	}
}
