// Blocks of 333 values: no power of two is needed, nor a division without rest.
package blocking

func Apply(order []int32, passes []func(part []int32)) {
	for len(order) > 0 {
		part := order[:min(333, len(order))]
		order = order[len(part):]
		for _, pass := range passes {
			pass(part)
		}
	}
}
