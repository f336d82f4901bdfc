// Blocks of 512 values, from the last to the first.
package blocking

func Apply(order []int32, passes []func(part []int32)) {
	const block = 512
	for end := len(order); end > 0; end -= block {
		part := order[max(0, end-block):end]
		for _, pass := range passes {
			pass(part)
		}
	}
}
