// It locks the goroutine to its thread. The thread itself may still go where it likes.
package pinning

import "runtime"

func Rounds(cpus []int, rounds int, visit func(round int)) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for round := range rounds {
		visit(round)
	}
	return nil
}
