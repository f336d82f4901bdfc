// It pins for each round anew, to the same CPU: the thread does not move.
package pinning

import "cachelab/affinity"

func Rounds(cpus []int, rounds int, visit func(round int)) error {
	for round := range rounds {
		if err := affinity.Do(cpus[0], func() { visit(round) }); err != nil {
			return err
		}
	}
	return nil
}
