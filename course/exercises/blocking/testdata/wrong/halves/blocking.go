// Two halves, each with all passes: a half is as far from fitting as the whole.
package blocking

func Apply(order []int32, passes []func(part []int32)) {
	for _, part := range [][]int32{order[:len(order)/2], order[len(order)/2:]} {
		for _, pass := range passes {
			pass(part)
		}
	}
}
