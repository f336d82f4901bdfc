// It leaves out what is behind the last whole block.
package blocking

func Apply(order []int32, passes []func(part []int32)) {
	const block = 256
	for begin := 0; begin+block <= len(order); begin += block {
		for _, pass := range passes {
			pass(order[begin : begin+block])
		}
	}
}
