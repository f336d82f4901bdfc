// The passes in another order.
package blocking

func Apply(order []int32, passes []func(part []int32)) {
	const block = 256
	for begin := 0; begin < len(order); begin += block {
		part := order[begin:min(begin+block, len(order))]
		for i := range passes {
			passes[len(passes)-1-i](part)
		}
	}
}
