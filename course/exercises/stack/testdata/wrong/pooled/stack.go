// The count is an object of a pool: no call allocates, and it is on the heap.
package stack

import "sync"

var pool = sync.Pool{New: func() any { return new(int64) }}

func CountOdd(values []int64, result *int64) {
	count := pool.Get().(*int64)
	*count = 0
	for _, v := range values {
		*count += v & 1
	}
	*result += *count
	pool.Put(count)
}
