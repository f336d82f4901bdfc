// Package blocking is an exercise: see README.md in the folder above.
package blocking

// block is how many values get all passes before the next ones. They are on a line
// each, as a rule: 16 KiB of lines, half of a common first-level cache.
const block = 256

// Apply lets every pass visit the values of a large array, in the order of the passes.
// order has the index of each value once, as a program may find them in a hash table or
// behind pointers. A pass changes each value by itself: it may be called with any part of
// order. Each value must get every pass once, the first pass first.
func Apply(order []int32, passes []func(part []int32)) {
	for begin := 0; begin < len(order); begin += block {
		part := order[begin:min(begin+block, len(order))]
		for _, pass := range passes {
			pass(part)
		}
	}
}
