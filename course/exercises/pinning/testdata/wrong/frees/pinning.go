// Afterwards the thread may run on every CPU, also where it might not before.
package pinning

import (
	"runtime"

	"cachelab/affinity"
)

func Rounds(cpus []int, rounds int, visit func(round int)) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if _, err := affinity.Pin(cpus[0]); err != nil {
		return err
	}
	for round := range rounds {
		visit(round)
	}
	return everywhere()
}
