// Blocks of a million values: no first-level and no second-level cache holds one.
package blocking

func Apply(order []int32, passes []func(part []int32)) {
	const block = 1 << 20
	for begin := 0; begin < len(order); begin += block {
		part := order[begin:min(begin+block, len(order))]
		for _, pass := range passes {
			pass(part)
		}
	}
}
