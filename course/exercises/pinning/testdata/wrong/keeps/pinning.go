// It pins, and does not give the thread back.
package pinning

import "cachelab/affinity"

func Rounds(cpus []int, rounds int, visit func(round int)) error {
	if _, err := affinity.Pin(cpus[0]); err != nil {
		return err
	}
	for round := range rounds {
		visit(round)
	}
	return nil
}
