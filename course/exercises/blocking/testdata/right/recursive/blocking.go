// It halves until a part is small: no size of a cache is named.
package blocking

func Apply(order []int32, passes []func(part []int32)) {
	if len(order) > 256 {
		Apply(order[:len(order)/2], passes)
		Apply(order[len(order)/2:], passes)
		return
	}
	for _, pass := range passes {
		pass(order)
	}
}
