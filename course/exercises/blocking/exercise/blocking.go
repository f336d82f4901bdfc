// Package blocking is an exercise: see README.md in the folder above.
package blocking

// Apply lets every pass visit the values of a large array, in the order of the passes.
// order has the index of each value once, as a program may find them in a hash table or
// behind pointers. A pass changes each value by itself: it may be called with any part of
// order. Each value must get every pass once, the first pass first.
func Apply(order []int32, passes []func(part []int32)) {
	// TODO: each pass fetches all values from memory anew.
	for _, pass := range passes {
		pass(order)
	}
}
