// Pin and restore.
package pinning

import "cachelab/affinity"

func Rounds(cpus []int, rounds int, visit func(round int)) error {
	restore, err := affinity.Pin(cpus[len(cpus)-1])
	if err != nil {
		return err
	}
	defer restore()
	for round := range rounds {
		visit(round)
	}
	return nil
}
