// Each worker counts in a word of its own, and the words are next to each other.
package stack

import "unsafe"

var slots [512]int64

func CountOdd(values []int64, result *int64) {
	slot := &slots[uintptr(unsafe.Pointer(result))/8%512]
	*slot = 0
	for _, v := range values {
		*slot += v & 1
	}
	*result += *slot
}
