// A slice over the result hides the store.
package stack

import "unsafe"

func CountOdd(values []int64, result *int64) {
	out := unsafe.Slice(result, 1)
	for _, v := range values {
		out[0] += v & 1
	}
}
