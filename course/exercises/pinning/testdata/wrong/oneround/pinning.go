// It calls visit for the first round only.
package pinning

import "cachelab/affinity"

func Rounds(cpus []int, rounds int, visit func(round int)) error {
	return affinity.Do(cpus[0], func() { visit(0) })
}
