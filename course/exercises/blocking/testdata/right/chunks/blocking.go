// The chunks of package slices, of a size that a second-level cache holds.
package blocking

import "slices"

func Apply(order []int32, passes []func(part []int32)) {
	for part := range slices.Chunk(order, 2<<10) {
		for _, pass := range passes {
			pass(part)
		}
	}
}
