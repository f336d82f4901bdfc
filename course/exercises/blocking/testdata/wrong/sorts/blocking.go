// It sorts the caller's list, and still does one pass after the other.
package blocking

import "slices"

func Apply(order []int32, passes []func(part []int32)) {
	slices.Sort(order)
	for _, pass := range passes {
		pass(order)
	}
}
