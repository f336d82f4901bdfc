// The values come from an iterator, and the even ones are counted.
package stack

import "slices"

type tally struct{ all, even int64 }

func (t *tally) add(v int64) {
	t.all++
	t.even += 1 - v&1
}

func CountOdd(values []int64, result *int64) {
	var t tally
	for v := range slices.Values(values) {
		t.add(v)
	}
	*result += t.all - t.even
}
